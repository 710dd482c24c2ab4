"""The probe states are what their names say."""

import numpy as np
import pytest

from hrl.analysis.probes import executive_probes
from hrl.analysis.run_probes import hierarchical_probes, moments
from hrl.analysis.words import at_most, count, in_words, is_flag, scale
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


def test_what_the_words_call_a_flag_is_one_in_every_probe():
    values = np.array([state.observation for state in executive_probes()])
    flags = [place for place, feature in enumerate(EXECUTIVE.features) if is_flag(feature)]
    assert np.isin(values[:, flags], (0.0, 1.0)).all()
    names = {EXECUTIVE.features[place].name for place in flags}
    assert {"failed", "duplicate_again", "evaluation"} <= names
    assert not {"tests_passed", "tests_change", "debug_count", "confidence", "budget_left"} & names


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
