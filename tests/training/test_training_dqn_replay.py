import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.errors import RunError
from hrl.training.checkpoint import read_checkpoint
from hrl.training.priorities import Priorities
from hrl.training.replay import NStepWindow, ReplayBuffer, Row, Transition

LEGAL = np.array([True, False])


def transition(number, *, reward=1.0, terminated=False, truncated=False, discount=0.5):
    here, there = np.full(1, number, np.float32), np.full(1, number + 1, np.float32)
    return Transition(here, 0, reward, there, LEGAL, terminated, truncated, discount)


def rows_of(transitions, n):
    window = NStepWindow(n)
    rows = [row for entry in transitions for row in window.add(entry)]
    return rows, window


def test_an_n_step_row_sums_discounted_rewards_and_discounts_what_follows():
    rows, window = rows_of([transition(number) for number in range(3)], 3)
    assert len(rows) == 1
    assert rows[0].reward == 1 + 0.5 + 0.25
    assert rows[0].row_discount == 0.125
    assert rows[0].next_observation == 3
    assert len(window) == 2


def test_termination_cuts_the_window_and_bootstraps_nothing():
    rows, window = rows_of([transition(0), transition(1, terminated=True)], 3)
    assert [(row.reward, row.row_discount) for row in rows] == [(1.5, 0.0), (1.0, 0.0)]
    assert len(window) == 0


def test_truncation_cuts_the_window_and_bootstraps():
    rows, _ = rows_of([transition(0), transition(1, truncated=True), transition(5)], 3)
    assert [(row.reward, row.row_discount) for row in rows] == [(1.5, 0.25), (1.0, 0.5)]
    assert [float(row.next_observation[0]) for row in rows] == [2, 2]


def test_an_option_brings_its_own_discount():
    rows, _ = rows_of([transition(0, discount=0.9**4), transition(1, discount=0.9**2)], 2)
    assert rows[0].row_discount == pytest.approx(0.9**6)
    assert rows[0].reward == pytest.approx(1 + 0.9**4)


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.sampled_from(["", "", "terminated", "truncated"])), max_size=40),
    st.integers(1, 5),
)
def test_windows_give_one_row_a_transition_and_never_cross_an_episodes_end(steps, n):
    transitions = [
        transition(number, reward=reward, terminated=end == "terminated", truncated=end == "truncated")
        for number, (reward, end) in enumerate(steps)
    ]
    rows, window = rows_of(transitions, n)
    assert len(rows) + len(window) == len(steps)
    ends = [number for number, (_, end) in enumerate(steps) if end]
    for number, row in enumerate(rows):
        last = min([number + n - 1, *(end for end in ends if end >= number)])
        assert float(row.next_observation[0]) == last + 1
        wanted = sum(0.5**place * steps[number + place][0] for place in range(last - number + 1))
        assert row.reward == pytest.approx(wanted)
        wanted_discount = 0.0 if steps[last][1] == "terminated" else 0.5 ** (last - number + 1)
        assert row.row_discount == wanted_discount


def row(number, **changes):
    here = np.full(1, number, np.float32)
    given = {"row_discount": 0.5, "next_mask": LEGAL} | changes
    return Row(here, 0, float(number), here, given["next_mask"], given["row_discount"])


def test_the_ring_forgets_the_oldest():
    buffer = ReplayBuffer(3, 1, 2)
    for number in range(5):
        buffer.add(row(number))
    kept = set(buffer.sample(100, np.random.default_rng(0))["reward"].tolist())
    assert kept == {2.0, 3.0, 4.0}
    assert len(buffer) == 3


def test_only_a_terminated_row_may_have_an_empty_next_mask():
    nothing = np.zeros(2, dtype=bool)
    buffer = ReplayBuffer(3, 1, 2)
    buffer.add(row(0, next_mask=nothing, row_discount=0.0))
    with pytest.raises(ValueError, match="bootstraps"):
        buffer.add(row(1, next_mask=nothing))


