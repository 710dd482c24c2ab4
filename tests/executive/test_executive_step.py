import json
from dataclasses import replace

import pytest

from hrl.budget import Ledger
from hrl.config import Settings
from hrl.errors import ModelUnavailable, SandboxUnavailable
from hrl.events import (
    BudgetSpent,
    CandidateMade,
    Decided,
    MemoryRecorder,
    ModelAnswered,
    PassagesFound,
    TestsRun,
)
from hrl.executive import (
    EXECUTIVE,
    Action,
    Tools,
    action_mask,
    announce,
    decide,
    observe,
    outcome,
    run_episode,
    start_episode,
    step,
)
from hrl.executive.requests import debug_call, generate_call, grading_job, job_key, joined, search_query
from hrl.executive.updates import after_ask, after_duplicate
from hrl.llm import open_model
from hrl.llm.requests import Helper, Sampling
from hrl.policies import load_policy
from hrl.retrieval import open_index
from hrl.sandbox.base import Limits
from hrl.types import Budget, Document, Subtask, TestCode

TESTS = (TestCode("assert double(2) == 4\nassert double(0) == 0\n"),)
SUBTASK = Subtask("double", "Return twice the number.", "def double(x)", TESTS)
UNTESTED = replace(SUBTASK, tests=())
RIGHT = "def double(x):\n    return 2 * x\n"
HALF = "def double(x):\n    return 3 * x\n"
WRONG = "def double(x):\n    return 3 * x + 1\n"


@pytest.fixture
def make_tools(tmp_path, sandbox):
    def make(*answers, budget=None, documents=(), box=sandbox, model=None):
        path = tmp_path / "script.json"
        path.write_text(json.dumps([{"text": text, **conditions} for conditions, text in answers]))
        return Tools(
            model=model or open_model(f"scripted:{path}", Settings()),
            sandbox=box,
            retriever=open_index(documents, stdlib=False),
            recorder=MemoryRecorder(),
            ledger=Ledger(budget or Budget()),
            sampling=Sampling(temperature=0.2, seed=3),
            limits=Limits(seconds_per_test=5.0),
        )

    return make


def generate(text, **conditions):
    return {"kind": "generate", **conditions}, text


def debug(text, **conditions):
    return {"kind": "debug", **conditions}, text


def start(subtask=SUBTASK, **given):
    return start_episode("task", subtask, episode_id="e", entry_point="double", **given)


def walk(episode, tools, *actions):
    for action in actions:
        episode = step(episode, action, tools).episode
    return episode


def events(tools, kind):
    return [event for event in tools.recorder.events if isinstance(event, kind)]


GENERATE, TEST, DEBUG, SEARCH, STOP = Action


def test_a_program_is_written_tested_and_kept(make_tools):
    tools = make_tools(generate(RIGHT))
    episode = walk(start(), tools, GENERATE, TEST)
    assert episode.passed
    assert outcome(episode) == "passed"
    last = step(episode, STOP, tools)
    assert last.terminated
    assert last.episode.status == "stopped"
    assert [event.reply for event in events(tools, ModelAnswered)] == ["code"]
    assert [event.suite for event in events(tools, TestsRun)] == ["visible"]
    spent = tools.ledger.spent()
    assert (spent.model_calls, spent.sandbox_runs) == (1, 1)


def test_the_step_says_what_it_cost(make_tools):
    tools = make_tools(generate(RIGHT))
    asked = step(start(), GENERATE, tools)
    assert asked.cost.model_calls == 1
    assert asked.cost.tokens == tools.ledger.spent().tokens
    tested = step(asked.episode, TEST, tools)
    assert tested.cost.sandbox_runs == 1
    assert tested.cost.seconds == tested.episode.report.seconds


def test_a_masked_action_and_an_ended_episode_are_errors(make_tools):
    tools = make_tools(generate(RIGHT))
    with pytest.raises(ValueError, match="test is not legal"):
        step(start(), TEST, tools)
    with pytest.raises(ValueError, match="ended"):
        step(replace(start(), status="stopped"), GENERATE, tools)
    assert tools.recorder.events == []


def test_a_repair_is_shown_the_program_and_its_report(make_tools):
    tools = make_tools(generate(HALF), debug(RIGHT, failing="AssertionError"))
    episode = walk(start(), tools, GENERATE, TEST, DEBUG, TEST)
    assert episode.passed
    assert [event.origin for event in events(tools, CandidateMade)] == ["generate", "debug"]


def test_the_best_program_survives_a_worse_repair(make_tools):
    tools = make_tools(generate(HALF), debug(WRONG))
    episode = walk(start(), tools, GENERATE, TEST, DEBUG, TEST)
    assert episode.candidate.code == WRONG.strip() or episode.candidate.code == WRONG
    assert "3 * x + 1" not in episode.code
    assert episode.best.report.passed == 1


