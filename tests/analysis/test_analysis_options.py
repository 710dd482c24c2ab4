"""Options of a run become one trajectory."""

import json
from dataclasses import replace

import numpy as np
import pytest

from hrl.analysis.options import of_events, of_programs
from hrl.analysis.run_probes import hierarchical_probes
from hrl.errors import RunError
from hrl.events import Evaluated, HiddenOpened, OptionChosen, read_trace
from hrl.graphs.decision import HIERARCHICAL, OPTIONS
from hrl.graphs.rivals import hierarchical_policy
from hrl.types import TestReport

NAMES = [feature.name for feature in HIERARCHICAL.features]
PROBES = {state.words: state for state in hierarchical_probes()}
WALK = [
    ("nothing yet", "plan"),
    ("a plan of two parts", "execute"),
    ("both parts pass", "integrate"),
    ("merged program, not evaluated", "evaluate"),
    ("merged program failed", "stop"),
]


def chosen(words, option):
    state = PROBES[words]
    return OptionChosen(
        option,
        dict(zip(OPTIONS, state.mask.tolist(), strict=True)),
        None,
        "chain",
        0,
        dict(zip(NAMES, state.observation.tolist(), strict=True)),
    )


def evaluated(verdict, *, own=False):
    report = TestReport(verdict)
    return Evaluated(None, report) if own else Evaluated(report, None)


def test_a_trajectory_holds_what_was_seen_allowed_and_chosen():
    one = of_events([chosen(*step) for step in WALK], "r")
    np.testing.assert_array_equal(one.observations, [PROBES[words].observation for words, _ in WALK])
    np.testing.assert_array_equal(one.masks, [PROBES[words].mask for words, _ in WALK])
    assert [OPTIONS[option] for option in one.actions] == [option for _, option in WALK]
    assert not one.solved


def test_what_a_killed_run_chose_again_counts_once():
    once = [chosen(*step) for step in WALK]
    again = [*once[:3], chosen("both parts pass", "execute"), once[2], *once[2:]]
    one = of_events(again, "r")
    assert [OPTIONS[option] for option in one.actions] == [option for _, option in WALK]


@pytest.mark.parametrize(
    ("told", "solved"),
    [
        ([evaluated("pass")], True),
        ([evaluated("fail"), evaluated("pass", own=True)], True),
        ([evaluated("pass"), evaluated("fail")], True),  # the best program is the answer
        ([evaluated("pass"), HiddenOpened(1, TestReport("fail"))], False),
        ([evaluated("fail"), HiddenOpened(1, TestReport("pass"))], True),
        ([evaluated("fail"), HiddenOpened(1, TestReport("pass"), "another's")], False),
    ],
)
def test_hidden_tests_decide_else_the_best_evaluation(told, solved):
    assert of_events([*(chosen(*step) for step in WALK), *told], "r").solved is solved


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([], "holds no decision of the Hierarchical level"),
        ([chosen(*step) for step in WALK[:-1]], "did not come to its stop"),
        ([replace(chosen(*step), features={}) for step in WALK], "is of an older hrl"),
        ([replace(chosen(*step), features={"another": 1.0}) for step in WALK], "on other features than"),
        ([replace(chosen(*step), mask={"another": True}) for step in WALK], "on other features than"),
    ],
)
def test_runs_that_hold_no_whole_trajectory_are_refused(events, said):
    with pytest.raises(RunError, match=said):
        of_events(events, "r")


def test_an_option_of_an_older_trace_is_still_read(tmp_path):
    event = {"option": "plan", "mask": {"plan": True}, "values": None, "policy": "chain", "cycle": 0}
    line = {"seq": 0, "time": 0.0, "event": {**event, "kind": "option.chosen"}, "v": 1}
    (tmp_path / "events.jsonl").write_text(json.dumps(line) + "\n")
    (read,) = read_trace(tmp_path / "events.jsonl")
    assert read.event == OptionChosen("plan", {"plan": True}, None, "chain", 0)


def test_scripted_programs_are_the_same_for_every_policy_of_a_seed():
    one, other = (of_programs(hierarchical_policy(name), 6, 3) for name in ("chain", "early"))
    assert [a.episode for a in one.trajectories] == [b.episode for b in other.trajectories]
    for a, b in zip(one.trajectories, other.trajectories, strict=True):
        np.testing.assert_array_equal(a.observations[0], b.observations[0])
        assert OPTIONS[a.actions[-1]] == OPTIONS[b.actions[-1]] == "stop"
    another = of_programs(hierarchical_policy("chain"), 6, 4)
    assert [a.episode for a in another.trajectories] != [a.episode for a in one.trajectories]
    assert {a.solved for a in (*one.trajectories, *another.trajectories)} == {True, False}
