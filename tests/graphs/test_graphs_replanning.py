"""Plans are revised where a subtask fails although all that it needs passes."""

from dataclasses import replace
from pathlib import Path

from graphs_scenes import CLEAN, MAIN, PARTS, PIPELINE, SCORE, code, plan
from test_graphs_driving import events, opened

from hrl.graphs.decision import HIERARCHICAL, observe_run, option_mask, redo
from hrl.graphs.driving import run
from hrl.graphs.progress import Progress
from hrl.graphs.replanning import REVISED, doubtful, lacking, revise, shape_of
from hrl.graphs.state import Evaluation, SubtaskResult, digest, first_state
from hrl.llm.requests import PlannedPart
from hrl.planner import plan_from_parts
from hrl.types import Candidate, Plan, TestOutcome, TestReport

CODE = Candidate.of("def f(): return 1\n", "generate")
FAIL = TestReport("fail", (TestOutcome("t", "fail"),))
LINES = "Write `clean(text)`.\nWrite `score(text)`.\nWrite `main(texts)`.\n"
TASK = replace(PIPELINE, statement=LINES)


def planned(goal: str, *needs: str, failing: tuple[str, ...] = ("main",), first: str = "") -> Progress:
    """A failed run with that main; `first` is what clean's goal says."""
    parts = plan_from_parts(
        TASK,
        [
            PlannedPart("clean", first, "def clean(text)"),
            PlannedPart("score", "", "def score(text)"),
            PlannedPart("main", goal, "def main(texts)", needs),
        ],
    )
    assert isinstance(parts, Plan)
    results = {
        entry.name: SubtaskResult(
            digest(entry), 1, "failed" if entry.name in failing else "passed", CODE, 0.0
        )
        for entry in parts.subtasks
    }
    start = Progress.of(first_state())
    return replace(
        start,
        plan=parts,
        plan_source="model",
        plans=(shape_of(parts),),
        results=results,
        round=1,
        program=CODE,
        evaluation=Evaluation(CODE, FAIL, None),
    )


def needs_of(found: Plan | None, name: str = "main") -> tuple[str, ...]:
    assert found is not None
    return found.subtask(name).depends_on


def test_a_function_that_the_goal_mentions_and_the_plan_left_out_is_added() -> None:
    progress = planned("Apply `clean`, then `score`.", "clean")
    assert lacking(progress.plan.subtask("main"), progress.plan) == ["score"]  # type: ignore[union-attr]
    assert needs_of(revise(progress, TASK)) == ("clean", "score")


def test_a_word_that_is_no_code_is_no_mention() -> None:
    progress = planned("Clean each text with `clean` and score(text) it, whatever the score.", "clean")
    assert needs_of(revise(progress, TASK)) == ("clean", "score")
    plain = planned("Clean and score the texts.")
    assert revise(plain, TASK) is None
    assert not doubtful(plain)[0].depends_on


def test_one_dependency_after_the_other_is_dropped_and_no_plan_comes_twice() -> None:
    progress = planned("Call `clean`. Unlike `score`, it is slow.", "clean", "score")
    first = revise(progress, TASK)
    assert first is not None
    assert needs_of(first) == ("clean",)
    second = revise(replace(progress, plans=(*progress.plans, shape_of(first))), TASK)
    assert second is not None
    assert needs_of(second) == ("score",)
    both = (*progress.plans, shape_of(first), shape_of(second))
    assert revise(replace(progress, plans=both), TASK) is None


def test_a_failure_that_another_one_explains_is_in_no_doubt() -> None:
    progress = planned("Apply `clean`.", "clean", failing=("clean", "main"), first="Unlike `score`.")
    assert [entry.name for entry in doubtful(progress)] == ["clean"]
    found = revise(progress, TASK)
    assert (needs_of(found, "clean"), needs_of(found)) == (("score",), ("clean",))


def test_a_revision_that_would_be_a_cycle_is_left_out() -> None:
    progress = planned("Apply `clean`.", "clean", failing=("clean",), first="What `main` calls.")
    assert revise(progress, TASK) is None


def test_what_did_not_change_keeps_its_program_and_what_hung_on_it_is_redone() -> None:
    progress = planned("Apply `clean`.", "clean", failing=("clean", "main"), first="Unlike `score`.")
    found = revise(progress, TASK)
    assert found is not None
    results = {n: r for n, r in progress.results.items() if r.of == digest(found.subtask(n))}
    after = replace(progress, plan=found, plan_source=REVISED, results=results, program=None, evaluation=None)
    assert set(results) == {"score", "main"}
    assert redo(after) == ["clean", "main"]


def test_the_policy_sees_what_is_in_doubt() -> None:
    def seen(progress: Progress) -> tuple[float, ...]:
        values = observe_run(progress, 1.0)
        return tuple(float(values[HIERARCHICAL.index(name)]) for name in ("lacking", "doubtful"))

    assert seen(planned("Apply `clean`, then `score`.", "clean")) == (1.0, 1.0)
    assert seen(planned("Apply `clean`.", "clean")) == (0.0, 1.0)
    assert seen(planned("Apply `clean`.", "clean", failing=())) == (0.0, 0.0)
    assert option_mask(planned("Apply `clean`.", "clean"))[HIERARCHICAL.action("plan")]


def test_a_plan_that_leaves_a_dependency_out_is_mended_without_the_model(tmp_path: Path) -> None:
    goal = "add up `score` of `clean`"
    wrong = [*PARTS[:2], {**PARTS[2], "goal": goal, "depends_on": ["clean"]}]
    lost = "def main(texts):\n    return sum(len(clean(text)) for text in texts)\n"
    answers = [
        plan(wrong),
        code("generate", "clean", CLEAN),
        code("generate", "score", SCORE),
        code("generate", "main", lost, attempt=0),
        code("generate", "main", lost, attempt=10),
        code("generate", "main", MAIN),
        code("integrate", None, f"{CLEAN}\n{SCORE}\n{lost}"),
    ]
    with opened(tmp_path, answers, policy="single-shot") as bench:
        state, options = run(bench)
        plans = [event.source for event in events(bench) if event.kind == "plan.made"]
        asked = [event for event in events(bench) if event.kind == "model.answered"]
    assert state["hidden"]["verdict"] == "pass"
    assert options.count("plan") == 2
    assert plans == ["model", "revised"]
    assert sum(event.request == "plan" for event in asked) == 1
