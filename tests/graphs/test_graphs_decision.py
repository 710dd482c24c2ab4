from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrl.graphs.decision import HIERARCHICAL, OPTIONS, failed, observe_run, option_mask, redo, unfinished
from hrl.graphs.progress import Progress
from hrl.graphs.state import Evaluation, SubtaskResult, digest, first_state, pooled, updated
from hrl.policies import GreedyPolicy, load_policy, read_card
from hrl.policies.loading import SHIPPED
from hrl.types import Candidate, Plan, Subtask, TestOutcome, TestReport, dump

PLAN = Plan((Subtask("a", "", "def a()"), Subtask("b", "", "def b()", depends_on=("a",))))
CODE = Candidate.of("def a(): return 1\n", "generate")
PASS = TestReport("pass", (TestOutcome("t", "pass"),))
FAIL = TestReport("fail", (TestOutcome("t", "fail"),))
START = Progress.of(first_state())


def result(name: str, outcome: str = "passed", candidate: Candidate | None = CODE) -> SubtaskResult:
    return SubtaskResult(digest(PLAN.subtask(name)), 1, outcome, candidate)


def legal(progress: Progress) -> set[str]:
    return {option for option, may in zip(OPTIONS, option_mask(progress), strict=True) if may}


PLANNED = replace(START, plan=PLAN, plan_source="model", counts={"plan": 1})
EXECUTED = replace(PLANNED, results={"a": result("a"), "b": result("b")})
MERGED = replace(EXECUTED, program=CODE)
FAILED = replace(MERGED, evaluation=Evaluation(CODE, FAIL, None))


def test_the_chain_of_options_opens_one_by_one() -> None:
    assert [legal(state) for state in (START, PLANNED, EXECUTED, MERGED)] == [
        {"plan"},
        {"execute"},
        {"integrate"},
        {"evaluate"},
    ]


def test_after_a_pass_only_stop_is_left() -> None:
    assert legal(replace(MERGED, evaluation=Evaluation(CODE, PASS, None))) == {"stop"}


def test_after_a_failure_the_corrective_options_come_back() -> None:
    assert legal(FAILED) == {"plan", "execute", "integrate", "stop"}


def test_what_is_known_to_fail_may_be_corrected_before_it_is_evaluated() -> None:
    lost = {"a": result("a"), "b": result("b", "failed")}
    assert legal(replace(EXECUTED, results=lost)) == {"plan", "execute", "integrate"}
    assert legal(replace(MERGED, results=lost)) == {"plan", "execute", "integrate", "evaluate"}
    unfinished_yet = {"b": result("b", "failed")}
    assert legal(replace(PLANNED, results=unfinished_yet)) == {"execute"}


def test_nothing_is_planned_that_could_not_be_executed() -> None:
    worn = replace(FAILED, counts={"plan": 1, "execute": 5})
    assert legal(worn) == {"integrate", "stop"}


def test_a_program_that_passes_is_finished_whatever_its_parts_say() -> None:
    passed = replace(MERGED, results={"a": result("a", "failed"), "b": result("b")})
    assert legal(replace(passed, evaluation=Evaluation(CODE, PASS, None))) == {"stop"}


def test_the_policy_sees_who_put_the_program_together() -> None:
    place = [entry.name for entry in HIERARCHICAL.features].index("program_model")
    settled = replace(MERGED, program=replace(CODE, origin="model"))
    assert [observe_run(state, 1.0)[place] for state in (EXECUTED, MERGED, settled)] == [0, 0, 1]


def test_a_single_part_is_not_integrated_again() -> None:
    single = replace(FAILED, plan=Plan(PLAN.subtasks[:1]), plan_source="single")
    assert legal(single) == {"execute", "stop"}


def test_a_spent_budget_leaves_what_costs_no_model() -> None:
    assert legal(replace(PLANNED, spent="tokens")) == {"stop"}
    assert legal(replace(PLANNED, spent="tokens", results={"a": result("a")})) == {"integrate"}
    assert legal(replace(MERGED, spent="tokens")) == {"evaluate"}
    assert legal(replace(FAILED, spent="tokens")) == {"stop"}


def test_subtasks_without_a_program_may_be_tried_again() -> None:
    nothing = {name: result(name, "untested", None) for name in ("a", "b")}
    assert legal(replace(PLANNED, results=nothing)) == {"plan", "execute"}


