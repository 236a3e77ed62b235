"""Write the reference pages: ``python docs/generate.py [--check] [--into FOLDER]``.

With ``--check`` nothing is written: the pages that are stale are named, and the exit code is 1 if any is. So is it
where a page speaks of a rule or a point that there is not: that is looked at first, for the suite's own tables cannot
be loaded where one of their rules is gone.
"""

import argparse
import sys
from pathlib import Path

from spoken import unknown


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description="Write the reference pages from the specification.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="the folder of the pages")
    options = parser.parse_args(arguments)
    gone = [f"{page} speaks of {name}, which is no rule and no point" for page, name in unknown()]
    try:
        import pages
    except Exception as error:  # the tables are held against each other when they are loaded
        why = f"{type(error).__name__}: {error}"
        return _told([*gone, f"docs/reference: no page can be made, for the suite cannot be loaded: {why}"])
    if options.check:
        return _told([*gone, *(f"stale: {name}" for name in pages.stale(options.into))])
    try:
        pages.write(options.into)
    except ImportError as error:
        parser.exit(1, f"{error}\n")
    return 0


def _told(complaints: list[str]) -> int:
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
