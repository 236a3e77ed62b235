"""``python -m iasyncinfo_spec.evidence FOLDER``: print what the recordings in a folder make sure of, as JSON."""

import json
import sys
from pathlib import Path

from iasyncinfo_spec.evidence.observing import observed
from iasyncinfo_spec.families import FAMILIES


def main(folder: str) -> None:
    """Print, for each row with recordings, the witnesses of its observed answers and breaches."""
    found = {name: observed(row, Path(folder)) for name, row in FAMILIES.items() if row.recordings}
    lines = [
        f'  "{name}": {{\n' + ",\n".join(f'    "{what}": {json.dumps(by)}' for what, by in sure.items()) + "\n  }"
        for name, sure in found.items()
    ]
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main(*sys.argv[1:])
