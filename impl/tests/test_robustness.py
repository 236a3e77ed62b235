"""Memory, warnings, forks, exits and finalizers."""

import gc
import os
import subprocess
import sys
import textwrap

import pytest

from iasyncinfo import AsyncAction, AsyncActionWithProgress, AsyncOperation, AsyncOperationWithProgress, AsyncStatus


def run(script: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a fresh interpreter that turns every warning into an error."""
    command = [sys.executable, "-X", "dev", "-W", "error", *flags, "-c", textwrap.dedent(script)]
    return subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)


def clean(script: str) -> str:
    """Run a script that has to end well and say nothing on stderr; return what it printed."""
    done = run(script)
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


def live_through(ends: str) -> None:
    """Live one life of each kind."""
    for kind in (AsyncAction, AsyncActionWithProgress):
        action, worker = kind.create()
        action.completed = lambda _sender, _status: None
        worker.complete() if ends == "complete" else worker.fail(ValueError("wrong"))
    for other in (AsyncOperation[object], AsyncOperationWithProgress[object, object]):
        operation, producer = other.create()
        producer.on_cancel(producer.acknowledge_cancel)
        operation.completed = lambda _sender, _status: None
        operation.cancel() if ends == "cancel" else producer.complete(object())
        operation.close()


def test_life_cycles_leave_memory_flat() -> None:
    """With the collector off, thousands of lives leave no block of memory behind."""
    gc.collect()
    gc.disable()
    try:
        for ends in ("complete", "fail", "cancel"):
            live_through(ends)
        before = sys.getallocatedblocks()
        for _ in range(1_000):
            for ends in ("complete", "fail", "cancel"):
                live_through(ends)
        grown = sys.getallocatedblocks() - before
    finally:
        gc.enable()
    assert grown < 200  # one block for each life would be 12,000


EVERYTHING = """
    import asyncio, threading
    from iasyncinfo import *

    def worker(producer):
        producer.report_progress(1)
        producer.complete(5)

    operation, producer = AsyncOperationWithProgress.create()
    operation.progress = lambda sender, value: print("progress", value)
    threading.Thread(target=worker, args=(producer,)).start()
    print(operation.get())

    action, canceled = AsyncAction.create()
    canceled.on_cancel(canceled.acknowledge_cancel)
    action.cancel()
    try:
        action.get()
    except OperationCanceled:
        print("canceled")
    action.close()

    async def main():
        asyncio.get_running_loop().slow_callback_duration = 3600  # a busy machine is nobody's fault
        operation, producer = AsyncOperation.create()
        threading.Thread(target=producer.complete, args=("awaited",)).start()
        print(await operation)
        failing, producer = AsyncOperation.create()
        asyncio.get_running_loop().call_soon(producer.fail, ValueError("wrong"))
        try:
            await failing
        except OperationFailed as failure:
            print(repr(failure.__cause__))

    asyncio.run(main())
    with ThreadPool(2) as pool:
        pool.run_async(lambda action: None).get()
    dispatcher = CoreDispatcher()
    print(dispatcher.run_until(dispatcher.try_run_async(CoreDispatcherPriority.NORMAL, lambda: None)))
    dispatcher.shutdown()
"""


def test_every_feature_is_clean_in_development_mode() -> None:
    """Nothing warns, leaks a resource or prints a traceback under -X dev -W error."""
    assert clean(EVERYTHING).split() == ["progress", "1", "5", "canceled", "awaited", "ValueError('wrong')", "True"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_everything_works_in_a_forked_child() -> None:
    """Operations begun before a fork end on both sides, each with its own outcome; pools start new threads."""
    printed = clean(
        """
        import os
        from iasyncinfo import *

        pool = ThreadPool(2)
        pool.run_async(lambda action: None).get()
        operation, producer = AsyncOperation.create()
        child = os.fork()
        producer.complete("parent" if child else "child")
        ran = []
        pool.run_async(lambda action: ran.append(operation.get())).get()
        if child:
            assert os.waitpid(child, 0)[1] == 0
        print(*ran, flush=True)
        """
    )
    assert printed.split() == ["child", "parent"]


def test_work_queued_before_a_fork_does_not_run_in_the_child() -> None:
    """It runs once, where it was queued."""
    if not hasattr(os, "fork"):
        pytest.skip("the system has no fork")
    printed = clean(
        """
        import os, threading
        from iasyncinfo import *

        pool, go, begun = ThreadPool(1), threading.Event(), threading.Event()
        pool.run_async(lambda action: (begun.set(), go.wait()))
        begun.wait()
        queued = pool.run_async(lambda action: print("ran in", "the parent" if child else "the child", flush=True))
        child = os.fork()
        go.set()
        if child:
            assert os.waitpid(child, 0)[1] == 0
            queued.get()
        else:
            pool.run_async(lambda action: None).get()
            assert queued.status is AsyncStatus.STARTED
            os._exit(0)
        """
    )
    assert printed == "ran in the parent\n"


@pytest.mark.parametrize(
    "pending",
    [
        "AsyncAction.create()",
        "ThreadPool().run_async(lambda action: None)",
        "[pool := ThreadPool(1), pool.run_async(lambda action: threading.Event().wait()), pool.run_async(print)]",
        "CoreDispatcher().run_async(0, print)",
        "[pair := AsyncAction.create(), threading.Thread(target=pair[0].get, daemon=True).start()]",
    ],
)
def test_exit_with_pending_operations_is_quick_and_says_at_most_who_was_dropped(pending: str) -> None:
    """Nothing hangs, nothing crashes; a producer dropped at exit may be named in a ResourceWarning."""
    done = run(f"import threading\nfrom iasyncinfo import *\nkept = {pending}", "-W", "default::ResourceWarning")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_everything_can_be_called_from_a_finalizer() -> None:
    """A __del__ may end an operation, cancel one, and hand work to a pool."""
    printed = clean(
        """
        import gc
        from iasyncinfo import *

        pool = ThreadPool(1)

        class Last:
            def __init__(self):
                self.cycle = self
                self.operation, self.producer = AsyncOperation.create()
                self.canceled, worker = AsyncAction.create()
                worker.on_cancel(worker.acknowledge_cancel)
                workers.append(worker)  # in the cycle its turn to be finalized might come before
                self.operation.completed = lambda sender, status: results.append(sender.get_results())

            def __del__(self):
                self.producer.complete(5)
                self.canceled.cancel()
                actions.append(pool.run_async(lambda action: results.append("ran")))

        results, actions, workers = [], [], []
        Last()
        gc.collect()
        for action in actions:
            action.get()
        print(*results)
        pool.close()
        """
    )
    assert printed == "5 ran\n"


def test_a_producer_dropped_by_the_collector_ends_its_operation() -> None:
    """Also where only a cycle held it, the one who waits is told."""
    operation, producer = AsyncOperation[int].create()
    cycle: list[object] = [producer]
    cycle.append(cycle)
    del producer, cycle
    with pytest.warns(ResourceWarning):
        gc.collect()
    assert operation.wait(60) is AsyncStatus.ERROR
