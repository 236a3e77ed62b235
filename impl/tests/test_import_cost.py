"""``import iasyncinfo`` stays light."""

import subprocess
import sys

HEAVY = (
    "typing",
    "transitions",
    "typing_extensions",
    "hypothesis",
    "pytest",
    "asyncio",
    "logging",
    "concurrent.futures",
)


def loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after ``code``."""
    script = f"import sys; before = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)"
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout.split()
    )


def test_the_import_loads_nothing_heavy() -> None:
    """Whoever only imports the package pays for neither asyncio nor logging nor any dependency."""
    assert loaded_by("import iasyncinfo").isdisjoint(HEAVY)


def test_a_whole_life_cycle_loads_nothing_heavy() -> None:
    """Handlers, waiting and an await of an ended operation need neither asyncio nor logging."""
    code = """if True:
        from iasyncinfo import AsyncOperation
        operation, producer = AsyncOperation.create()
        operation.completed = lambda sender, status: None
        producer.complete(5)
        assert operation.get() == 5 and operation.wait(0) == 1
        try:
            next(operation.__await__())
        except StopIteration:
            pass
    """
    assert loaded_by(code).isdisjoint(HEAVY)
