"""The Hypothesis state machine of one kind: a rule for each member and each lever, and a bundle of operations.

Each rule takes one step of an operation, and what comes is compared with the machines of the specification. Two rules
take several: an operation is *begun* by a drawn word that leads somewhere, and *told apart* by one that tells where it
stands. Where the subject lives in this process a step is taken at once. Over a pipe the steps of an example are run as
one word when it ends. Either way a failing case is a list of calls, and its word can be replayed.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, precondition, rule

from iasyncinfo_conformance import strategies
from iasyncinfo_conformance.judging.comparison import Ids, deciding
from iasyncinfo_conformance.judging.judge import Judge
from iasyncinfo_conformance.model.model import Model
from iasyncinfo_conformance.session.playing import Live, Play
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_conformance.target import RARE_LEVERS, Result
from iasyncinfo_spec.product import Configuration, Handler, Prediction
from iasyncinfo_spec.tables import CANCEL_PENDING, RUNNING_STATES
from iasyncinfo_spec.variations import VARIATIONS
from iasyncinfo_spec.words import OTHERS, Step, Word, format_word, parse_word, step_names


class Operation:
    """One operation of an example: where it stands, and, where it lives in this process, its subject."""

    def __init__(self, prefix: str, model: Model, live: Live | None) -> None:
        self._model = model
        self._live = live
        self.prefix: str = prefix
        """What the names of its steps begin with: nothing, or one of OTHERS."""
        self.here: Configuration = Configuration()
        """Where the machines of the specification stand after its steps."""
        self.ids: Ids = Ids()

    @property
    def subject(self) -> Subject:
        """What the adapter handed over; a LookupError where it lives behind a pipe."""
        if self._live is None:
            raise LookupError("the operation lives behind a pipe")
        return self._live.subject(self.prefix)

    @property
    def is_running(self) -> bool:
        """Whether its worker still runs."""
        return self.here.life in RUNNING_STATES

    def foresee(self, step: Step) -> tuple[Prediction, Configuration] | None:
        """Return what a step is to answer here and where it leads, or None where nobody can take it."""
        return self._model.step(self.here, step)


def _own(name: str) -> st.SearchStrategy[Any]:
    """Return the strategy that the running machine has for an argument: it depends on the kind and the subject."""
    drawn: st.SearchStrategy[Any] = st.runner().flatmap(lambda machine: machine.drawn[name])
    return drawn


def _any_runs(machine: "Walk") -> bool:
    return any(operation.is_running for operation in machine.alive)


def _any_has_ended(machine: "Walk") -> bool:
    return not all(operation.is_running for operation in machine.alive)


def _any_is_to_cancel(machine: "Walk") -> bool:
    return any(operation.here.life == CANCEL_PENDING for operation in machine.alive)


class Walk(RuleBasedStateMachine):
    """The state machine of one kind; :func:`walk_class` fills in what depends on the kind and the subject.

    A subclass may add rules, which take steps with :meth:`take`, and invariants, which look at :attr:`alive`.
    """

    model: ClassVar[Model]
    judge: ClassVar[Judge]
    play: ClassVar[Play]
    drawn: ClassVar[dict[str, st.SearchStrategy[Any]]]
    """The strategies of the arguments of its rules."""
    touched: ClassVar[set[tuple[str, ...]]]
    """The states in which each step was taken."""
    most: ClassVar[int]
    """How many operations may be alive at once."""

    operations: ClassVar[Bundle[Operation]] = Bundle("operations")

    def __init__(self) -> None:
        super().__init__()
        self.word: list[Step] = []
        """The steps that were taken: the word of this example."""
        self.results: list[Result] = []
        """What came of them, where they are taken at once."""
        self.alive: list[Operation] = []
        """The operations of this example."""
        self._is_off = False
        self._live: Live | None = None

    # -- beginnings and looks -------------------------------------------------------------------------

    @initialize(target=operations, way=_own("way"))
    def begin(self, way: str) -> Operation:
        """Begin with an operation, and take it where a word leads."""
        self._live = self.play.begin()
        return self._begun("", way)

    @precondition(lambda self: len(self.alive) < self.most)
    @rule(target=operations, way=_own("way"))
    def begin_another(self, way: str) -> Operation:
        """Begin another operation beside those that there are."""
        return self._begun(OTHERS[len(self.alive) - 1], way)

    def _begun(self, prefix: str, way: str) -> Operation:
        operation = Operation(prefix, self.model, self._live)
        self.alive.append(operation)
        self.take_all(operation, _word(way))
        return operation

    @precondition(_any_has_ended)
    @rule(operation=operations, by=_own("by"))
    def tell_apart(self, operation: Operation, by: str) -> None:
        """Take those steps of a word that can be taken; where an operation stands elsewhere it answers otherwise.

        Only of one whose worker has ended: most of these words end it, and life before that is what rules draw.
        """
        if not operation.is_running:
            self.take_all(operation, _word(by))

    # -- the caller's ---------------------------------------------------------------------------------

    @rule(operation=operations)
    def id(self, operation: Operation) -> None:
        """Read Id."""
        self.take(operation, ("id",))

    @rule(operation=operations)
    def status(self, operation: Operation) -> None:
        """Read Status."""
        self.take(operation, ("status",))

    @rule(operation=operations)
    def error_code(self, operation: Operation) -> None:
        """Read ErrorCode."""
        self.take(operation, ("error_code",))

    @rule(operation=operations)
    def cancel(self, operation: Operation) -> None:
        """Call Cancel."""
        self.take(operation, ("cancel",))

    @rule(operation=operations)
    def close(self, operation: Operation) -> None:
        """Call Close."""
        self.take(operation, ("close",))

    @rule(operation=operations, handler=_own("put_completed"))
    def put_completed(self, operation: Operation, handler: Handler | None) -> None:
        """Set Completed."""
        self.take(operation, strategies.put("put_completed", handler))

    @rule(operation=operations)
    def get_completed(self, operation: Operation) -> None:
        """Read Completed."""
        self.take(operation, ("get_completed",))

    @rule(operation=operations, handler=_own("put_progress"))
    def put_progress(self, operation: Operation, handler: Handler | None) -> None:
        """Set Progress."""
        self.take(operation, strategies.put("put_progress", handler))

    @rule(operation=operations)
    def get_progress(self, operation: Operation) -> None:
        """Read Progress."""
        self.take(operation, ("get_progress",))

    @rule(operation=operations)
    def get_results(self, operation: Operation) -> None:
        """Call GetResults."""
        self.take(operation, ("get_results",))

    # -- the worker's ---------------------------------------------------------------------------------

    @precondition(_any_runs)
    @rule(operation=operations, result=_own("complete"))
    def complete(self, operation: Operation, result: Any) -> None:
        """Let the worker end with a result."""
        self.take(operation, ("complete", result))

    @precondition(_any_runs)
    @rule(operation=operations, hresult=_own("fail"))
    def fail(self, operation: Operation, hresult: int) -> None:
        """Let the worker end with an error."""
        self.take(operation, ("fail", hresult))

    @precondition(_any_is_to_cancel)
    @rule(operation=operations)
    def acknowledge_cancel(self, operation: Operation) -> None:
        """Let the worker see that it is to cancel."""
        self.take(operation, ("acknowledge_cancel",))

    @precondition(_any_runs)
    @rule(operation=operations, value=_own("report_progress"))
    def report_progress(self, operation: Operation, value: Any) -> None:
        """Let the worker report progress."""
        self.take(operation, ("report_progress", value))

    @rule(operation=operations, hresult=_own("fail"))
    def cancel_callback_fails(self, operation: Operation, hresult: int) -> None:
        """Have the worker's own cancel callback fail from now on."""
        self.take(operation, ("cancel_callback_fails", hresult))

    @rule(operation=operations)
    def cancel_notifications(self, operation: Operation) -> None:
        """Ask how often the worker has been told to cancel."""
        self.take(operation, ("cancel_notifications",))

    # -- steps ------------------------------------------------------------------------------------------

    def take(self, operation: Operation, step: Step) -> Result | None:
        """Take a step of an operation, if anybody can, and compare what comes with what is allowed.

        Returns what came; None where nobody can take the step here, or where the word is run when the example ends.
        Raises NotAllowed where what came is not allowed.
        """
        foreseen = None if self._is_off else operation.foresee(step)
        if foreseen is None:
            return None
        prediction, there = foreseen
        self.touched.add((operation.here.life, operation.here.completed, operation.here.progress, step[0]))
        operation.here = there
        self.word.append((operation.prefix + step[0], *step[1:]))
        return None if self._live is None else self._taken(self._live, operation, prediction)

    def take_all(self, operation: Operation, word: Iterable[Step]) -> None:
        """Take those steps of a word that can be taken."""
        for step in word:
            self.take(operation, step)

    def _taken(self, live: Live, operation: Operation, prediction: Prediction) -> Result:
        result = live.take(self.word[-1])
        self.results.append(result)
        if deciding(prediction, result, operation.ids, running=operation.is_running):
            self._is_off = True  # what comes from now on has another cause
            self._judge(self.results)
        return result

    def _judge(self, results: list[Result]) -> None:
        finding = self.judge.judge(self.word, results)
        if finding is not None:
            self.play.found(tuple(self.word), finding)

    def teardown(self) -> None:
        """End the example: what has not been run yet is run now."""
        if self._live is not None:
            self._live.over()
        elif self.word:
            results = self.play.run(tuple(self.word))
            if results is not None:
                self._judge(results)