def test_a_program_seen_before_costs_no_sandbox_run(make_tools):
    tools = make_tools(generate(HALF), debug("def double(x):\n    # thrice\n    return 3 * x\n"))
    episode = walk(start(), tools, GENERATE, TEST, DEBUG)
    assert events(tools, CandidateMade)[-1].duplicate
    assert episode.counts.duplicates == 1
    mask = action_mask(episode)
    assert not mask[TEST]
    assert mask[DEBUG]


def test_a_duplicate_reheats_the_next_question_modestly():
    sampling = Sampling(temperature=0.2)
    episode = start()
    heats = []
    for _ in range(6):
        heats.append(round(generate_call(episode, sampling).sampling.temperature, 3))
        episode = after_duplicate(after_ask(episode, "generate"), "generate")
    assert heats == [0.2, 0.4, 0.6, 0.8, 1.0, 1.0]
    assert generate_call(episode, Sampling(temperature=1.5)).sampling.temperature == 1.5


def test_each_attempt_is_a_sample_of_its_own():
    calls = []
    episode = start(attempt_offset=10)
    for _ in range(3):
        calls.append(generate_call(episode, Sampling()))
        episode = after_ask(episode, "generate")
    assert [(call.request.attempt, call.sampling.sample) for call in calls] == [(10, 10), (11, 11), (12, 12)]


def test_a_repeated_episode_draws_warm():
    episode = start(repeated=True)
    assert generate_call(episode, Sampling(temperature=0.2)).sampling.temperature == 1.0
    assert generate_call(episode, Sampling(temperature=1.5)).sampling.temperature == 1.5


def test_a_broken_reply_is_a_value(make_tools):
    tools = make_tools(generate("I cannot do that."))
    episode = walk(start(), tools, GENERATE)
    assert episode.candidate is None
    assert episode.last_reply == "broken"
    assert events(tools, ModelAnswered)[0].problem
    episode = walk(episode, tools, GENERATE, GENERATE)
    assert walk(episode, tools, STOP).status == "stopped"


def test_a_restart_asks_for_another_sample(make_tools):
    tools = make_tools(generate(HALF, attempt=0), generate(RIGHT, attempt=1))
    episode = walk(start(), tools, GENERATE, TEST, GENERATE, TEST)
    assert episode.passed


def test_a_spent_budget_truncates_and_loses_nothing(make_tools):
    tools = make_tools(generate(HALF), debug(RIGHT), budget=Budget(model_calls=1))
    episode = walk(start(), tools, GENERATE, TEST)
    refused = step(episode, DEBUG, tools)
    assert refused.truncated
    assert not refused.terminated
    assert refused.resource == "model_calls"
    assert refused.episode.code == episode.code
    assert outcome(refused.episode) == "budget"
    assert [event.resource for event in events(tools, BudgetSpent)] == ["model_calls"]


def test_a_refused_sandbox_run_keeps_the_untested_program(make_tools):
    tools = make_tools(generate(RIGHT), budget=Budget(sandbox_runs=0))
    refused = step(walk(start(), tools, GENERATE), TEST, tools)
    assert refused.resource == "sandbox_runs"
    assert refused.episode.code.strip() == RIGHT.strip()


def test_tests_written_before_a_refused_run_are_kept_and_paid_for(make_tools):
    tools = make_tools(
        generate(RIGHT), ({"kind": "tests"}, "assert double(1) == 2"), budget=Budget(sandbox_runs=0)
    )
    refused = step(walk(start(UNTESTED), tools, GENERATE), TEST, tools)
    assert refused.truncated
    assert refused.cost.model_calls == 1
    assert refused.episode.self_tests


def test_evaluation_may_use_the_reserve(make_tools):
    budget = Budget(model_calls=10, sandbox_runs=10)
    tools = make_tools(generate(RIGHT), debug(RIGHT), budget=budget)
    for number in range(9):
        tools.ledger.charge_sandbox_run(f"other {number}")
    solving = step(walk(start(), tools, GENERATE), TEST, tools)
    assert solving.truncated
    merged = replace(start(mode="evaluate", candidate=solving.episode.candidate), id="f")
    assert step(merged, TEST, tools).episode.passed


def test_without_visible_tests_the_model_writes_some_once(make_tools):
    tools = make_tools(
        generate(HALF), debug(RIGHT), ({"kind": "tests"}, "assert double(1) == 2\nassert double(0) == 0")
    )
    episode = walk(start(UNTESTED), tools, GENERATE, TEST, DEBUG, TEST)
    assert [event.request for event in events(tools, ModelAnswered)] == ["generate", "tests", "debug"]
    assert [event.suite for event in events(tools, TestsRun)] == ["self", "self"]
    assert episode.passed


