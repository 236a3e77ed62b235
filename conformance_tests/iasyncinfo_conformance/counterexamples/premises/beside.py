"""Wrong implementations whose objects have something in common, or stay when they are gone; and too wide numbers."""

from itertools import count
from typing import Any, ClassVar

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Handler, Plain, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind

_numbers = count(2**32 + 1)


class _OneCell(Plain):
    _cell: ClassVar[list[Any]] = [None]

    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        super()._publish(status, result, code)
        self._cell[0] = self._result

    def get_results(self) -> Any:
        super().get_results()
        return self._cell[0]


class _TwoCells(Plain):
    """Its results lie in a ring that has room for two."""

    _ring: ClassVar[list[Any]] = [None, None]
    _born: ClassVar["count[int]"] = count()

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._at = next(self._born) % len(self._ring)

    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        super()._publish(status, result, code)
        self._ring[self._at] = self._result

    def get_results(self) -> Any:
        result = super().get_results()
        return result if result is None else self._ring[self._at]


class _OneListener(Reporting):
    _listeners: ClassVar[list[Handler | None]] = [None]

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._listeners[0] = None

    def _put_progress(self, handler: Handler | None) -> None:
        super()._put_progress(handler)
        self._listeners[0] = handler

    def _report(self, value: Any) -> None:
        if self._listener is not None and self._listeners[0] is not None:
            self._call(self._listeners[0], value)


class _LastBorn(Plain):
    _last: ClassVar["list[_LastBorn]"] = []

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._last[:] = [self]

    def _tell_worker(self) -> None:
        self._last[0]._cancels_told += 1


class _WideId(Plain):
    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self._number = next(_numbers)

    @property
    def id(self) -> int:
        self._enter()
        return self._number


class _WideCode(Plain):
    @property
    def error_code(self) -> Any:
        code = super().error_code
        return code | 1 << 32 if code else code


class _Registered(Plain):
    _all: ClassVar[list[Any]] = []

    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        super()._publish(status, result, code)
        self._all.append(self)


class _RefusalsKept(Plain):
    _all: ClassVar[list[Handler | None]] = []

    def _put_completed(self, handler: Handler | None) -> None:
        if self._assigned:
            self._all.append(handler)
        super()._put_completed(handler)


class _ResultsCached(Plain):
    _all: ClassVar[list[Any]] = []

    def get_results(self) -> Any:
        result = super().get_results()
        self._all.append(result)
        return result


@breaks(
    "APART",
    "complete(5) b.complete(7) get_results b.get_results",
    "returns 7",
)
def one_result_for_all(kind: Kind) -> Subject:
    """The result of whichever operation ended last is that of every one."""
    return subject(_OneCell, kind)


@breaks("APART", "complete(5) b.complete(7) c.complete(9) get_results b.get_results c.get_results", "returns 9")
def one_result_for_every_second(kind: Kind) -> Subject:
    """The results of all operations lie in a ring that has room for two."""
    return subject(_TwoCells, kind)


@breaks(
    "APART",
    "put_progress(p1) b.put_progress(p2) report_progress(1) b.report_progress(2)",
    "succeeds; calls p2(not the operation, 1)",
    kind=Kind.ACTION_WITH_PROGRESS,
)
def one_listener_for_all(kind: Kind) -> Subject:
    """The Progress handler that was set last hears the reports of every operation."""
    return subject(_OneListener, kind)


@breaks("APART", "b.status cancel b.cancel_notifications", "returns 1")
def last_worker_told(kind: Kind) -> Subject:
    """Whichever operation is canceled, the worker that was started last is told."""
    return subject(_LastBorn, kind)


@breaks("WIDTH", "id", "returns 4294967")
def id_of_64_bits(kind: Kind) -> Subject:
    """An id needs more than 32 bits."""
    return subject(_WideId, kind)


@breaks("WIDTH", "fail(0x80004005) error_code get_results", "returns 0x180004005, no HRESULT")
def code_of_64_bits(kind: Kind) -> Subject:
    """An error code has a bit beyond its 32."""
    return subject(_WideCode, kind)


@breaks("RELEASED", "put_completed(h1) complete(5) remains", "keeps the operation of objects that are gone")
def operations_registered(kind: Kind) -> Subject:
    """Every operation that has ended stays in a list."""
    return subject(_Registered, kind)


@breaks(
    "RELEASED",
    "get_results put_completed(h1) put_completed(h2) fail(0x80004005) remains",
    "keeps the handler of objects that are gone",
)
def refused_handlers_kept(kind: Kind) -> Subject:
    """A handler that is refused is never let go."""
    return subject(_RefusalsKept, kind)


@breaks(
    "RELEASED",
    'put_completed(h1) complete({"object": 1}) get_results remains',
    "keeps the result of objects that are gone",
)
def results_cached(kind: Kind) -> Subject:
    """Every result that was ever handed out is kept for the next time."""
    return subject(_ResultsCached, kind)