def test_failed_subtasks_are_those_that_did_not_pass_else_the_last() -> None:
    assert failed(replace(EXECUTED, results={"a": result("a", "failed"), "b": result("b")})) == ["a"]
    assert failed(FAILED) == ["b"]
    assert unfinished(replace(PLANNED, results={"a": result("a")})) == ["b"]


def test_a_task_of_several_functions_may_be_tried_in_one_piece() -> None:
    assert legal(replace(START, splits=True)) == {"plan", "execute"}
    whole = Plan((Subtask("b", "all of it", "def b()"),))
    lost = SubtaskResult(digest(whole.subtask("b")), 1, "failed", CODE)
    tried = replace(PLANNED, plan=whole, plan_source="whole", splits=True)
    assert legal(tried) == {"execute"}
    assert legal(replace(tried, results={"b": lost})) == {"plan", "execute", "integrate"}
    assert legal(replace(tried, results={"b": replace(lost, outcome="passed")})) == {"integrate"}


def test_what_failed_again_is_redone_with_what_it_needs() -> None:
    broken = replace(EXECUTED, results={"a": result("a"), "b": result("b", "failed")}, round=1)
    assert redo(broken) == ["b"]
    assert redo(replace(broken, round=2)) == ["a", "b"]
    assert redo(replace(broken, round=2, planned=1)) == ["b"]
    assert redo(replace(PLANNED, round=2)) == ["a", "b"]


def test_a_failure_that_another_failure_explains_is_no_reason_to_redo_more() -> None:
    three = Plan((*PLAN.subtasks, Subtask("c", "", "def c()", depends_on=("a",))))
    results = {name: SubtaskResult(digest(three.subtask(name)), 1, "passed", CODE) for name in "abc"}
    lost = {name: replace(found, outcome="failed") for name, found in results.items()}
    progress = replace(PLANNED, plan=three, round=2)
    assert redo(replace(progress, results=results | {"c": lost["c"]})) == ["a", "c"]
    assert redo(replace(progress, results=lost | {"b": results["b"]})) == ["a", "c"]
    assert redo(replace(progress, results=lost)) == ["a", "b", "c"]


def kept(code: str, outcome: str, share: float, number: int, of: str = "x") -> Any:
    found = SubtaskResult(of, number, outcome, Candidate.of(code, "generate"), share)
    return {"a": [dump(found)]}


def test_programs_of_all_rounds_are_kept_once_best_first() -> None:
    pool = pooled({}, kept("def a(): return 1\n", "passed", 1.0, 1))
    pool = pooled(pool, kept("def a(): return 2\n", "failed", 0.5, 2))
    pool = pooled(pool, kept("def a(): return 3\n", "passed", 1.0, 3))
    pool = pooled(pool, kept("def a():  return 1\n", "passed", 1.0, 4))
    pool = pooled(pool, {"a": [dump(result("a", "untested", None))]})
    assert [entry["round"] for entry in pool["a"]] == [3, 1, 2]
    for number in range(5, 9):
        pool = pooled(pool, kept(f"def a(): return {number}\n", "passed", 1.0, number))
    assert [entry["round"] for entry in pool["a"]] == [8, 7, 6, 5]


def test_a_program_that_returns_and_now_passes_is_kept_as_one_that_passes() -> None:
    pool = pooled({}, kept("def a(): return 1\n", "failed", 0.0, 1))
    pool = pooled(pool, kept("def a(): return 2\n", "failed", 0.5, 2))
    pool = pooled(pool, kept("def a(): return 1\n", "passed", 1.0, 3))
    assert [(entry["round"], entry["outcome"]) for entry in pool["a"]] == [(3, "passed"), (2, "failed")]
    pool = pooled(pool, kept("def a(): return 1\n", "failed", 0.5, 4))
    assert [entry["round"] for entry in pool["a"]] == [3, 2], "a worse later run changes nothing"


def test_programs_of_another_plan_push_none_of_this_one_out() -> None:
    pool: Any = {}
    for number in range(1, 5):
        pool = pooled(pool, kept(f"def a(): return {number}\n", "passed", 1.0, number, of="old"))
    for number in range(5, 10):
        pool = pooled(pool, kept(f"def a(): return {number}\n", "failed", 0.5, number, of="new"))
    found = [(entry["of"], entry["round"]) for entry in pool["a"]]
    assert found[:4] == [("old", number) for number in (4, 3, 2, 1)]
    assert found[4:] == [("new", number) for number in (9, 8, 7, 6)]