def test_without_any_tests_the_program_is_only_loaded(make_tools):
    tools = make_tools(generate(HALF), ({"kind": "tests"}, "no idea"))
    episode = walk(start(UNTESTED), tools, GENERATE, TEST)
    assert episode.self_tests == ()
    assert episode.passed
    assert observe(episode, 1.0)[EXECUTIVE.index("loaded_only")] == 1.0


def test_a_dependency_comes_before_the_candidate(make_tools):
    tools = make_tools(generate("def double(x):\n    return add(x, x)\n"))
    helper = Helper("add", "def add(a, b)", "Add two numbers.")
    episode = start(prelude="def add(a, b):\n    return a + b\n", helpers=(helper,))
    assert generate_call(episode, Sampling()).request.helpers == (helper,)
    episode = walk(episode, tools, GENERATE, TEST)
    assert episode.passed


def test_another_prelude_is_another_sandbox_run(make_tools):
    tools = make_tools(generate(RIGHT))
    episode = walk(start(), tools, GENERATE)
    keys = {job_key(grading_job(replace(episode, prelude=prelude), Limits())) for prelude in ("", "a = 1")}
    assert len(keys) == 2


RULES = Document("rules.txt", "Doubling rules\n\nThe double of a number is the number added to itself.\n")


def test_search_brings_passages_into_the_next_question_and_then_is_over(make_tools):
    tools = make_tools(generate(HALF), debug(RIGHT, documents=True), debug(WRONG), documents=(RULES,))
    episode = walk(start(has_documents=True), tools, GENERATE, TEST)
    assert action_mask(episode)[SEARCH]
    episode = walk(episode, tools, SEARCH)
    assert "added to itself" in events(tools, PassagesFound)[0].passages[0].text
    assert debug_call(episode, Sampling()).request.passages == episode.passages
    assert not action_mask(episode)[SEARCH]
    assert walk(episode, tools, DEBUG, TEST).passed


def test_search_is_masked_where_nothing_can_be_found(make_tools):
    tools = make_tools(generate(HALF))
    assert not action_mask(walk(start(), tools, GENERATE, TEST))[SEARCH]


def test_the_query_holds_the_goal_and_the_complaint(make_tools):
    tools = make_tools(generate("def double(x):\n    return missing_rule(x)\n"))
    episode = walk(start(), tools, GENERATE)
    assert search_query(episode) == "double Return twice the number."
    episode = walk(episode, tools, TEST)
    assert "NameError" in search_query(episode)
    assert "missing_rule" in search_query(episode)


class DeadModel:
    name = fingerprint = style = "dead"

    def complete(self, calls):
        raise ModelUnavailable("the server went away")

    def close(self):
        pass


class DeadSandbox:
    backend = isolation = "dead"

    def run(self, job):
        raise SandboxUnavailable("the engine stopped")

    def close(self):
        pass


def test_infrastructure_failures_pass_through_and_leave_no_trace_of_a_verdict(make_tools):
    with pytest.raises(ModelUnavailable):
        step(start(), GENERATE, make_tools(model=DeadModel()))
    tools = make_tools(generate(RIGHT), box=DeadSandbox())
    episode = walk(start(), tools, GENERATE)
    with pytest.raises(SandboxUnavailable):
        step(episode, TEST, tools)
    assert events(tools, TestsRun) == []
    assert tools.ledger.spent().sandbox_runs == 0


def test_a_decision_is_recorded_with_names(make_tools):
    tools = make_tools(generate(RIGHT))
    announce(start(), tools.recorder)
    action = decide(start(), load_policy("untrained", EXECUTIVE), tools.recorder, 0.5)
    assert action == GENERATE
    decided = events(tools, Decided)[0]
    assert decided.action == "generate"
    assert decided.features["budget_left"] == 0.5
    assert decided.mask == {"generate": True, "test": False, "debug": False, "search": False, "stop": False}
    assert set(decided.values) == set(decided.mask)


def test_the_plain_loop_runs_to_an_end(make_tools):

    tools = make_tools(generate(WRONG), debug(HALF, attempt=0), debug(RIGHT, attempt=1))
    episode = run_episode(start(), load_policy("debug-3", EXECUTIVE), tools)
    assert outcome(episode) == "passed"
    kinds = [event.kind for event in tools.recorder.events]
    assert kinds[0] == "episode.started"
    assert kinds[-1] == "episode.finished"
    assert [event.action for event in events(tools, Decided)] == [
        "generate",
        "test",
        "debug",
        "test",
        "debug",
        "test",
        "stop",
    ]


@pytest.mark.parametrize(
    "prelude", ["", "def a():\n    return 1\n", "from __future__ import annotations\nx = 1\n"]
)
def test_a_future_import_stays_at_the_top_of_the_joined_program(prelude: str) -> None:
    code = "from __future__ import annotations\n\n\ndef f(x: Unknown):\n    return x\n"
    program = joined(prelude, code)
    compile(program, "program", "exec")
    assert program.count("from __future__ import annotations") == 1
