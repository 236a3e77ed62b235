"""What the suite holds of a stand-in: all that was noticed of its use, and the levers of its worker."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, Final

from iasyncinfo_conformance.consumers.scene.journal import Journal, Threading
from iasyncinfo_conformance.consumers.scene.seen import Call, Told, Truth
from iasyncinfo_conformance.errors import RunEnds
from iasyncinfo_conformance.escaping import one_line
from iasyncinfo_conformance.families.operation import FamilyOperation, Taking
from iasyncinfo_conformance.families.refusals import Refusal
from iasyncinfo_spec import tables
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.families import FAMILIES
from iasyncinfo_spec.hresults import E_FAIL, signed, unsigned
from iasyncinfo_spec.product import Product
from iasyncinfo_spec.words import Step

_RUNNING: Final = (tables.STARTED, tables.CANCEL_PENDING, tables.CLOSED_RUNNING)
_LIVES: Final = {tables.COMPLETED: AsyncStatus.COMPLETED, tables.ERROR: AsyncStatus.ERROR,
                 tables.CANCELED: AsyncStatus.CANCELED}  # fmt: skip
_LONGEST: Final = 60

Hook = Callable[[int, str], None]


class Core(FamilyOperation):
    """The object of the family, whose worker's steps can be taken in two parts."""

    @property
    def life(self) -> str:
        """The state of the life cycle."""
        return self._run.at.life

    @property
    def running(self) -> bool:
        """Whether the work has not ended."""
        return self.life in _RUNNING

    def publish(self, step: Step) -> tuple[Taking, bool]:
        """Take the first atom of a step; return what is left of it, and whether there is anything left."""
        taking = Taking(step, self._run.atoms(step))
        return taking, self._atom(taking)

    def call(self, taking: Taking) -> None:
        """Take the other atoms."""
        while self._atom(taking):
            pass
        self._taken(taking)


def shown(value: object) -> str:
    """Return a value in one short line."""
    try:
        text = one_line(repr(value))
    except Exception as error:
        text = f"<{type(value).__name__}, whose repr fails with {type(error).__name__}>"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


