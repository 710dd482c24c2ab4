"""Decisions of the Executive become trajectories."""

import numpy as np
import pytest

from hrl.analysis.episodes import of_drills, of_events
from hrl.analysis.probes import executive_probes
from hrl.errors import RunError
from hrl.events import Decided, EpisodeFinished, EpisodeStarted, HiddenOpened
from hrl.executive import EXECUTIVE
from hrl.policies import load_policy
from hrl.types import TestReport

STATE = next(state for state in executive_probes() if state.words == "second repair failed too")
NAMES = [feature.name for feature in EXECUTIVE.features]


def decided(episode, action="stop", features=None):
    values = dict(zip(NAMES, STATE.observation.tolist(), strict=True))
    mask = dict(zip(EXECUTIVE.actions, STATE.mask.tolist(), strict=True))
    return Decided(episode, 0, features or values, mask, None, action, "debug-2")


def begun(episode):
    return EpisodeStarted(episode, "f", "solve")


def ended(episode, outcome="failed"):
    return EpisodeFinished(episode, "f", outcome, "", 1)


def test_a_trajectory_holds_what_was_seen_allowed_and_chosen():
    (one,) = of_events([begun("a"), decided("a", "debug"), decided("a"), ended("a", "passed")])
    np.testing.assert_array_equal(one.observations, [STATE.observation, STATE.observation])
    np.testing.assert_array_equal(one.masks, [STATE.mask, STATE.mask])
    assert [EXECUTIVE.actions[action] for action in one.actions] == ["debug", "stop"]
    assert one.solved


def test_parallel_episodes_are_kept_apart_and_unfinished_ones_left_out():
    events = [
        begun("a"),
        begun("b"),
        decided("a"),
        decided("b", "debug"),
        begun("c"),
        decided("c"),
        ended("b"),
        ended("a"),
    ]
    assert [(one.episode, len(one.actions)) for one in of_events(events)] == [("a", 1), ("b", 1)]


def test_an_episode_that_begins_again_forgets_what_it_was():
    events = [begun("a"), decided("a", "debug"), begun("a"), decided("a"), ended("a")]
    (one,) = of_events(events)
    assert one.actions.tolist() == [EXECUTIVE.action("stop")]


def test_hidden_tests_overrule_the_tests_that_the_episode_saw():
    events = [begun("a"), decided("a"), ended("a", "passed"), HiddenOpened(1, TestReport("fail"), "a")]
    assert not of_events(events)[0].solved


def test_decisions_on_other_features_are_refused():
    with pytest.raises(RunError, match="were made on other features than version"):
        of_events([begun("a"), decided("a", features={"another": 1.0}), ended("a")])


def test_drills_are_the_same_for_every_policy_and_seed():
    one, other = (of_drills(load_policy(name, EXECUTIVE), 6, 3) for name in ("debug-2", "debug-3"))
    assert [a.episode for a in one.trajectories] == [b.episode for b in other.trajectories]
    for a, b in zip(one.trajectories, other.trajectories, strict=True):
        np.testing.assert_array_equal(a.observations[0], b.observations[0])
