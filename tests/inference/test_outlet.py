"""Stop strings, wherever pieces cut them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.inference.outlet import Outlet

LETTERS = st.text("abc", max_size=30)


@given(LETTERS, st.lists(st.text("abc", min_size=1, max_size=4), max_size=3), st.data())
def test_the_text_ends_before_the_first_stop_however_it_is_cut(
    text: str, stops: list[str], data: st.DataObject
) -> None:
    outlet, shown, rest = Outlet(stops), "", text
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        shown += outlet.take(rest[:size])
        rest = rest[size:]
    shown += outlet.take("", last=True)
    # The stop that ends first is the one a reader of characters comes to.
    ends = [text.find(stop) + len(stop) for stop in stops if stop in text]
    if not ends:
        assert (shown, outlet.closed) == (text, False)
    else:
        assert outlet.closed
        assert not any(stop in shown for stop in stops)
        assert text.startswith(shown)


def test_what_may_be_a_stop_is_held_back() -> None:
    outlet = Outlet(["</fin>"])
    assert outlet.take("Toux. </f") == "Toux. "
    assert outlet.take("ièvre") == "</fièvre"
    assert outlet.take(" 39</fin> suite") == " 39"
    assert outlet.take("encore", last=True) == ""


def test_half_a_number_is_held_back_and_lost_at_the_end() -> None:
    outlet = Outlet([])
    assert outlet.take("TA 14", whole=False) == ""
    assert outlet.take("/8 ") == "TA 14/8 "
    assert outlet.take("4", whole=False, last=True) == ""