@given(st.integers(1, 9), st.integers(0, 25), st.integers(0, 25), st.sampled_from([0.0, 0.6]))
def test_a_restored_ring_goes_on_like_the_first(capacity, before, after, exponent):
    one, other = (ReplayBuffer(capacity, 1, 2, exponent) for _ in range(2))
    for number in range(before):
        one.add(row(number))
        one.prioritise(np.array([number % capacity]), np.array([number / 7], np.float32))
    added, columns = one.state()
    other.restore(added, {name: column.copy() for name, column in columns.items()})
    for number in range(after):
        one.add(row(100 + number))
        other.add(row(100 + number))
    assert one.state()[0] == other.state()[0]
    for name, column in one.state()[1].items():
        assert (other.state()[1][name] == column).all()
    if len(one):
        drawn = one.sample(20, np.random.default_rng(0), 0.5)
        again = other.sample(20, np.random.default_rng(0), 0.5)
        assert all((again[name] == column).all() for name, column in drawn.items())


def priorities_of(errors, exponent, capacity=None):
    """A row for each error."""
    priorities = Priorities(capacity or len(errors), exponent)
    for place in range(len(errors)):
        priorities.add(place)
    priorities.update(np.arange(len(errors)), np.array(errors, np.float32))
    return priorities


@pytest.mark.parametrize(
    ("exponent", "wanted"),
    [(1.0, [0.1, 0.2, 0.3, 0.4]), (2.0, [1 / 30, 4 / 30, 9 / 30, 16 / 30])],
)
def test_probabilities_of_four_rows_by_hand(exponent, wanted):
    # The sign of an error does not matter.
    priorities = priorities_of([1, -2, 3, -4], exponent)
    assert priorities.probabilities(np.arange(4)) == pytest.approx(wanted, rel=1e-5)


def test_importance_weights_of_four_rows_by_hand():
    priorities, rows = priorities_of([1, 2, 3, 4], 1.0), np.arange(4)
    # 1 / (4 P) is 5/2, 5/4, 5/6, 5/8; divided by the largest: 1, 1/2, 1/3, 1/4.
    assert priorities.weights(rows, 4, 1.0) == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4], rel=1e-5)
    assert priorities.weights(rows, 4, 0.5) == pytest.approx(np.sqrt([1, 1 / 2, 1 / 3, 1 / 4]), rel=1e-5)
    assert priorities.weights(rows, 4, 0.0).tolist() == [1, 1, 1, 1]
    # The largest is that of the batch, not that of the ring.
    assert priorities.weights(np.array([3, 1, 3]), 4, 1.0) == pytest.approx([0.5, 1, 0.5], rel=1e-5)


def chi_square(counts, probabilities):
    wanted = counts.sum() * np.array(probabilities)
    return float(((counts - wanted) ** 2 / wanted).sum())


def test_rows_are_drawn_as_often_as_their_priorities_say():
    errors = np.array([1, 2, 3, 4, 10, 0.1, 5])  # seven: the tree has an empty leaf
    priorities, generator = priorities_of(errors, 0.6), np.random.default_rng(0)
    places = np.concatenate([priorities.draw(16, 7, generator) for _ in range(2_000)])
    counts = np.bincount(places, minlength=7)
    shares = errors**0.6 / (errors**0.6).sum()
    assert chi_square(counts, shares) < 22.5  # 99.9 % of chi-square with six degrees of freedom
    assert chi_square(counts, np.full(7, 1 / 7)) > 1_000
    # One row from every equal part of the sum: half of the sum lies below row 4.
    low = np.cumsum(shares)
    for _ in range(20):
        drawn = priorities.draw(2, 7, generator)
        assert drawn[0] <= np.searchsorted(low, 0.5) <= drawn[1]


def test_a_row_that_was_drawn_twice_has_its_last_error_and_sums_stay_right():
    priorities = priorities_of([1, 1, 1, 1], 1.0)
    priorities.update(np.array([2, 0, 2, 2]), np.array([9, 3, 7, 5], np.float32))
    assert priorities.state(4)["priority"] == pytest.approx([3, 1, 5, 1], rel=1e-5)
    assert priorities.probabilities(np.arange(4)) == pytest.approx([0.3, 0.1, 0.5, 0.1], rel=1e-5)