class Notice:
    """What the suite holds of a stand-in: all that was noticed, and the levers of its worker."""

    def __init__(self, family: str, kind: Kind, face: object, threads: Threading) -> None:
        self.family: str = family
        self.kind: Kind = kind
        self.core: Core = Core(FAMILIES[family], _product(family, kind))
        self.threads: Threading = threads
        self.journal: Journal = Journal(kind, f"the stand-in of {family}", threads.get_ident)
        self.calls: list[Call] = []
        self.told: list[Told] = []
        self.reports: list[Any] = []
        self.heard: list[Any] = []
        """What the consumer's Progress handler was told."""
        self.truth: Truth = Truth(0)
        self.result: list[Any] = []
        """What GetResults returned to the consumer first, in a list; what the worker ended with until then."""
        self.knows: bool = False
        self.asked = 0
        self.begun = False
        self.over = False
        """Whether nobody looks any more: whoever still calls a member is sent away."""
        self.before: Hook = lambda _number, _member: None
        self.after: Hook = lambda _number, _member: None
        self.gone = self.succeeds = False
        self.fails_with: int | None = None
        self.gone_with = E_FAIL
        self._got: list[Any] = []
        self._face = face
        self._handlers: dict[Any, Any] = {}
        self._handler: Any = None
        self._inner: Any = threads.local()
        self._count = 0

    # -- the consumer's calls -----------------------------------------------------------------------------

    def made(self, member: str, answer: Callable[[Core], Any], *argument: Any, null: bool = False) -> Any:
        """Answer a call of the consumer's, and write it down."""
        if self.over:
            raise RunEnds("the meeting is over")
        self._count += 1
        number = self._count
        self.before(number, member)
        running, knows, asked = self.core.running, self.knows, self.asked
        inner = bool(getattr(self._inner, "on", 0))
        of = self.journal.call(member, *argument)
        facts: dict[str, Any] = {"running": running, "knows": knows, "asked": asked, "null": null, "inner": inner}
        try:
            if self.gone:
                raise Refusal(self.gone_with, "the server is gone")
            value = answer(self.core)
        except Refusal as refusal:
            code = unsigned(refusal.winerror)
            self.journal.answer(of, hr=code)
            self.calls.append(Call(of, member, code, **facts))
            self.after(number, member)
            raise Refusal(code, f"{self._face!r} refuses {member}") from None
        except BaseException as error:
            self.calls.append(Call(of, member, raised=type(error).__name__, **facts))
            raise
        self._learn(member, value)
        logged = self._label(value) if member.startswith("get_") and member != "get_results" else value
        self.journal.answer(of, ok=logged)
        self.calls.append(Call(of, member, shown=shown(value), **facts))
        self.after(number, member)
        return value

    def put(self, slot: str, handler: Any) -> None:
        """Set a handler of the consumer's."""
        noticed = None if handler is None else _Noticed(self, slot, handler)
        if noticed is not None:
            self._handlers[noticed] = handler
        label = None if noticed is None else noticed.label

        def answer(core: Core) -> None:
            if slot == "completed":
                self._handler = noticed or self._handler
            try:
                setattr(core, slot, noticed)
            finally:
                if noticed is not None:
                    noticed.within = False

        self.made(f"put_{slot}", answer, label, null=handler is None)

    def original(self, noticed: Any) -> Any:
        """Return the handler that the consumer had set."""
        return self._handlers.get(noticed, noticed)

    def inner(self) -> "_Inner":
        """Return a context in which calls are those of the stand-in's own get, wait and await."""
        return _Inner(self._inner)

    def results(self, core: Core) -> Any:
        """Answer GetResults, rudely where that was asked for."""
        if self.fails_with is not None:
            raise Refusal(self.fails_with, "GetResults fails with a code of its own")
        if self.succeeds:
            return None
        value = core.get_results()
        if not self.core.running and not self._got:
            self._got.append(value)
        return value

    def failure(self) -> Refusal:
        """Return the exception that carries the code of the failure."""
        return Refusal(self.truth.code or E_FAIL, f"{self._face!r} failed")

    @property
    def right_value(self) -> Any:
        """What the consumer has to return: what GetResults returned to it first, or would return."""
        if self._got:
            return self._got[0]
        return self.result[0] if self.result and self.kind.has_result else None

    def _learn(self, member: str, value: Any) -> None:
        if (member == "status" and value != AsyncStatus.STARTED) or (member == "error_code" and value != 0):
            self.knows = True

    def _label(self, handler: Any) -> Any:
        return getattr(handler, "label", None if handler is None else "h")

    # -- levers -------------------------------------------------------------------------------------------

    def publish(self, step: Step) -> Callable[[], None]:
        """Take a worker's step as far as it shows; return what makes its call."""
        of = self.journal.call(*step)
        was_running = self.core.running
        if step[0] == "report_progress":
            self.reports.append(step[1])
        taking, more = self.core.publish(step)
        if was_running and not self.core.running:
            self._end(step, of)
        if taking.prediction is None and not more:
            raise NotPlayed(step[0])
        if not more:
            self.journal.answer(of, ok=None)

        def call() -> None:
            try:
                self.core.call(taking)
            except BaseException as error:  # what a handler raised comes out of the worker's step in some families
                self.journal.answer(of, hr=_code(error))
            else:
                self.journal.answer(of, ok=None)

        return call if more else lambda: None

    def _end(self, step: Step, at: int) -> None:
        status = _LIVES.get(self.core.life, AsyncStatus.CANCELED)
        code = unsigned(step[1]) if step[0] == "fail" else 0
        self.truth = Truth(int(status), at, code, shown(step[1]) if step[0] == "complete" else "")
        if step[0] == "complete":
            self.result = [step[1]]

    def other(self, step: Step) -> None:
        """Do what somebody else does to the operation; what it is refused with is theirs."""
        of = self.journal.call(*step)
        try:
            value = self._others(step)
        except Refusal as refusal:
            self.journal.answer(of, hr=unsigned(refusal.winerror))
        else:
            self.journal.answer(of, ok=value)

    def _others(self, step: Step) -> Any:
        match step:
            case ("cancel",):
                return self.core.cancel()
            case ("close",):
                return self.core.close()
            case ("get_results",):
                value = self.core.get_results()
                self.result = [self._left_of(value)]
                return value
            case ("put_completed", label):
                self.core.completed = _Stranger(self.journal, label)
        return None

    def _left_of(self, value: Any) -> Any:
        """Return what is left of a result that somebody took, without taking it again."""
        moves = FAMILIES[self.family].answer("REPEAT").startswith("moved")
        return type(value)() if moves and isinstance(value, str | list) else value

    def let_go(self) -> None:
        """Drop the handlers that were told: what they alone held is nobody's now."""
        for noticed in [each for each in list(self._handlers) if each.was_called]:
            noticed.let_go()
            self._handlers.pop(noticed)

    def dismiss(self) -> None:
        """Tell whoever still waits, now that nobody looks: a pool's thread would keep the process from its end."""
        for noticed in [each for each in list(self._handlers) if not each.was_called]:
            with suppress(BaseException):
                noticed.call(self._face, AsyncStatus.CANCELED)

    def tell(self, status: int) -> None:
        """Call the consumer's handler, rudely."""
        if self._handler is not None:
            self._handler.call(self._face, status, rude=True)


