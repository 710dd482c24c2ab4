"""Where two policies choose otherwise."""

import numpy as np
import pytest

from hrl.analysis.differences import as_text, compare
from hrl.analysis.opening import open_policy, probes
from hrl.errors import BadInput, PolicyFileError
from hrl.executive import EXECUTIVE
from hrl.policies import Architecture, save_policy

ON_PROBES = (probes(EXECUTIVE), "probe states")


def constant(path, advantages, *, repair=0.0, **about):
    """A policy file whose Q-values are these in every state, but for `stop`, worth more with each repair."""
    shape = Architecture(len(EXECUTIVE.features), (4,), len(EXECUTIVE.actions), dueling=False)
    weights = {name: np.zeros(size, dtype=np.float32) for name, size in shape.shapes().items()}
    weights["body.0.weight"][0, EXECUTIVE.index("debug_count")] = 10.0
    weights["advantage.weight"][EXECUTIVE.action("stop"), 0] = repair
    weights["advantage.bias"] = np.array(advantages, dtype=np.float32)
    save_policy(path, weights, EXECUTIVE, shape, name=path.name, **about)
    return open_policy(str(path))


def test_debug_2_and_debug_3_differ_exactly_after_the_second_repair():
    found = compare(open_policy("debug-2"), open_policy("debug-3"), *ON_PROBES)
    assert {split.state for split in found.splits} == {
        "second repair failed too",
        "second repair is the same program, as the first was",
        "second repair is the same program, the first was new",
    }
    assert found.pairs == (("stop", "debug", 3),)
    assert found.agreement == round(1 - 3 / found.choices, 4)
    assert "second repair failed too: stop | debug" in as_text(found)


@pytest.mark.parametrize("name", ["default", "rex", "logistic", "chain"])
def test_a_policy_agrees_with_itself(name):
    one, other = open_policy(name), open_policy(name)
    found = compare(one, other, probes(one.decision), "probe states")
    assert (found.agreement, found.splits) == (1.0, ())


def test_forced_moves_do_not_count_as_agreement():
    found = compare(open_policy("single-shot"), open_policy("best-of-n"), *ON_PROBES)
    free = [state for state in probes(EXECUTIVE) if state.mask.sum() > 1]
    assert found.choices == len(free) < found.states == len(probes(EXECUTIVE))


def test_the_states_where_values_differ_most_come_first(tmp_path):
    stops = constant(tmp_path / "stops", (0, 0, 0, 0, 1), repair=1.0)  # worth 1 and 1 more with each repair
    debugs = constant(tmp_path / "debugs", (0, 0, 2, 0, 0))
    found = compare(stops, debugs, *ON_PROBES)
    gaps = [(split.state, split.gap) for split in found.splits]
    # The first loses 10 of its widest 10 by the other's choice, the other 2 of 2.
    assert gaps[0] == ("ninth repair failed too", pytest.approx(1 + 1))
    assert gaps[1] == ("fifth repair failed too", pytest.approx(6 / 10 + 1))
    # `test` is worth no more than `stop` to the other one, and comes first.
    assert gaps[-1] == ("first repair, untested", pytest.approx(2 / 10))


def test_policies_that_draw_differ_by_their_shares():
    found = compare(open_policy("random"), open_policy("single-shot"), *ON_PROBES)
    assert 0.0 < found.agreement < 1.0
    assert any(0.0 < split.overlap < 1.0 for split in found.splits)


def test_cards_are_compared_field_by_field(tmp_path):
    about = {"steps": 10, "recipe": {"learner": {"gamma": 0.99, "n_step": 1}}}
    one = constant(tmp_path / "a", (0, 0, 0, 0, 1), **about)
    about = {"steps": 10, "recipe": {"learner": {"gamma": 0.95, "n_step": 1}}}
    other = constant(tmp_path / "b", (0, 0, 0, 0, 1), **about)
    assert compare(one, other, *ON_PROBES).card == (
        ("name", "a", "b"),
        ("recipe.learner.gamma", "0.99", "0.95"),
    )


def test_policies_of_different_levels_share_no_state():
    with pytest.raises(BadInput, match="they share no state"):
        compare(open_policy("chain"), open_policy("debug-3"), *ON_PROBES)


def test_a_rule_comes_before_a_file_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    constant(tmp_path / "debug-3", (0, 0, 0, 0, 1))
    assert open_policy("debug-3").card is None
    with pytest.raises(PolicyFileError, match="there is no policy 'nothing'"):
        open_policy("nothing")
