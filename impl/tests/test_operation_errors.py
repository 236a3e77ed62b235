"""The exceptions: codes, text, and pickling."""

import pickle

import pytest

from iasyncinfo import (
    AsyncInfoError,
    AsyncOperation,
    IllegalDelegateAssignment,
    IllegalMethodCall,
    IllegalStateChange,
    OperationCanceled,
    OperationClosed,
    OperationFailed,
    ResultsCanceled,
    ResultsNotReady,
)
from iasyncinfo_spec.hresults import hresult_name, unsigned

CODES: list[tuple[type[AsyncInfoError], int]] = [
    (IllegalMethodCall, 0x8000000E),
    (ResultsNotReady, 0x8000000E),
    (ResultsCanceled, 0x8000000E),
    (OperationClosed, 0x8000000E),
    (IllegalStateChange, 0x8000000D),
    (IllegalDelegateAssignment, 0x80000018),
    (OperationCanceled, 0x800704C7),
]


@pytest.mark.parametrize(("refusal", "code"), CODES)
def test_a_refusal_carries_its_code(refusal: type[AsyncInfoError], code: int) -> None:
    """winerror and hresult are the signed code, and the text names it."""
    error = refusal("no")
    assert error.winerror == error.hresult == code - 2**32
    assert unsigned(error.winerror) == code
    assert str(error) == f"no [{hresult_name(code)}]"


@pytest.mark.parametrize("error", [refusal("no") for refusal, _ in CODES] + [OperationFailed(0x80004005, "why")])
def test_an_exception_survives_pickling(error: AsyncInfoError) -> None:
    """Class, code and text come back."""
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (copy.winerror, copy.hresult, str(copy)) == (error.winerror, error.hresult, str(error))


def test_a_failure_shows_its_code_signed() -> None:
    """OperationFailed takes the code signed or not."""
    assert OperationFailed(0x80004005).winerror == OperationFailed(-2147467259).winerror == -2147467259
    assert str(OperationFailed(0x80004005)) == "the operation failed [0x80004005 E_FAIL]"


def test_an_error_code_is_a_number_that_also_has_a_value() -> None:
    """Code written for PyWinRT reads ``error_code.value``; both are the signed code, 0 where nothing failed."""
    operation, producer = AsyncOperation[int].create()
    assert (operation.error_code, operation.error_code.value) == (0, 0)
    producer.fail(0x80070005)
    assert operation.error_code == operation.error_code.value == 0x80070005 - 2**32
    assert type(operation.error_code.value) is int
    assert isinstance(operation.error_code, int)
