import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.errors import RunError
from hrl.training.checkpoint import read_checkpoint
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


@given(st.integers(1, 9), st.integers(0, 25), st.integers(0, 25))
def test_a_restored_ring_goes_on_like_the_first(capacity, before, after):
    one, other = ReplayBuffer(capacity, 1, 2), ReplayBuffer(capacity, 1, 2)
    for number in range(before):
        one.add(row(number))
    added, columns = one.state()
    other.restore(added, {name: column.copy() for name, column in columns.items()})
    for number in range(after):
        one.add(row(100 + number))
        other.add(row(100 + number))
    assert one.state()[0] == other.state()[0]
    for name, column in one.state()[1].items():
        assert (other.state()[1][name] == column).all()


@pytest.mark.parametrize("content", [None, b"", b"not a checkpoint"])
def test_a_checkpoint_that_cannot_be_read_is_one_sentence(tmp_path, content):
    path = tmp_path / "checkpoint.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RunError, match="not a checkpoint"):
        read_checkpoint(path)
