"""Wrong implementations that carry some values and spoil others."""

import pickle
from typing import Any

from iasyncinfo_conformance.counterexamples.entry import breaks
from iasyncinfo_conformance.counterexamples.plain import Plain, Reporting, subject
from iasyncinfo_conformance.subject import Subject
from iasyncinfo_spec.abi import AsyncStatus, Kind
from iasyncinfo_spec.hresults import E_ILLEGAL_METHOD_CALL


class _NullIsNone(Plain):
    def get_results(self) -> Any:
        result = super().get_results()
        if result is None and self._kind.has_result:
            raise self._refusal(E_ILLEGAL_METHOD_CALL)
        return result


class _Empties(Plain):
    def close(self) -> None:
        super().close()
        if isinstance(self._result, list):
            self._result.clear()


class _Counts(Plain):
    def get_results(self) -> Any:
        result = super().get_results()
        return int(result) if isinstance(result, bool) else result


class _Halves(Plain):
    def get_results(self) -> Any:
        result = super().get_results()
        return result % 2**64 if isinstance(result, int) and result > 0 else result


class _Copies(Plain):
    def _publish(self, status: AsyncStatus, result: Any, code: int) -> None:
        if self._assigned:  # handed from one apartment to another, as it were
            result = result if isinstance(result, int | str | None) else pickle.loads(pickle.dumps(result))
        super()._publish(status, result, code)


class _Measures(Reporting):
    def _report(self, value: Any) -> None:
        super()._report(float(value) if type(value) is int else value)


@breaks(
    "RESULTS",
    "complete(null) get_results",
    "fails with 0x8000000E",
)
def null_result_refused(kind: Kind) -> Subject:
    """A result that is null is taken for no result."""
    return subject(_NullIsNone, kind)


@breaks("RESULTS", "complete([0]) get_results close handed_out", "returns []")
def result_emptied_by_close(kind: Kind) -> Subject:
    """Close empties the list that GetResults has handed out."""
    return subject(_Empties, kind)


@breaks("RESULTS", "complete(true) get_results", "returns 1")
def truth_counted(kind: Kind) -> Subject:
    """A result that is true comes back as 1."""
    return subject(_Counts, kind)


@breaks("RESULTS", "complete(18446744073709551616) get_results", "returns 0")
def result_of_64_bits(kind: Kind) -> Subject:
    """Of a long number the low 64 bits come back."""
    return subject(_Halves, kind)


@breaks(
    "RESULTS",
    'put_completed(h1{get_results}) complete({"object": 1})',
    "succeeds; calls h1(Completed) which meets ['<Opaque>']",
)
def result_copied_for_a_handler(kind: Kind) -> Subject:
    """Where a handler waits it gets a copy of the result, not the object itself."""
    return subject(_Copies, kind)


@breaks(
    "PROG-ONCE",
    "put_progress(p1) report_progress(1)",
    "succeeds; calls p1(1.0)",
    kind=Kind.ACTION_WITH_PROGRESS,
)
def progress_measured(kind: Kind) -> Subject:
    """Progress that is a whole number comes as another sort of number."""
    return subject(_Measures, kind)
