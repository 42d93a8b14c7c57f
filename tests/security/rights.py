"""The rights that the documentation tells people to give, read from its commands."""

from __future__ import annotations

import argparse
import re
import shlex
from typing import Final, NoReturn

from confluent_kafka.admin import AclBinding, AclOperation, AclPermissionType, ResourcePatternType, ResourceType

from tests.conftest import ROOT

DOCUMENT: Final = ROOT / "docs" / "security.md"
RESOURCES: Final = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "transactional_id": ResourceType.TRANSACTIONAL_ID,
}


class _Commands(argparse.ArgumentParser):
    """`kafka-acls.sh`, as far as the document uses it."""

    def __init__(self) -> None:
        super().__init__(prog="kafka-acls.sh", add_help=False, allow_abbrev=False)
        self.add_argument("--add", action="store_true", required=True)
        self.add_argument("--allow-principal", required=True)
        self.add_argument("--operation", action="append", required=True)
        self.add_argument("--resource-pattern-type", default="literal", choices=["literal", "prefixed"])
        for resource in RESOURCES:
            self.add_argument(f"--{resource.replace('_', '-')}", action="append", default=[])

    def error(self, message: str) -> NoReturn:
        raise AssertionError(f"{DOCUMENT.name}: {message}")


def documented(heading: str) -> list[AclBinding]:
    """Return the rights of one section of the document."""
    found = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^#|\Z)", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{DOCUMENT.name} has no section {heading!r}"
    commands = re.findall(r"^kafka-acls\.sh \$ADMIN (.+)$", found[1].replace("\\\n", " "), re.MULTILINE)
    assert commands, f"{heading!r} of {DOCUMENT.name} gives no right"
    return [right for command in commands for right in _rights(command)]


def _rights(command: str) -> list[AclBinding]:
    asked = _Commands().parse_args(shlex.split(command))
    pattern = ResourcePatternType[asked.resource_pattern_type.upper()]
    return [
        AclBinding(
            kind, name, pattern, asked.allow_principal, "*", AclOperation[_constant(operation)], AclPermissionType.ALLOW
        )
        for resource, kind in RESOURCES.items()
        for name in getattr(asked, resource)
        for operation in asked.operation
    ]


def _constant(operation: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).upper()