_RULES: Final = (
    "id", "status", "error_code", "cancel", "close", "put_completed", "get_completed", "put_progress", "get_progress",
    "get_results", "complete", "fail", "acknowledge_cancel", "report_progress", "cancel_callback_fails",
    "cancel_notifications",
)  # fmt: skip
"""The rules that take the step of their name."""


def walk_class(model: Model, judge: Judge, play: Play, sorts: Iterable[str]) -> type[Walk]:
    """Return the state machine of one kind, with the rules for the steps that the subject can take.

    ``sorts`` are those of the values that it carries.
    """
    supported = {step[0] for step in (*model.plain, *model.looks)} | _rare(model)
    members: dict[str, Any] = {
        "model": model,
        "judge": judge,
        "play": play,
        "drawn": _drawn(model, tuple(sorts)),
        "touched": set(),
        "most": 1 + len({"objects", "third"} & model.supports),
        **dict.fromkeys((name for name in _RULES if name not in supported), None),
    }
    return type(f"{model.kind.value}_walk", (Walk,), members)


def without_words(machine: type[Walk]) -> type[Walk]:
    """Return a machine whose operations begin where they are born, and that takes one step at a time."""
    members: dict[str, Any] = {
        "drawn": {**machine.drawn, "way": st.just(format_word(machine.model.born))},
        "tell_apart": None,
    }
    return type(machine.__name__, (machine,), members)


