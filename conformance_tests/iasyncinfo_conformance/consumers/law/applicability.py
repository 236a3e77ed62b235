"""Which rules apply to which consumer."""

from typing import Final

from iasyncinfo_conformance.consumers.messages import Ready

_ASKED: Final = ("CONSUME-CANCEL-ONCE", "CONSUME-PASSES-ON", "CONSUME-REPORTED")


def why_not(about: Ready, rule: str) -> str:
    """Return why a rule does not apply to a consumer, or nothing where it does."""
    if rule == "CONSUME-PROGRESS" and not (about.progress and any(kind.has_progress for kind in about.kinds)):
        return "it says of no progress that it forwards it"
    if rule == "TWO-FAIL" and not about.application:
        return "it starts no operation: Consumer(application=...) does"
    if rule == "NO-GUARANTEE" and about.time_limit is None:
        return "it says of no time after which it gives up by itself"
    if rule in ("CONSUME-LETS-GO", "CONSUME-LOOP") and not about.is_async:
        return "it is synchronous"
    if rule in _ASKED and not about.can_give_up:
        return "it is synchronous, and has no cancel by which it could be told to give up"
    return ""
