"""The files of the rules: written, or compared with what is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from stream.core.policy import Policy
from stream.tools.rules.links import Links
from stream.tools.rules.office import YEARS
from stream.tools.rules.routing import PLACEHOLDERS, routing
from stream.tools.rules.rule import Alert, Group
from stream.tools.rules.tables import RuleTables

RULES: Final = Path("prometheus/rules")
ALERTMANAGER: Final = Path("alertmanager/alertmanager.yml")
HEAD: Final = "# Made by `deskpulse rules` from the policy: change the policy, or the generator, and make it again.\n"


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as such, and says nothing twice by an alias."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  PyYAML's signature
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def generate(policy: Policy, tables: RuleTables, links: Links, years: tuple[int, int] = YEARS) -> dict[Path, str]:
    """Return every file by its path below the folder that is mounted; holidays are those of the years."""
    return {
        RULES / "recording.yml": _groups(tables.recording, links),
        RULES / "desk.yml": _groups((tables.desk,), links),
        RULES / "monitor.yml": _groups((tables.monitor,), links),
        ALERTMANAGER: f"{HEAD}{PLACEHOLDERS}\n{_yaml(routing(policy, years))}",
    }


def write(files: Mapping[Path, str], out: Path) -> list[Path]:
    """Write the files that differ, take away rules that are no longer made, and return the paths of both."""
    changed = differences(files, out)
    for path in changed:
        if path in files:
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_text(files[path], "utf-8")
        else:
            (out / path).unlink()
    return changed


def differences(files: Mapping[Path, str], out: Path) -> list[Path]:
    """Return the paths of files that are missing or differ, and of such as were made before and no longer are."""
    found = [
        path for path, text in files.items() if not (out / path).is_file() or (out / path).read_text("utf-8") != text
    ]
    there = sorted((out / RULES).glob("*.yml"))
    left = [path.relative_to(out) for path in there if path.read_text("utf-8").startswith(HEAD)]
    return found + [path for path in left if path not in files]


def _groups(groups: tuple[Group, ...], links: Links) -> str:
    said = [
        {
            "name": group.name,
            **({"interval": group.interval} if group.interval else {}),
            "rules": [
                rule.document(links.of(rule)) if isinstance(rule, Alert) else rule.document() for rule in group.rules
            ],
        }
        for group in groups
    ]
    return HEAD + _yaml({"groups": said})


def _yaml(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=118)