def let_go(machine: type[Walk]) -> None:
    """Take from a machine what it drew from and judged by: Hypothesis keeps the class of each machine that has run."""
    for each in (machine, *machine.__subclasses__()):
        for name in {"model", "judge", "play", "drawn"} & set(vars(each)):
            delattr(each, name)


def _rare(model: Model) -> set[str]:
    """Return the levers that no rule needs, where what they do ends no process."""
    deadly = (point for point in VARIATIONS.values() if point.deadly and model.row.answer(point.name) == point.deadly)
    ends = {name for point in deadly for word in point.words for name in step_names(parse_word(word))}
    return (set(RARE_LEVERS) & model.supports) - ends


def _drawn(model: Model, sorts: tuple[str, ...]) -> dict[str, st.SearchStrategy[Any]]:
    system, machine = model.plain_system, model.plain_machine
    ways = [system.access[here] for here in system.configurations if len(system.access[here]) >= len(model.born)]
    tellers = sorted({word for words in machine.identifiers for word in words}, key=lambda word: (len(word), word))
    levers = {
        "complete": strategies.values(sorts),
        "fail": strategies.codes(),
        "report_progress": strategies.progress(sorts),
    }

    @st.composite
    def texts(draw: st.DrawFn, words: list[Word]) -> str:
        """Draw a word as text; the worker's steps have drawn values, unless they were taken before its birth."""
        word = draw(st.sampled_from(words))
        if model.born:
            return format_word(word)
        return format_word((step[0], draw(levers[step[0]])) if step[0] in levers else step for step in word)

    puts = {slot: strategies.handlers(model.kind, slot, model.supports) for slot in model.slots}
    # Most ways lead past the end, where values and handlers do nothing any more: two operations of three begin before.
    running = [system.access[here] for here in system.configurations if here.life in RUNNING_STATES]
    before = [way for way in running if way in ways] or ways
    way = st.just(format_word(model.born)) | texts(before) | texts(ways)
    return {"way": way, "by": texts(tellers), **levers, **puts}


@lru_cache(1000)
def _word(text: str) -> Word:
    return parse_word(text) if text else ()
