import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrl.executive import EXECUTIVE, Action, Episode, action_mask, observe, outcome, start_episode
from hrl.executive.actions import MAX_BROKEN_GENERATES, MAX_DEBUGS, MAX_STEPS
from hrl.executive.updates import (
    after_ask,
    after_broken,
    after_duplicate,
    after_new,
    after_search,
    after_test,
)
from hrl.types import Candidate, Passage, Subtask, TestCode, TestOutcome, TestReport, dump, load

SUBTASK = Subtask("f", "Do it.", "def f(x)", (TestCode("assert f(1) == 2"),))
FAIL = TestReport(
    "fail", (TestOutcome("t", "fail", "AssertionError"), TestOutcome("u", "pass")), "AssertionError"
)
PASS = TestReport("pass", (TestOutcome("t", "pass"), TestOutcome("u", "pass")))


def start(**given):
    return start_episode("t", SUBTASK, episode_id="e", **given)


def program(number, **given):
    return Candidate.of(f"def f(x): return {number}", "generate", **given)


def made(episode, number):
    return after_new(after_ask(episode, "generate"), program(number), cut=False)


def legal(episode):
    return {
        action.name.lower() for action, allowed in zip(Action, action_mask(episode), strict=True) if allowed
    }


def test_an_episode_begins_with_generate_alone():
    assert legal(start()) == {"generate"}


def test_documents_make_search_legal_from_the_start():
    assert legal(start(has_documents=True)) == {"generate", "search"}


def test_a_new_program_can_only_be_tested():
    assert legal(made(start(), 1)) == {"test"}


def test_a_failed_test_opens_repair_restart_and_stop():
    assert legal(after_test(made(start(), 1), FAIL)) == {"generate", "debug", "stop"}


def test_a_draft_is_tested_and_left():
    episode = start(draft=True, has_documents=True)
    assert legal(episode) == {"generate", "search"}
    episode = made(episode, 1)
    assert "test" in legal(episode)
    episode = replace(after_test(episode, FAIL), searchable=True)
    assert legal(episode) == {"stop"}


def test_a_passed_test_leaves_stop_alone_even_where_a_search_would_find_something():
    passed = replace(after_test(made(start(has_documents=True), 1), PASS), searchable=True)
    assert legal(passed) == {"stop"}


def test_whether_a_repair_that_came_back_to_a_known_program_is_tried_again_is_the_policys_to_say():
    episode = after_test(made(start(), 1), FAIL)
    for repairs in range(1, MAX_DEBUGS):
        episode = after_duplicate(after_ask(episode, "debug"), "debug")
        assert legal(episode) == {"generate", "debug", "stop"}
        assert (episode.stuck, episode.counts.duplicates_in_row) == (True, repairs)
    episode = after_duplicate(after_ask(episode, "debug"), "debug")
    assert legal(episode) == {"generate", "stop"}


def test_a_new_program_ends_the_row_of_duplicates():
    stuck = after_duplicate(after_ask(after_test(made(start(), 1), FAIL), "debug"), "debug")
    fresh = after_new(after_ask(stuck, "debug"), program(2), cut=False)
    assert (fresh.stuck, fresh.counts.duplicates, fresh.counts.duplicates_in_row) == (False, 1, 0)


def test_new_passages_are_new_evidence():
    stuck = after_duplicate(after_ask(after_test(made(start(), 1), FAIL), "debug"), "debug")
    assert not after_search(stuck, (Passage("a", "b", "c"),)).stuck
    assert after_search(stuck, ()).stuck


def test_a_restart_that_came_back_to_a_known_program_leaves_repair_open():
    again = after_duplicate(after_ask(after_test(made(start(), 1), FAIL), "generate"), "generate")
    assert "debug" in legal(again)


def test_broken_first_replies_are_bounded_and_then_stop_is_all_that_is_left():
    episode = start()
    for _ in range(MAX_BROKEN_GENERATES):
        assert legal(episode) == {"generate"}
        episode = after_broken(after_ask(episode, "generate"), "generate")
    assert legal(episode) == {"stop"}
    assert outcome(episode) == "untested"


def test_broken_repairs_are_bounded_until_there_is_new_evidence():
    episode = after_test(made(start(), 1), FAIL)
    for _ in range(2):
        assert "debug" in legal(episode)
        episode = after_broken(after_ask(episode, "debug"), "debug")
    assert "debug" not in legal(episode)
    assert "debug" in legal(after_search(episode, (Passage("a", "b", "c"),)))


def test_restarts_run_out():
    episode = start()
    for number in range(5):
        assert "generate" in legal(episode)
        episode = after_test(made(episode, number), FAIL)
    assert "generate" not in legal(episode)


def test_evaluation_needs_a_program_and_never_generates():
    with pytest.raises(ValueError, match="candidate"):
        start(mode="evaluate")
    episode = start(mode="evaluate", candidate=program(1))
    assert legal(episode) == {"test"}
    assert legal(after_test(episode, FAIL)) == {"debug", "stop"}


def test_most_tests_passed_wins_and_the_first_among_equals():
    half = after_test(made(start(), 1), FAIL)
    same = after_test(made(half, 2), FAIL)
    worse = after_test(made(same, 3), replace(FAIL, outcomes=FAIL.outcomes[:1]))
    assert worse.best.candidate == program(1)
    assert after_test(made(worse, 4), PASS).best.candidate == program(4)


