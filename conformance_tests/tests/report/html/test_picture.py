"""The picture of the life cycle: every arrow finds its way, round the states that it does not concern."""

from itertools import product

import pytest

from iasyncinfo_conformance.record.moves import DEAD_ENDS
from iasyncinfo_conformance.report.html.picture.layout import NARROW, WIDE, Layout
from iasyncinfo_conformance.report.html.picture.routing import Box, Router
from iasyncinfo_spec.tables import CREATED, LIFECYCLE_STATES, STARTED

EVERY = (*LIFECYCLE_STATES, *DEAD_ENDS)


@pytest.mark.parametrize("layout", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_two_states_can_be_joined(layout: Layout) -> None:
    """A state with itself, too; the way stays in the picture, and hides no other state's middle.

    From ``created`` an object comes to ``started`` before anybody has it. From where a step did not come back no
    other leads.
    """
    boxes = {state: Box.around(layout.at[state], *layout.box) for state in EVERY}
    met = [state for state in LIFECYCLE_STATES if state != CREATED]
    for source, dest in ((CREATED, STARTED), *product(met, [*met, *DEAD_ENDS])):
        route = Router(layout, EVERY).route(source, dest, ("a step",))
        strangers = [box for state, box in boxes.items() if state not in (source, dest)]
        assert not any(box.holds(point, -12) for box in strangers for point in route.points), (source, dest)
        assert all(-30 <= point.x <= layout.width + 30 for point in route.points), (source, dest)
        assert route.path.startswith("M")


@pytest.mark.parametrize("layout", [WIDE, NARROW], ids=["wide", "narrow"])
def test_states_stand_apart_and_within(layout: Layout) -> None:
    """No two boxes touch, and none reaches out of the picture."""
    boxes = [Box.around(layout.at[state], *layout.box) for state in EVERY]
    assert all(one is other or one.overlap(other) == 0 for one in boxes for other in boxes)
    assert all(box.left >= 0 and box.right <= layout.width and box.top >= 0 for box in boxes)


def test_arrows_beside_each_other_are_told_apart() -> None:
    """Three from one state to another take three ways, and their labels do not cover each other."""
    router = Router(WIDE, LIFECYCLE_STATES)
    routes = [router.route("cancel_pending", "canceled", (f"step {number}",)) for number in range(3)]
    middles = [route.points[len(route.points) // 2] for route in routes]
    assert len({round(middle.y) for middle in middles}) == 3
    assert len({round(route.label.y) for route in routes}) == 3
