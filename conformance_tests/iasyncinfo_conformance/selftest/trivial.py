"""Six trivial objects that no suite may pass: the floor below which a suite would say nothing.

Each is a model, an answer and a next configuration for every step, and a start function that runs it as a
target: ``iasyncinfo check iasyncinfo_conformance.selftest.trivial:never_fires``.
"""

from collections.abc import Callable
from threading import Event as Gate
from typing import Any, Final, TypeAlias

from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.exploration import START
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import E_FAIL, signed
from iasyncinfo_spec.product import Configuration, Handler, NotDrivable, Prediction, Product
from iasyncinfo_spec.words import CALLS, Step, program_of

KINDS: Final = (Kind.OPERATION, Kind.OPERATION_WITH_PROGRESS)
"""The kinds that the objects have: each rule speaks of one of them."""

Model: TypeAlias = Callable[[Configuration, Step], tuple[Prediction, Configuration]]

_RIGHT: Final = Product(FAMILIES["reference"], Kind.OPERATION_WITH_PROGRESS)
_NEUTRAL: Final = {
    "id": 1,
    "status": AsyncStatus.COMPLETED,
    "error_code": 0,
    "get_results": 5,
    "cancel_notifications": 0,
}
_LIVES: Final = {
    "complete": tables.COMPLETED,
    "fail": tables.ERROR,
    "acknowledge_cancel": tables.CANCELED,
    "cancel": tables.CANCELED,
}
_STATUS: Final = {
    tables.STARTED: AsyncStatus.STARTED,
    tables.COMPLETED: AsyncStatus.COMPLETED,
    tables.ERROR: AsyncStatus.ERROR,
    tables.CANCELED: AsyncStatus.CANCELED,
}


def _answer(step: Step, **answer: Any) -> Prediction:
    return {"step": step, "cites": "", "calls": "", **answer}  # type: ignore[typeddict-item]


def all_succeed(here: Configuration, step: Step) -> tuple[Prediction, Configuration]:
    """Everything succeeds and nothing happens; the status is Completed."""
    return _answer(step, ok=_NEUTRAL.get(step[0])), here


def all_fail(here: Configuration, step: Step) -> tuple[Prediction, Configuration]:
    """Every member refuses with E_FAIL."""
    return (_answer(step, hr=E_FAIL), here) if step[0] in CALLS else all_succeed(here, step)


def all_raise(here: Configuration, step: Step) -> tuple[Prediction, Configuration]:
    """Every member raises something that has no HRESULT; its name stands where the code would."""
    return (_answer(step, hr=RuntimeError.__name__), here) if step[0] in CALLS else all_succeed(here, step)


def none_fires(here: Configuration, step: Step) -> tuple[Prediction, Configuration]:
    """All is right, but no handler is ever called."""
    try:
        prediction, dest = _RIGHT.step(here, step)
    except NotDrivable:
        return _answer(step, ok=None), here
    prediction.pop("events", None)
    return (_answer(step, ok=1) if step == ("id",) else prediction), dest


def status_echoes(here: Configuration, step: Step) -> tuple[Prediction, Configuration]:
    """The status is what was asked for last, and the handler is told of it whenever the worker speaks."""
    match step[0]:
        case "status":
            return _answer(step, ok=_STATUS[here.life]), here
        case "put_completed":
            return _answer(step, ok=None), here._replace(
                handler=Handler(step[1], program_of(step)) if step[1] else None
            )
        case "get_completed":
            return _answer(step, ok=here.handler.label if here.handler else None), here
        case "complete" | "fail" | "acknowledge_cancel" | "cancel":
            told = {"status": int(_STATUS[_LIVES[step[0]]])}
            called = here.handler if step != ("cancel",) else None
            calls = [{"handler": called.label, "sender": True, **told}] if called else []
            return _answer(step, ok=None, events=calls), here._replace(life=_LIVES[step[0]])
    return all_succeed(here, step)


MODELS: Final[dict[str, Model]] = {
    "always_succeeds": all_succeed,
    "always_fails": all_fail,
    "never_fires": none_fires,
    "echoes_status": status_echoes,
    "raises_everything": all_raise,
}
"""The models by the names of their start functions; an object that hangs has none."""


class _Refused(OSError):
    def __init__(self, hresult: int) -> None:
        super().__init__(0, "refused")
        self.winerror = signed(hresult)


class _Object:
    """Runs a model; the labels of its handlers are the handlers themselves."""

    def __init__(self, model: Model) -> None:
        self._model, self._here = model, START

    def take(self, *step: Any) -> Any:
        """Take a step: call whom the model calls, then answer as it does."""
        prediction, self._here = self._model(self._here, step)
        for event in prediction.get("events", ()):
            event["handler"](self, event["status"])  # type: ignore[operator]
        if "ok" in prediction:
            return prediction["ok"]
        raise _Refused(prediction["hr"]) if isinstance(prediction["hr"], int) else RuntimeError("as always")

    id = property(lambda self: self.take("id"))
    status = property(lambda self: self.take("status"))
    error_code = property(lambda self: self.take("error_code"))
    completed = property(lambda self: self.take("get_completed"), lambda self, put: self.take("put_completed", put))
    progress = property(lambda self: self.take("get_progress"), lambda self, put: self.take("put_progress", put))

    def get_results(self) -> Any:
        """Call GetResults."""
        return self.take("get_results")

    def cancel(self) -> Any:
        """Call Cancel."""
        return self.take("cancel")

    def close(self) -> Any:
        """Call Close."""
        return self.take("close")


class _Stuck(_Object):
    """Never comes back from Cancel and Close."""

    def cancel(self) -> None:
        """Wait for ever."""
        Gate().wait()

    close = cancel


def _start(operation: _Object, kind: Kind) -> Subject:
    if kind not in KINDS:
        raise NotImplementedError
    return Subject(
        operation,
        complete=lambda result: operation.take("complete", result),
        fail=lambda code: operation.take("fail", code),
        acknowledge_cancel=lambda: operation.take("acknowledge_cancel"),
        report_progress=(lambda value: operation.take("report_progress", value)) if kind.has_progress else None,
        cancel_notifications=lambda: int(operation.take("cancel_notifications")),
    )


def always_succeeds(kind: Kind) -> Subject:
    """Start an object whose every member succeeds."""
    return _start(_Object(all_succeed), kind)


def always_fails(kind: Kind) -> Subject:
    """Start an object whose every member refuses."""
    return _start(_Object(all_fail), kind)


def never_fires(kind: Kind) -> Subject:
    """Start an object that calls no handler."""
    return _start(_Object(none_fires), kind)


def echoes_status(kind: Kind) -> Subject:
    """Start an object whose status is what was asked for last."""
    return _start(_Object(status_echoes), kind)


def raises_everything(kind: Kind) -> Subject:
    """Start an object whose members raise what has no HRESULT."""
    return _start(_Object(all_raise), kind)


def hangs(kind: Kind) -> Subject:
    """Start an object that hangs in Cancel and in Close."""
    return _start(_Stuck(none_fires), kind)
