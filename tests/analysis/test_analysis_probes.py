"""The probe states are what their names say."""

import numpy as np
import pytest

from hrl.analysis.probes import executive_probes
from hrl.analysis.run_probes import hierarchical_probes, moments
from hrl.analysis.run_words import in_words as run_in_words
from hrl.analysis.words import at_most, count, in_words, is_flag, named, scale
from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL, measures

WHOLE_BUDGET = 1.0
BOTH = [(executive_probes, EXECUTIVE), (hierarchical_probes, HIERARCHICAL)]


def probe(words):
    return next(state for state in executive_probes() if state.words == words)


def legal(state):
    return {action for action, may in zip(EXECUTIVE.actions, state.mask, strict=True) if may}


@pytest.mark.parametrize(("made", "decision"), BOTH)
def test_every_probe_is_a_state_of_its_decision_and_no_two_are_the_same(made, decision):
    states = made()
    seen = {(*state.observation.tolist(), *state.mask.tolist()) for state in states}
    assert len(seen) == len({state.words for state in states}) == len(states)
    for state in states:
        assert state.mask.any()
        for value, feature in zip(state.observation, decision.features, strict=True):
            assert feature.low <= value <= feature.high


@pytest.mark.parametrize("progress", moments().values(), ids=moments())
def test_what_a_moment_of_a_run_measures_is_in_range_before_it_is_clipped(progress):
    for value, feature in zip(measures(progress, WHOLE_BUDGET), HIERARCHICAL.features, strict=True):
        assert feature.low <= value <= feature.high, feature.name


def test_every_feature_of_the_level_above_differs_between_probes():
    values = np.array([state.observation for state in hierarchical_probes()])
    names = [feature.name for feature in HIERARCHICAL.features]
    assert [name for name, column in zip(names, values.T, strict=True) if len(set(column)) == 1] == []


@pytest.mark.parametrize(
    ("words", "features", "options"),
    [
        ("the whole task in one piece failed", {"plan_whole"}, {"plan", "execute", "integrate"}),
        ("a part fails; it is said to use the other", {"lacking"}, {"plan", "execute", "integrate"}),
        (
            "a part fails; what it uses seems beside the matter",
            {"needless"},
            {"plan", "execute", "integrate"},
        ),
        ("a part of the revised plan fails too", {"plan_revised"}, {"plan", "execute", "integrate"}),
        ("a part fails again; programs to join", {"joinable", "redone"}, {"plan", "execute", "integrate"}),
        ("a model's merge, not evaluated", {"program_model"}, {"evaluate"}),
    ],
)
def test_probes_show_what_the_level_above_decides_by(words, features, options):
    state = next(state for state in hierarchical_probes() if state.words == words)
    deciding = {"plan_whole", "lacking", "needless", "plan_revised", "joinable", "redone", "program_model"}
    assert {name for name in deciding if state.observation[HIERARCHICAL.index(name)]} == features
    names = zip(HIERARCHICAL.actions, state.mask, strict=True)
    assert {option for option, may in names if may} == options


def test_probes_count_what_their_names_count():
    for words, repairs in (("second repair failed too", 2), ("ninth repair failed too", 9)):
        assert count(probe(words).observation, EXECUTIVE, "debug_count") == repairs
    twice = probe("second repair is the same program, as the first was")
    assert count(twice.observation, EXECUTIVE, "duplicates_in_row") == 2


def test_probes_allow_what_the_mask_allows():
    assert legal(probe("no program yet")) == {"generate"}
    assert legal(probe("no program yet; documents to search")) == {"generate", "search"}
    assert legal(probe("first program passed")) == {"stop"}
    assert legal(probe("last restart failed too")) == {"debug", "stop"}
    assert legal(probe("merged program failed: wrong value")) == {"debug", "stop"}


@pytest.mark.parametrize(
    ("made", "decision", "some", "none"),
    [
        (*BOTH[0], {"failed", "duplicate_again", "evaluation"},
         {"tests_passed", "tests_change", "debug_count", "confidence", "budget_left"}),
        (*BOTH[1], {"has_plan", "lacking", "evaluation_passed", "program_model"},
         {"best_passed", "fresh_programs", "joinable", "failed_subtasks", "redone"}),
    ],
    ids=["executive", "hierarchical"],
)  # fmt: skip
def test_what_the_words_call_a_flag_is_one_in_every_probe(made, decision, some, none):
    values = np.array([state.observation for state in made()])
    flags = [place for place, feature in enumerate(decision.features) if is_flag(feature)]
    assert np.isin(values[:, flags], (0.0, 1.0)).all()
    names = {decision.features[place].name for place in flags}
    assert some <= names
    assert not none & names


def test_a_meaning_that_goes_on_from_its_neighbour_is_said_alone():
    for feature in (*EXECUTIVE.features, *HIERARCHICAL.features):
        assert not named(feature).startswith(("and ", "the same ", "that program ")), feature.name


def test_a_logarithm_is_said_as_what_was_counted():
    joinable = HIERARCHICAL.features[HIERARCHICAL.index("joinable")]
    said = "programs that known parts make and no search has looked at"
    assert at_most(joinable, np.log2(1 + 5) / 6) == f"{said} ≤ 5 [joinable]"
    assert at_most(joinable, 0.05) == f"{said} = 0 [joinable]"
    seen = np.zeros(len(HIERARCHICAL.features))
    seen[HIERARCHICAL.index("joinable")] = round(np.log2(1 + 62) / 6, 4)
    assert count(seen, HIERARCHICAL, "joinable") == 62


def test_counts_are_said_as_they_were_counted():
    debugs = EXECUTIVE.features[EXECUTIVE.index("debug_count")]
    assert scale(debugs) == 10
    assert at_most(debugs, 0.25) == "debugs ≤ 2 [debug_count]"
    assert at_most(debugs, 0.05) == "debugs = 0 [debug_count]"


def test_a_state_is_said_in_one_line():
    said = in_words(probe("second repair is the same program, the first was new").observation)
    assert said == (
        "failed: a wrong value (25% of 4 tests pass), generates 1, repairs 2, duplicates 1, "
        "duplicates in a row 1, the program comes from a repair, budget 100%"
    )


def test_every_probe_of_the_level_above_is_said_in_a_line_of_its_own():
    said = {state.words: run_in_words(state.observation) for state in hierarchical_probes()}
    assert len(set(said.values())) == len(said)
    assert said["nothing yet"] == "no plan yet, budget 100%"
    assert said["nothing yet; a task of one function"] == "a task of one function, no plan yet, budget 100%"
    assert said["the plan was refused"] == "the plan was refused, plans 1, budget 100%"
    assert said["the whole task in one piece failed"] == (
        "the task in one piece, its part fails, executes 1, budget 100%"
    )
    assert said["a part fails again; programs to join"] == (
        "a model's plan of 2 parts, a part that no other needs fails, "
        "plans 1, executes 2, executes in vain 1, programs to join 3, budget 100%"
    )
    assert said["merged again, failed too"] == (
        "a model's plan of 2 parts, every part passes, merged and failed (50% of tests pass), "
        "plans 1, executes 1, integrates 2, evaluates 2, budget 100%"
    )
