"""Work side by side: the order of what it brings, and how a failure ends it."""

import threading

import pytest

from hrl.training.parallel import side_by_side


def test_results_come_in_the_order_of_the_places():
    last = threading.Event()

    def work(place):
        if place == 3:
            last.set()
        return place if last.wait(10) else None

    assert side_by_side(work, range(4), workers=4, name="test") == [0, 1, 2, 3]


def test_a_failure_is_raised_after_what_was_under_way_is_told_to_end():
    halt, ended = threading.Event(), []

    def work(place):
        if place == 1:
            raise KeyError("gone")
        ended.append((place, halt.wait(10)))

    with pytest.raises(KeyError, match="gone"):
        side_by_side(work, range(3), workers=2, name="test", halt=halt)
    assert (0, True) in ended
