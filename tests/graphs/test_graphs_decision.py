from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrl.graphs.decision import (
    HIERARCHICAL,
    MAX_TIMES,
    OPTIONS,
    failed,
    measures,
    observe_run,
    option_mask,
    redo,
    unfinished,
)
from hrl.graphs.integrating import MOST_LOOKED_AT
from hrl.graphs.progress import Progress
from hrl.graphs.rivals import hierarchical_policy
from hrl.graphs.state import POOL, Evaluation, SubtaskResult, Words, digest, first_state, pooled, updated
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


UNPLANNED = replace(START, splits=True)
PART_LOST = replace(
    MERGED,
    results={"a": result("a"), "b": result("b", "failed")},
    counts=dict.fromkeys(OPTIONS[:3], 1),
    round=1,
)
FAILED_ONCE = replace(FAILED, counts=dict.fromkeys(OPTIONS[:4], 1), round=1)


@pytest.mark.parametrize(
    ("name", "at_first", "with_a_failed_part", "after_a_failure"),
    [
        ("chain", "plan", "evaluate", "integrate"),
        ("early", "plan", "execute", "execute"),
        ("one-pass", "plan", "evaluate", "stop"),
        ("whole", "execute", "evaluate", "execute"),
    ],
)
def test_rules_choose_where_several_options_are_legal(
    name: str, at_first: str, with_a_failed_part: str, after_a_failure: str
) -> None:
    policy = hierarchical_policy(name)
    states = (UNPLANNED, PART_LOST, FAILED_ONCE)
    assert [len(legal(state)) for state in states] == [2, 4, 4]
    assert [OPTIONS[policy.act(observe_run(state, 1.0), option_mask(state)).action] for state in states] == [
        at_first,
        with_a_failed_part,
        after_a_failure,
    ]


def test_the_default_policy_does_not_give_up_after_the_first_failure() -> None:
    choice = load_policy("default", HIERARCHICAL).act(observe_run(FAILED_ONCE, 1.0), option_mask(FAILED_ONCE))
    assert choice.values is not None
    assert OPTIONS[choice.action] in legal(FAILED_ONCE) - {"stop"}


def test_the_default_policy_is_the_learned_one_and_its_card_says_how() -> None:
    policy, card = load_policy("default", HIERARCHICAL), read_card(SHIPPED / HIERARCHICAL.name)
    assert isinstance(policy, GreedyPolicy)
    assert policy.name == card.name == "hierarchical"
    assert card.command.startswith("hrl train hierarchical --recipe hierarchical.toml")
    assert card.recipe["executive"].startswith("executive@")


HALF = TestReport("fail", (TestOutcome("t", "pass"), TestOutcome("u", "fail")))
# As many parts as no model's plan has: the task's own list may be longer.
LONG = Plan(tuple(Subtask(f"f{number}", "", f"def f{number}()") for number in range(14)))
reports = st.sampled_from([None, PASS, FAIL, HALF])
evaluations = st.builds(Evaluation, st.just(CODE), reports, reports)


@st.composite
def plans_words(draw: st.DrawFn, plan: Plan) -> dict[str, Words]:
    """What descriptions say of other subtasks; what is beside the matter is mentioned."""
    names = [subtask.name for subtask in plan.subtasks]
    found = {}
    for name in draw(st.lists(st.sampled_from(names), unique=True)):
        mentions = draw(st.lists(st.sampled_from([other for other in names if other != name]), unique=True))
        found[name] = Words(mentions=mentions, beside=mentions[: draw(st.integers(0, len(mentions)))])
    return found


@st.composite
def states(draw: st.DrawFn) -> Progress:
    plan = draw(st.sampled_from([None, PLAN, LONG]))
    names = [subtask.name for subtask in plan.subtasks] if plan else []
    ran = draw(st.lists(st.sampled_from(names), unique=True)) if plan else []
    outcomes = st.sampled_from(["passed", "failed", "untested", "budget"])
    programs = st.sampled_from([None, CODE, Candidate.of("x = 1\n", "model")])
    rounds = draw(st.integers(0, MAX_TIMES))
    program = draw(programs)

    def ended(name: str) -> SubtaskResult:
        return SubtaskResult("x", rounds, draw(outcomes), draw(st.sampled_from([None, CODE])))

    return Progress(
        counts={option: draw(st.integers(0, MAX_TIMES)) for option in OPTIONS},
        plan=plan,
        plan_source=draw(st.sampled_from(["single", "model", "fallback", "whole", "revised"])),
        splits=draw(st.booleans()),
        planned=draw(st.integers(0, rounds)),
        plans=tuple(draw(st.lists(st.sampled_from(["a: ; b: ", "a: ; b: a"]), unique=True))),
        words=draw(plans_words(plan)) if plan else {},
        known=draw(st.integers(0, 4 * max(1, len(names)))),
        tried=draw(st.frozensets(st.sampled_from([CODE.digest, "0" * 16]))),
        searched=draw(st.integers(0, MOST_LOOKED_AT)),
        pool={name: (ended(name),) * draw(st.integers(1, POOL)) for name in ran},
        refused=draw(st.sampled_from(["", "a cycle"])),
        results={name: ended(name) for name in ran},
        todo=(),
        round=rounds,
        program=program,
        evaluation=draw(evaluations) if program and draw(st.booleans()) else None,
        best=draw(st.none() | evaluations),
        spent=draw(st.sampled_from(["", "tokens"])),
    )


@settings(deadline=None)
@given(progress=states(), left=st.floats(0, 1))
def test_in_every_state_something_is_legal_and_every_feature_is_in_range(
    progress: Progress, left: float
) -> None:
    assert option_mask(progress).any()
    for entry, value in zip(HIERARCHICAL.features, measures(progress, left), strict=True):
        assert entry.low <= value <= entry.high, entry.name
    seen = observe_run(progress, left)
    assert seen.shape == (len(HIERARCHICAL.features),)
    assert seen.dtype == np.float32


def test_a_plan_that_changed_leaves_fewer_programs_than_the_last_execute_knew() -> None:
    changed = replace(EXECUTED, pool={"a": (result("a"),)}, known=4, round=2, planned=2)
    assert changed.programs < changed.known
    seen = dict(zip([entry.name for entry in HIERARCHICAL.features], measures(changed, 1.0), strict=True))
    assert (seen["fresh_programs"], seen["redone"]) == (0.0, 0.0)
    grown = replace(changed, pool={name: (result(name),) * 3 for name in ("a", "b")}, round=4)
    seen = dict(zip([entry.name for entry in HIERARCHICAL.features], measures(grown, 1.0), strict=True))
    assert (seen["fresh_programs"], seen["redone"]) == (1.0, pytest.approx(0.2))


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
