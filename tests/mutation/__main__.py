"""`make mutate`: break each rule of some rooms in turn and list what no test notices."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.console import Console

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.run import Run
from tests.mutation.suite import ARGUMENTS, ROOMS, NoChance

say = Console(highlight=False, markup=False, soft_wrap=True).print
JUDGED = Path(__file__).with_name("judged.toml")


def main() -> int:
    """Run the mutants and print score and survivors; 1 where one survives that nobody has judged."""
    parser = argparse.ArgumentParser(prog="make mutate ARGS=", description=__doc__)
    parser.add_argument(
        "places", nargs="*", default=ROOMS, help="folder, file, or file:line; default: the rooms of rules"
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time; default %(default)s")
    parser.add_argument("--list", action="store_true", help="only say what would be changed")
    asked = parser.parse_args()
    chosen = list(_chosen(asked.places))
    if asked.list:
        say(*map(str, chosen), sep="\n")
        return 0
    begun = time.monotonic()
    killed = _run(chosen, asked.jobs)
    known = judged()
    open_ = [mutant for mutant in chosen if not killed[mutant] and mutant.name not in known]
    _print_scores(chosen, killed, known)
    say(f"\n{time.monotonic() - begun:.0f} s; survivors that nobody has judged: {len(open_)}")
    for mutant in open_:
        say(f"{mutant}\n    {mutant.text}")
    return int(bool(open_))


def judged() -> dict[tuple[str, str, str, str], str]:
    """Return the survivors that were found to change no figure, with the reason."""
    document = tomllib.loads(JUDGED.read_text("utf-8"))
    return {
        (entry["file"], entry["within"], line, change): entry["why"]
        for entry in document.get("survivor", [])
        for line, change in entry["changes"]
    }


def _chosen(places: Iterable[str]) -> Iterator[Mutant]:
    for place in places:
        name, _, line = place.partition(":")
        path = Path(name)
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            yield from (mutant for mutant in mutants(file) if not line or mutant.line == int(line))


def _run(chosen: list[Mutant], jobs: int) -> dict[Mutant, bool]:
    """Return of each mutant whether it was killed."""
    done = 0

    def tell(mutant: Mutant, killed: bool) -> None:
        nonlocal done
        done += 1
        if not killed:
            say(f"{done}/{len(chosen)} survives: {mutant}")

    run = Run(chosen, jobs, tell)
    code = pytest.main([*ARGUMENTS], plugins=[NoChance(), run])
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        sys.exit(f"pytest ended with {code}")
    for name in run.baseline.failing:
        say(f"left out, since it fails as it is: {name}")
    fast = run.baseline.took
    say(f"{len(fast)} tests, {sum(fast):.0f} s while they are watched")
    verdicts = {mutant: bool(killed) for mutant, killed in run.verdicts.items() if killed is not None}
    rest = [mutant for mutant in chosen if mutant not in verdicts]
    with ThreadPoolExecutor(jobs) as pool:
        for mutant, killed in zip(rest, pool.map(_is_killed_afresh, rest), strict=True):
            verdicts[mutant] = killed
            tell(mutant, killed)
    return verdicts


def _is_killed_afresh(mutant: Mutant) -> bool:
    """Tell whether a mutant that is there from the first import on makes a test fail."""
    command = [sys.executable, "-m", "tests.mutation.fresh", str(mutant.path), str(mutant.number)]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode != 0


def _print_scores(
    chosen: list[Mutant], killed: dict[Mutant, bool], known: dict[tuple[str, str, str, str], str]
) -> None:
    say(f"\n{'file':44} {'mutants':>8} {'killed':>8} {'judged':>8} {'score':>8}")
    files = list(dict.fromkeys(mutant.path for mutant in chosen))
    for name, some in [
        *((str(path), [each for each in chosen if each.path == path]) for path in files),
        ("all", chosen),
    ]:
        dead = sum(killed[mutant] for mutant in some)
        equal = sum(not killed[mutant] and mutant.name in known for mutant in some)
        if some:
            say(f"{name:44} {len(some):8} {dead:8} {equal:8} {dead / len(some):8.1%}")


if __name__ == "__main__":
    sys.exit(main())
