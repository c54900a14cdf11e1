"""Whatever is sold, held, lost on the way or told late: never more is on sale than stands on the shelf."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workshop.marketplace import orders, shelf, standing
from workshop.marketplace.models import Listing


class World:
    """A marketplace that lowers its own count when it sells, tells of a sale at once or much later, and a shelf."""

    def __init__(self) -> None:
        self.free, self.shown = 0, 0
        self.visible, self.hidden = 0, 0
        self.listing = Listing(sku="A", sku_key="a", expected_quantity=0, unread=0)

    def buy(self, *, told: bool) -> None:
        """A buyer orders what is shown.

        One who does so between a lost answer and the next look, and of whom the marketplace does not tell yet,
        can't be told from a quantity that was never taken: that one case is left out.
        """
        told = told or self.listing.sent_quantity is not None
        if self.shown:
            self.shown -= 1
            self.visible, self.hidden = self.visible + told, self.hidden + (not told)

    def tell(self) -> None:
        """The marketplace tells of a sale that it had kept to itself."""
        if self.hidden:
            self.hidden, self.visible = self.hidden - 1, self.visible + 1

    def read_orders(self) -> None:
        """Each order read reserves one unit."""
        for _order in range(self.visible):
            orders.account_for_sale(self.listing)
            self.free = max(0, self.free - 1)
        self.visible = 0

    def push(self, *, lost: bool, taken: bool) -> None:
        """Read back, read orders, settle, send; the answer may be lost, whether it was taken or not."""
        seen = self.shown
        self.read_orders()
        standing.settle(self.listing, seen)
        desired = shelf.wanted(self.listing, self.free)
        if desired == seen:
            return
        self.listing.sent_quantity = desired
        if taken or not lost:
            self.shown = desired
        if not lost:
            self.listing.expected_quantity, self.listing.sent_quantity = self.shown, None


STEPS = st.lists(
    st.one_of(
        st.just(("add", True, True)),
        st.just(("tell", True, True)),
        st.tuples(st.just("buy"), st.booleans(), st.just(True)),
        st.tuples(st.just("push"), st.booleans(), st.booleans()),
    ),
    max_size=40,
)


@settings(max_examples=400)
@given(STEPS)
def test_never_more_is_on_sale_than_stands_on_the_shelf(steps: list[tuple[str, bool, bool]]) -> None:
    world = World()
    for what, first, second in steps:
        if what == "add":
            world.free += 1
        elif what == "tell":
            world.tell()
        elif what == "buy":
            world.buy(told=first)
        else:
            world.push(lost=first, taken=second)
        assert world.shown <= world.free - world.visible - world.hidden


def test_a_lost_answer_looks_like_no_sale() -> None:
    world = World()
    world.free = 1
    world.push(lost=False, taken=True)
    world.free = 2
    world.push(lost=True, taken=False)
    world.push(lost=False, taken=True)
    assert (world.shown, world.listing.unread) == (2, 0)
