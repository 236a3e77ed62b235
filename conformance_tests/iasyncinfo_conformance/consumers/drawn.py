"""Situations that Hypothesis draws, and shrinks where a rule fails that no other has failed."""

from collections.abc import Sequence
from typing import Final, Protocol

from iasyncinfo_conformance.consumers.hosted import Lost
from iasyncinfo_conformance.consumers.judged import Judged
from iasyncinfo_conformance.consumers.law.situations import is_playable, tier_of_steps
from iasyncinfo_conformance.consumers.messages import Asked, Ready
from iasyncinfo_conformance.consumers.plan import DRAWN, Run, families_met
from iasyncinfo_conformance.consumers.scene.seen import Seen
from iasyncinfo_conformance.record.options import Options
from iasyncinfo_spec.abi import Kind
from iasyncinfo_spec.situations import family_of
from iasyncinfo_spec.words import Word

EXAMPLES: Final = 60
"""Situations that are drawn; more show nothing more of the wrong consumers that are kept."""


class Meets(Protocol):
    """Where a consumer is run."""

    def meet(self, asked: Sequence[Asked]) -> list[Seen | Lost]:
        """Return what was seen in each situation."""


class _Failed(AssertionError):
    """A rule has failed that had not: Hypothesis looks for a shorter situation."""


def draw(about: Ready, hosted: Meets, judged: Judged, options: Options) -> None:
    """Have a consumer meet situations that are drawn, and judge them."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    from iasyncinfo_conformance.strategies import situations

    known = judged.journal.failed_rules()
    last: list[Run] = []

    @seed(options.seed)
    @settings(max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=list(HealthCheck),
              phases=(Phase.generate, Phase.shrink), report_multiple_bugs=False)  # fmt: skip
    @given(situations(families_met(options.profile), about.kinds, gives_up=about.can_give_up))
    def drawn(found: tuple[Word, Kind]) -> None:
        situation, kind = found
        run = _run(situation, kind)
        if run is None:
            return
        (seen,) = hosted.meet([run.asked])
        if judged.would_fail(run, seen, known):
            last[:] = [run]
            raise _Failed
        judged.take(run, seen, DRAWN)

    try:
        drawn()
    except _Failed:
        (seen,) = hosted.meet([last[0].asked])
        judged.take(last[0], seen, DRAWN)


def _run(situation: Word, kind: Kind) -> Run | None:
    family = family_of(situation)
    if not is_playable(situation[1:], family, kind):
        return None
    return Run(DRAWN, Asked(situation, kind), tier_of_steps(situation[1:], family), "", (family,))
