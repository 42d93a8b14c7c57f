"""`make audit`: checks pins and requirements, then asks for advisories about every pinned version."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console

from tests.audit.advisories import SERVICES, Unanswered, ask
from tests.audit.pins import broken_requirements, pinned, unpinned

say = Console(highlight=False, markup=False, soft_wrap=True).print


def main() -> int:
    """Print what is wrong; 1 where something is, 0 also where no service answers, which is said."""
    parser = argparse.ArgumentParser(prog="make audit ARGS=", description=__doc__)
    parser.add_argument(
        "--ignore-vuln", action="append", default=[], metavar="ID", help="an advisory that was read and does not apply"
    )
    asked = parser.parse_args()
    faults = [*unpinned(), *broken_requirements()]
    try:
        faults += ask(asked.ignore_vuln)
    except Unanswered as nobody:
        say(f"audit: NO ADVISORIES WERE LOOKED AT: {nobody}; only pins and requirements are checked")
        looked_at = "pins and requirements"
    else:
        looked_at = f"pins, requirements and the advisories of {' or '.join(SERVICES)}"
    for fault in faults:
        say(f"audit: {fault}")
    say(f"audit: {len(pinned())} versions, {looked_at}: {len(faults) or 'no'} faults")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