@cache
def _product(family: str, kind: Kind) -> Product:
    return Product(FAMILIES[family], kind)


class NotPlayed(Exception):
    """A lever that the family does not have in this state."""


class _Inner:
    def __init__(self, local: Any) -> None:
        self._local = local

    def __enter__(self) -> None:
        self._local.on = getattr(self._local, "on", 0) + 1

    def __exit__(self, *_: object) -> None:
        self._local.on -= 1


class _Noticed:
    """A handler of the consumer's whose calls are written down."""

    def __init__(self, notice: Notice, slot: str, handler: Any) -> None:
        self._notice, self._slot, self._handler = notice, slot, handler
        self.label = "h1" if slot == "completed" else "p1"
        self.within = True
        self.was_called = False

    def __call__(self, _core: object, value: Any) -> None:
        self.call(self._notice._face, value)

    def let_go(self) -> None:
        """Drop the handler."""
        self._handler = _nothing

    def call(self, face: object, value: Any, *, rude: bool = False) -> None:
        """Call the handler as the family does."""
        journal, key = self._notice.journal, "status" if self._slot == "completed" else "value"
        if self._slot == "progress":
            self._notice.heard.append(value)
        elif not rude and value != AsyncStatus.STARTED:
            self._notice.knows = True
        of = journal.enter(self.label, **{key: value})
        raised, self.was_called = "", True
        try:
            self._handler(face, value)
        except BaseException as error:
            raised = f"{type(error).__name__}: {shown(str(error))}"
            journal.leave(of, hr=_code(error))
            raise
        else:
            journal.leave(of)
        finally:
            if self._slot == "completed":
                self._notice.told.append(Told(of, int(value), self.within, raised, rude))
            elif raised:
                self._notice.told.append(Told(of, -1, self.within, raised, rude))


def _nothing(_sender: object, _value: object) -> None:
    """Stand where a handler was let go of."""


class _Stranger:
    """The handler of somebody else who has taken the slot."""

    def __init__(self, journal: Journal, label: str) -> None:
        self._journal, self.label = journal, label

    def __call__(self, _core: object, value: Any) -> None:
        self._journal.leave(self._journal.enter(self.label, status=value))


def _code(error: BaseException) -> int:
    code = getattr(error, "winerror", None)
    return unsigned(code) if isinstance(code, int) and signed(code) < 0 else E_FAIL
