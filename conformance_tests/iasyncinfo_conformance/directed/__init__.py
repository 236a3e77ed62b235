"""Directed tests: for each rule the words that show whether it is kept, written from its sentence.

One module a family of rules. A case expects only what its rule says, so that one fault is not reported
under many names.
"""

from iasyncinfo_conformance.directed import (
    apart,
    cancel,
    close,
    completed,
    members,
    progress,
    results,
    status,
    treatment,
    values,
    waits,
)
from iasyncinfo_conformance.directed.expectations import Case

CASES: tuple[Case, ...] = (
    *members.CASES,
    *status.CASES,
    *cancel.CASES,
    *completed.CASES,
    *results.CASES,
    *progress.CASES,
    *close.CASES,
    *values.CASES,
    *treatment.CASES,
    *apart.CASES,
    *waits.CASES,
)
