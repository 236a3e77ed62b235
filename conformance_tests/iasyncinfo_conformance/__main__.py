"""``python -m iasyncinfo_conformance``: the command line, by the interpreter that is named."""

import sys

if not sys.flags.safe_path and sys.path:  # Python itself puts the current folder there, before the standard library
    del sys.path[0]

from iasyncinfo_conformance.cli import main

if __name__ == "__main__":
    sys.exit(main())