def test_results_of_another_plan_do_not_count() -> None:
    other = Plan((replace(PLAN.subtasks[0], goal="another goal"), PLAN.subtasks[1]))
    state = first_state()
    state["plan"] = dump(other)
    state["results"] = {name: dump(result(name)) for name in ("a", "b")}
    assert set(Progress.of(state).results) == {"b"}


def test_parallel_results_are_united() -> None:
    assert set(updated({"a": dump(result("a"))}, {"b": dump(result("b"))})) == {"a", "b"}


def test_a_worse_later_result_leaves_only_its_round() -> None:
    good = dump(replace(result("a", "failed"), share=0.5))
    worse = dump(replace(result("a", "untested", None), round=2))
    assert updated({"a": good}, {"a": worse})["a"] == good | {"round": 2}
    assert updated({"a": worse}, {"a": good})["a"] == good


@pytest.mark.parametrize("name", ["chain", "default"])
def test_policies_fit_the_table(name: str) -> None:
    policy = load_policy(name, HIERARCHICAL)
    choice = policy.act(observe_run(START, 1.0), option_mask(START))
    assert OPTIONS[choice.action] == "plan"


def test_the_default_policy_is_the_learned_one_and_its_card_says_how() -> None:
    policy, card = load_policy("default", HIERARCHICAL), read_card(SHIPPED / HIERARCHICAL.name)
    assert isinstance(policy, GreedyPolicy)
    assert policy.name == card.name == "hierarchical"
    assert card.command.startswith("hrl train hierarchical --recipe hierarchical.toml")
    assert card.recipe["executive"].startswith("executive@")


reports = st.sampled_from([None, PASS, FAIL])


@st.composite
def states(draw: st.DrawFn) -> Progress:
    has_plan = draw(st.booleans())
    chosen: Any = draw(st.sets(st.sampled_from(["a", "b"]))) if has_plan else set()
    outcomes = st.sampled_from(["passed", "failed", "untested", "budget"])
    program = CODE if draw(st.booleans()) else None
    return Progress(
        counts={option: draw(st.integers(0, 9)) for option in OPTIONS},
        plan=PLAN if has_plan else None,
        plan_source=draw(st.sampled_from(["single", "model", "fallback", "whole"])),
        splits=draw(st.booleans()),
        planned=draw(st.integers(0, 2)),
        known=draw(st.integers(0, 9)),
        searched=draw(st.integers(0, 99)),
        pool={name: (result(name),) for name in chosen},
        refused="",
        results={name: result(name, draw(outcomes), draw(st.sampled_from([None, CODE]))) for name in chosen},
        todo=(),
        round=1,
        program=program,
        evaluation=Evaluation(CODE, draw(reports), draw(reports))
        if program and draw(st.booleans())
        else None,
        best=None,
        spent=draw(st.sampled_from(["", "tokens"])),
    )


@settings(deadline=None)
@given(progress=states(), left=st.floats(-1, 2))
def test_in_every_state_something_is_legal_and_every_feature_is_in_range(
    progress: Progress, left: float
) -> None:
    assert option_mask(progress).any()
    values = observe_run(progress, left)
    assert values.shape == (len(HIERARCHICAL.features),)
    assert values.dtype == np.float32
    assert ((values >= 0) & (values <= 1)).all()


@settings(deadline=None)
@given(progress=states())
def test_every_option_is_bounded(progress: Progress) -> None:
    worn = replace(progress, counts=dict.fromkeys(OPTIONS, 5))
    assert legal(worn) == {"stop"}


def test_what_a_model_put_together_is_evaluated_before_it_is_asked_again() -> None:
    lost = {"a": result("a"), "b": result("b", "failed")}
    merged = replace(MERGED, results=lost, program=Candidate.of("x = 1\n", "merge"))
    asked = replace(merged, program=Candidate.of("x = 1\n", "model"))
    assert legal(merged) - legal(asked) == {"integrate"}
    assert "evaluate" in legal(asked)
    assert "integrate" in legal(replace(asked, evaluation=Evaluation(CODE, FAIL, None)))
