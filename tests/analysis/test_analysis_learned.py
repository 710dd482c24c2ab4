"""What is fitted to trajectories: the tree in words, its fidelity, clusters, LDA."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the extra: pip install 'hrl[analysis]'")

from sklearn.tree import DecisionTreeClassifier

from hrl.analysis.branches import Branch, Leaf, in_sentences, leaves, read_tree
from hrl.analysis.episodes import of_drills
from hrl.analysis.groups import cluster, separate
from hrl.analysis.levels import EXECUTIVE_LEVEL
from hrl.analysis.options import of_programs
from hrl.analysis.report import analyze_experience, as_text
from hrl.analysis.surrogates import fit_surrogates
from hrl.analysis.trajectories import Experience, Trajectory, alike
from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL
from hrl.graphs.rivals import hierarchical_policy
from hrl.policies import load_policy


@pytest.fixture(scope="module")
def debug_2():
    """What `debug-2` does in forty drills."""
    return of_drills(load_policy("debug-2", EXECUTIVE), 40, 0).trajectories


def test_the_tree_recovers_a_rule_that_is_known(debug_2):
    found = fit_surrogates(debug_2, EXECUTIVE, size=8, seed=0)
    scores = {score.name: score.mean for score in found.fidelity}
    assert scores["decision tree"] == found.agreement == 1.0
    assert scores["majority"] < 0.6
    told = "\n".join(found.tree)
    assert "if debugs ≤ 1 [debug_count]:" in told
    assert told.index("debugs ≤ 1") < told.index("debug  (") < told.index("stop  (")


def test_a_rule_of_the_level_above_is_recovered_in_its_own_words():
    found = of_programs(hierarchical_policy("early"), 40, 0)
    told = fit_surrogates(found.trajectories, HIERARCHICAL, size=8, seed=0)
    assert told.agreement == 1.0
    tree = "\n".join(told.tree)
    # `early` executes three times before the first evaluation: once, and twice more what failed.
    rule = "if times failed subtasks were executed again under this plan ≤ 1 [redone]:"
    assert tree.index(rule) < tree.index("execute  (")
    assert fit_surrogates(found.trajectories, HIERARCHICAL, size=2, seed=0).agreement < 1.0


def test_a_policy_that_the_tree_cannot_know_is_not_explained(debug_2):
    generator = np.random.default_rng(0)
    drawn = [
        replace(one, actions=np.array([generator.choice(np.flatnonzero(mask)) for mask in one.masks]))
        for one in debug_2
    ]
    found = fit_surrogates(drawn, EXECUTIVE, size=8, seed=0)
    assert {score.name: score.mean for score in found.fidelity}["decision tree"] < 0.8


def test_an_episode_that_is_met_twice_is_not_asked_for_after_it_was_shown():
    generator = np.random.default_rng(0)
    drawn = [trajectory(["test"], True, confidence=generator.random()) for _ in range(40)]
    free = [
        replace(one, masks=np.ones_like(one.masks), actions=generator.integers(2, size=1)) for one in drawn
    ]
    found = fit_surrogates(free * 2, EXECUTIVE, size=40, seed=0)
    assert found.agreement == 1.0
    assert max(score.mean for score in found.fidelity) < 0.8
    assert alike(free * 2).tolist() == [*range(40)] * 2


def test_the_size_of_the_tree_is_kept(debug_2):
    assert fit_surrogates(debug_2, EXECUTIVE, size=2, seed=0).leaves == 2


def test_forced_decisions_are_left_out(debug_2):
    found = fit_surrogates(debug_2, EXECUTIVE, size=8, seed=0)
    assert found.choices == sum(int((one.masks.sum(axis=1) > 1).sum()) for one in debug_2)


def test_a_policy_without_a_choice_is_said_in_a_sentence(debug_2):
    always = [replace(one, actions=np.full_like(one.actions, 2)) for one in debug_2]
    assert (
        fit_surrogates(always, EXECUTIVE, size=8, seed=0).note == "Wherever there is a choice, it is debug."
    )
    alone = [trajectory(["test"] * 3, True)]
    assert "more than one legal action" in fit_surrogates(alone, EXECUTIVE, size=8, seed=0).note


def test_a_rare_action_is_no_warning(debug_2):
    place = next(place for place, one in enumerate(debug_2) if one.masks[-1].sum() > 1)
    rare, others = debug_2[place], [*debug_2[:place], *debug_2[place + 1 :]]
    rare = replace(rare, actions=np.array([*rare.actions[:-1], EXECUTIVE.action("search")]))
    assert fit_surrogates([rare, *others], EXECUTIVE, size=8, seed=0).fidelity


def test_too_few_episodes_are_no_fidelity_but_a_tree(debug_2):
    found = fit_surrogates(debug_2[:3], EXECUTIVE, size=8, seed=0)
    assert found.fidelity == ()
    assert found.note.startswith("Fidelity is left out")
    assert found.tree


def test_splits_whose_sides_choose_the_same_are_not_said():
    repairs, stop = EXECUTIVE.index("debug_count"), EXECUTIVE.action("stop")
    inputs = np.zeros((40, len(EXECUTIVE.features) + len(EXECUTIVE.actions)))
    inputs[:, repairs] = np.repeat([0.0, 0.1, 0.2, 0.3], 10)
    actions = np.array([2] * 20 + [2] * 6 + [stop] * 4 + [stop] * 10)
    told = read_tree(DecisionTreeClassifier(random_state=0).fit(inputs, actions), EXECUTIVE)
    assert told == Branch("debugs ≤ 2 [debug_count]", Leaf("debug", 30, 26), Leaf("stop", 10, 10))
    assert leaves(told) == 2
    assert in_sentences(told) == [
        "if debugs ≤ 2 [debug_count]:", "    debug  (26 of 30)", "else:", "    stop  (10 of 10)",
    ]  # fmt: skip


def trajectory(actions, solved, **features):
    observations = np.zeros((len(actions), len(EXECUTIVE.features)), dtype=np.float32)
    for name, value in features.items():
        observations[:, EXECUTIVE.index(name)] = value
    masks = np.zeros((len(actions), len(EXECUTIVE.actions)), dtype=np.bool_)
    taken = np.array([EXECUTIVE.action(action) for action in actions])
    masks[np.arange(len(actions)), taken] = True
    return Trajectory("e", observations, masks, taken, solved)


def test_two_kinds_of_trajectories_are_two_clusters():
    short, long = ["generate", "test", "stop"], ["generate", "test", "debug", "debug", "debug", "stop"]
    both = [trajectory(short, True)] * 12 + [trajectory(long, False)] * 8
    found, labels = cluster(both, EXECUTIVE_LEVEL, seed=0)
    assert [(one.trajectories, one.solved, list(one.typical)) for one in found.clusters] == [
        (12, 1.0, short),
        (8, 0.0, long),
    ]
    assert labels.tolist() == [0] * 12 + [1] * 8


def test_trajectories_that_are_alike_are_no_clusters():
    same = [trajectory(["generate", "stop"], True)] * 10
    assert cluster(same, EXECUTIVE_LEVEL, seed=0) is None
    assert "All trajectories are alike." in told(same)


def test_two_episodes_that_differ_are_not_said_to_be_alike():
    two = [trajectory(["generate"] * 8 + ["stop"], False), trajectory(["debug"] * 10 + ["stop"], False)]
    assert cluster(two, EXECUTIVE_LEVEL, seed=0) is None
    assert "alike" not in told(two)
    assert "too few episodes to group" in told(two)


def told(trajectories):
    found = Experience("p", EXECUTIVE_LEVEL, "s", "hidden tests", tuple(trajectories))
    return as_text(analyze_experience(found, leaves=8, seed=0)[0])


def test_what_sets_solved_apart_is_found_with_its_sign():
    generator = np.random.default_rng(0)
    some = [
        trajectory(["test", "debug"], solved, has_documents=solved, duplicate_count=generator.random())
        for solved in [True, False] * 10
    ]
    found, places, solved = separate(some, EXECUTIVE_LEVEL, seed=0)
    assert found.weights[0][0] == "the task attached documents [has_documents]"
    assert found.weights[0][1] > 10 * abs(found.weights[1][1])
    assert found.accuracy.mean == 1.0
    assert found.majority == 0.5
    assert ((places > 0) == solved).all()


def test_states_after_a_program_passed_say_nothing_about_what_foretells_it():
    some = [trajectory(["test", "stop"], solved, passed=solved) for solved in [True, False] * 10]
    assert separate(some, EXECUTIVE_LEVEL, seed=0) is None


def test_one_outcome_cannot_be_set_apart():
    assert separate([trajectory(["test", "stop"], True)] * 20, EXECUTIVE_LEVEL, seed=0) is None