def test_a_new_row_is_as_high_as_any_ever_was():
    buffer = ReplayBuffer(3, 1, 2, priority_exponent=1.0)
    for number in range(3):
        buffer.add(row(number))
    assert buffer.state()[1]["priority"].tolist() == [1, 1, 1]
    buffer.prioritise(np.array([0, 1]), np.array([0.5, 8], np.float32))
    buffer.prioritise(np.array([1]), np.array([2], np.float32))
    buffer.add(row(3))
    assert buffer.state()[1]["priority"] == pytest.approx([8, 2, 1], rel=1e-5)


def test_a_row_without_error_can_still_be_drawn():
    assert (priorities_of([0, 5], 1.0).probabilities(np.arange(2)) > 0).all()


def test_a_batch_by_priority_brings_its_places_and_weights():
    buffer = ReplayBuffer(4, 1, 2, priority_exponent=1.0)
    for number in range(4):
        buffer.add(row(number))
    buffer.prioritise(np.arange(4), np.array([1, 2, 3, 4], np.float32))
    batch = buffer.sample(50, np.random.default_rng(0), 1.0)
    assert (batch["reward"] == batch["place"]).all()
    assert set(batch["place"]) == {0, 1, 2, 3}
    assert batch["weight"] == pytest.approx(1 / (batch["place"] + 1), rel=1e-5)
    assert batch["weight"].dtype == np.float32


def test_an_exponent_of_zero_samples_uniformly_in_the_same_bits():
    plain, zero = ReplayBuffer(5, 1, 2), ReplayBuffer(5, 1, 2, priority_exponent=0.0)
    for number in range(7):
        plain.add(row(number))
        zero.add(row(number))
    zero.prioritise(np.arange(5), np.array([9, 0, 0, 0, 0], np.float32))
    drawn = zero.sample(64, np.random.default_rng(3), 1.0)
    places = np.random.default_rng(3).integers(0, 5, 64)
    assert drawn["reward"].tolist() == np.array([5, 6, 2, 3, 4])[places].tolist()
    assert set(drawn) == set(plain.sample(64, np.random.default_rng(3)))
    assert set(zero.state()[1]) == set(plain.state()[1])


@given(
    st.integers(1, 40),
    st.lists(
        st.one_of(
            st.none(),
            st.lists(st.tuples(st.integers(0, 39), st.floats(-9, 9, width=32)), min_size=1, max_size=6),
        ),
        max_size=60,
    ),
    st.integers(0, 10**6),
)
def test_priorities_are_those_of_a_plain_list(capacity, steps, seed):
    """None adds a row; a list is a batch of rows with their errors."""
    priorities, known, highest, added = Priorities(capacity, 0.7), {}, 1.0, 0
    for batch in steps:
        if batch is None:
            priorities.add(added % capacity)
            known[added % capacity] = highest
            added += 1
        elif known:
            places, errors = [place % len(known) for place, _ in batch], [error for _, error in batch]
            priorities.update(np.array(places), np.array(errors, np.float32))
            known |= {place: (abs(error) + 1e-6) ** 0.7 for place, error in zip(places, errors, strict=True)}
            highest = max([highest, *((abs(error) + 1e-6) ** 0.7 for error in errors)])
    if not known:
        return
    rows, count = np.arange(len(known)), len(known)
    np.testing.assert_allclose(priorities.state(count)["priority"], [known[place] for place in rows])
    np.testing.assert_allclose(
        priorities.probabilities(rows), np.array([known[place] for place in rows]) / sum(known.values())
    )
    drawn = priorities.draw(33, count, np.random.default_rng(seed))
    assert set(drawn.tolist()) <= set(known)


@pytest.mark.parametrize("content", [None, b"", b"not a checkpoint"])
def test_a_checkpoint_that_cannot_be_read_is_one_sentence(tmp_path, content):
    path = tmp_path / "checkpoint.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RunError, match="not a checkpoint"):
        read_checkpoint(path)
