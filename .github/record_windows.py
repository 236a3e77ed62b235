"""Record objects of Windows itself, reached through PyWinRT: ``python record_windows.py FOLDER``.

Not yet run on Windows. Each program writes a log of its own; ``iasyncinfo trace`` judges them.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from iasyncinfo import recording


async def work_item(log: Path) -> None:
    """An action of the thread pool, which is awaited."""
    from winrt.windows.system.threading import ThreadPool

    await recording(ThreadPool.run_async(lambda _action: None), log)


async def file_found(log: Path) -> None:
    """An operation with a result."""
    from winrt.windows.storage import StorageFile

    with tempfile.NamedTemporaryFile(suffix=".txt", delete=False) as file:
        file.write(b"text")
    await recording(StorageFile.get_file_from_path_async(file.name), log)
    Path(file.name).unlink()


async def file_missing(log: Path) -> None:
    """An operation that fails."""
    from winrt.windows.storage import StorageFile

    missing = Path(tempfile.gettempdir()) / "there is no such file.txt"
    try:
        await recording(StorageFile.get_file_from_path_async(str(missing)), log)
    except OSError as error:
        print(f"it fails, as it has to: {error}")


async def canceled(log: Path) -> None:
    """An action that is canceled while it may run."""
    from winrt.windows.system.threading import ThreadPool

    action: Any = recording(ThreadPool.run_async(lambda _action: None), log)
    action.cancel()
    try:
        await action
    except (asyncio.CancelledError, OSError) as error:
        print(f"canceled: {type(error).__name__}")


PROGRAMS: dict[str, Callable[[Path], Awaitable[None]]] = {
    "work-item": work_item,
    "file-found": file_found,
    "file-missing": file_missing,
    "canceled": canceled,
}


async def main(folder: Path) -> int:
    """Run every program; return 1 where one could not be run, after the others."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = 0
    for name, program in PROGRAMS.items():
        try:
            await program(folder / f"{name}.jsonl")
        except Exception as error:
            failed = 1
            print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]))))