REPORTS = st.builds(
    lambda statuses, error: TestReport(
        "pass"
        if statuses and set(statuses) == {"pass"}
        else next((s for s in statuses if s != "pass"), "error"),
        tuple(TestOutcome(f"t{n}", status) for n, status in enumerate(statuses)),
        error,
    ),
    st.lists(st.sampled_from(["pass", "fail", "timeout", "memory", "error", "protocol"]), max_size=30),
    st.sampled_from(["", "AssertionError", "SyntaxError", "NameError", "TypeError", "KeyError", "Odd"]),
)


@st.composite
def walks(draw):
    """Every state of an episode in which anything that can happen happens."""
    candidate = program(draw(st.integers(0, 3))) if draw(st.booleans()) else None
    evaluate = candidate is not None and draw(st.booleans())
    episode = start(
        mode="evaluate" if evaluate else "solve",
        candidate=candidate,
        has_documents=draw(st.booleans()),
        starter=draw(st.sampled_from(["", "x"])),
        draft=draw(st.booleans()),
    )
    states, actions = [episode], []
    while episode.status == "running":
        action = Action(draw(st.sampled_from(np.flatnonzero(action_mask(episode)).tolist())))
        episode = replace(happen(draw, episode, action), steps=episode.steps + 1)
        episode = replace(episode, searchable=not episode.passed and draw(st.booleans()))
        actions.append((states[-1], action, episode))
        states.append(episode)
    return actions


def happen(draw, episode, action):
    if action == Action.STOP:
        return replace(episode, status="stopped")
    if action == Action.TEST:
        return after_test(episode, draw(REPORTS))
    if action == Action.SEARCH:
        found = draw(st.lists(st.builds(Passage, *[st.text(max_size=3)] * 3), max_size=3))
        return after_search(episode, tuple(found))
    origin = action.name.lower()
    asked = after_ask(episode, origin)
    if draw(st.integers(0, 4)) == 0:
        return after_broken(asked, origin)
    reply = program(draw(st.integers(0, 30)), mean_logprob=draw(st.none() | st.floats(-50, 0)))
    if reply.digest in episode.seen:
        return after_duplicate(asked, origin)
    return after_new(asked, reply, cut=draw(st.booleans()))


@settings(max_examples=50, deadline=None)
@given(walks())
def test_every_episode_ends_and_never_leaves_a_rule(walk):
    assert len(walk) <= MAX_STEPS
    for before, action, after in walk:
        if action == Action.GENERATE:
            assert before.mode == "solve"
            assert before.candidate is None or before.failed
        if action == Action.TEST:
            assert before.candidate.digest not in before.tested
        if action == Action.DEBUG:
            assert before.failed
        if before.draft:
            assert action != Action.DEBUG
            assert not before.tested or action == Action.STOP
        if before.best and before.best.report:
            assert (
                after.best.report.passed >= before.best.report.passed or after.best.report.verdict == "pass"
            )


@settings(max_examples=50, deadline=None)
@given(walks(), st.floats(0, 1))
def test_observations_stay_within_the_ranges_of_the_table(walk, left):
    for episode in [walk[0][0], *(after for _, _, after in walk)]:
        observation = observe(episode, left)
        assert observation.shape == (len(EXECUTIVE.features),)
        assert observation.dtype == np.float32
        for value, entry in zip(observation, EXECUTIVE.features, strict=True):
            assert entry.low <= value <= entry.high, entry.name


@settings(max_examples=50, deadline=None)
@given(walks())
def test_an_episode_survives_json(walk):
    for _, _, episode in walk:
        assert load(Episode, json.loads(json.dumps(dump(episode)))) == episode


def test_feature_names_are_unique_and_explained():
    names = [entry.name for entry in EXECUTIVE.features]
    assert len(set(names)) == len(names)
    assert all(entry.meaning for entry in EXECUTIVE.features)


def seen(episode, left=1.0):
    return dict(zip([e.name for e in EXECUTIVE.features], observe(episode, left).tolist(), strict=True))


def test_the_features_tell_what_happened():
    episode = after_test(made(start(), 1), FAIL)
    first = seen(episode, 0.25)
    assert (first["failed"], first["error_assertion"], first["tests_passed"]) == (1, 1, 0.5)
    assert first["budget_left"] == 0.25
    second = seen(after_test(made(episode, 2), PASS))
    assert (second["passed"], second["tests_change"], second["error_assertion"]) == (1, 0.5, 0)


@pytest.mark.parametrize(
    ("report", "feature"),
    [
        (TestReport("error", (), "IndentationError"), "error_syntax"),
        (TestReport("error", (), "ModuleNotFoundError"), "error_name"),
        (TestReport("error", (), "TypeError"), "error_type"),
        (TestReport("error", (), "ZeroDivisionError"), "error_other"),
        (TestReport("timeout", (), ""), "error_limit"),
        (TestReport("fail", (), ""), "error_assertion"),
    ],
)
def test_errors_fall_into_one_group_each(report, feature):
    features = seen(after_test(made(start(), 1), report))
    assert [name for name in features if name.startswith("error_") and features[name]] == [feature]
