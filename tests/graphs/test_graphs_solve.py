import json
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from graphs_scenes import (
    ADD,
    CLEAN,
    LENGTH,
    MAIN,
    PARTS,
    PIPELINE,
    SCORE,
    code,
    new_run,
    of_kind,
    pipeline_answers,
    plan,
    settings_for,
    trace,
    with_budget,
)

from hrl.errors import ModelSpecError, PolicyFileError, RunError
from hrl.events import Stamped
from hrl.graphs.ending import Outcome
from hrl.graphs.solve import resume, run_solve
from hrl.runs import RunDirectory, RunResult
from hrl.types import Task, TestCode

SECRET = "secret-of-the-test"


def solve(
    folder: Path, task: Task, answers: list[dict[str, Any]], **more: Any
) -> tuple[Outcome, list[Any], RunDirectory]:
    """Run a task with scripted answers to its end."""
    settings = settings_for(folder, answers, **more)
    run = new_run(settings, task)
    outcome = run_solve(task, f"# {task.title}\n", settings, run)
    return outcome, trace(run), run


def defines(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(source, names)
    return names


@dataclass(frozen=True)
class Solved:
    """One run of `PIPELINE`, shared by the tests that only look at it."""

    outcome: Outcome
    events: list[Any]
    run: RunDirectory
    heard: list[Stamped]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Solved:
    settings = settings_for(tmp_path_factory.mktemp("pipeline"), pipeline_answers(), api_key=SECRET)
    run = new_run(settings, PIPELINE)
    heard: list[Stamped] = []
    outcome = run_solve(PIPELINE, "# Pipeline\n", settings, run, listeners=[heard.append])
    return Solved(outcome, trace(run), run, heard)


def test_a_plan_of_three_is_executed_merged_evaluated_and_graded(pipeline: Solved) -> None:
    outcome = pipeline.outcome
    assert (outcome.exit_code, outcome.status, outcome.verified) == (0, "solved", True)
    assert [event.option for event in of_kind(pipeline.events, "option.chosen")] == [
        "plan",
        "execute",
        "integrate",
        "evaluate",
        "stop",
    ]
    assert defines(outcome.code)["main"](["ab", "e"]) == 2
    assert pipeline.run.solution.read_text(encoding="utf-8") == outcome.code


def test_the_run_directory_is_complete(pipeline: Solved) -> None:
    names = {path.name for path in pipeline.run.path.iterdir()}
    assert names >= {
        "config.json",
        "task.md",
        "task.json",
        "events.jsonl",
        "replies.sqlite",
        "checkpoint.sqlite",
        "solution.py",
        "result.json",
        "env.json",
        "log.txt",
    }


def test_secrets_are_written_nowhere(pipeline: Solved) -> None:
    for path in pipeline.run.path.iterdir():
        assert SECRET.encode() not in path.read_bytes()


def test_independent_subtasks_run_concurrently_and_share_batches(tmp_path: Path) -> None:
    names = ["one", "two", "three", "four"]
    task = Task(
        id="four-1",
        title="Four",
        statement="\n".join(f"- `{name}(x)` returns x." for name in names),
        entry_point="four",
        visible_tests=(TestCode("\n".join(f"assert {name}(1) == 1" for name in names)),),
    )
    parts = [{"name": name, "goal": name, "signature": f"def {name}(x)", "depends_on": []} for name in names]
    answers = [code("generate", name, f"def {name}(x):\n    return x\n", seconds=0.3) for name in names]
    outcome, events, _ = solve(tmp_path, task, [plan(parts), *answers])
    assert outcome.status == "solved"
    # Whatever the machine's load: while the first batch is answered, the others gather.
    assert max(event.batch for event in of_kind(events, "model.answered")) > 1
    started = [event.kind for event in events if event.kind.startswith("episode.")][:4]
    assert started == ["episode.started"] * 4


def test_a_dependent_subtask_starts_after_what_it_needs(pipeline: Solved) -> None:
    finished = [event.subtask for event in of_kind(pipeline.events, "episode.finished")]
    assert sorted(finished[:2]) == ["clean", "score"]
    assert finished[2:] == ["main", "main"]


def test_listeners_see_every_event_of_the_trace(pipeline: Solved) -> None:
    assert [stamped.event for stamped in pipeline.heard] == pipeline.events


def test_a_finished_run_is_not_resumed(pipeline: Solved) -> None:
    with pytest.raises(RunError, match=r"is finished \(solved\); there is nothing to resume"):
        resume(pipeline.run)


def test_one_subtask_at_a_time_where_the_settings_say_so(tmp_path: Path) -> None:
    outcome, events, _ = solve(tmp_path, PIPELINE, pipeline_answers(), max_parallel=1)
    assert outcome.status == "solved"
    assert {event.batch for event in of_kind(events, "model.answered")} == {1}


def test_a_plain_task_is_not_planned_by_the_model(tmp_path: Path) -> None:
    outcome, events, _ = solve(tmp_path, ADD, [code("generate", "add", "def add(a, b):\n    return a + b\n")])
    assert outcome.status == "solved"
    (made,) = of_kind(events, "plan.made")
    assert made.source == "single"
    assert [event.request for event in of_kind(events, "model.answered")] == ["generate"]


def test_refused_plans_end_in_the_list_of_the_task_itself(tmp_path: Path) -> None:
    answers = [plan([*PARTS, PARTS[0]]), *pipeline_answers()[1:]]
    outcome, events, _ = solve(tmp_path, PIPELINE, answers, hierarchical_policy="chain")
    assert outcome.status == "solved"
    assert [event.reason for event in of_kind(events, "plan.refused")] == ["the plan names clean twice"] * 3
    assert of_kind(events, "plan.made")[0].source == "fallback"


def test_the_reason_of_a_refusal_reaches_the_next_plan(tmp_path: Path) -> None:
    answers = [plan([PARTS[0], PARTS[0]], attempt=0), plan(attempt=1), *pipeline_answers()[1:]]
    outcome, events, _ = solve(tmp_path, PIPELINE, answers)
    assert outcome.status == "solved"
    assert [event.kind for event in events if event.kind.startswith("plan.")] == ["plan.refused", "plan.made"]


def test_a_model_that_never_helps_ends_with_exit_1_and_its_best_program(tmp_path: Path) -> None:
    half = "def add(a, b):\n    return 3\n"
    outcome, events, run = solve(tmp_path, ADD, [code("generate", "add", half)], policy="single-shot")
    assert (outcome.exit_code, outcome.status, outcome.verified) == (1, "unsolved", True)
    assert outcome.message == "1 of 2 visible tests pass"
    assert run.solution.read_text(encoding="utf-8") == half
    assert of_kind(events, "option.chosen")[-1].option == "stop"


def test_a_model_without_any_program_ends_cleanly(tmp_path: Path) -> None:
    outcome, events, run = solve(tmp_path, ADD, [{"text": "I cannot do that."}])
    assert (outcome.exit_code, outcome.message) == (1, "no program was found")
    assert not run.solution.exists()
    assert of_kind(events, "run.finished")[-1].status == "unsolved"


def test_the_model_is_asked_to_integrate_where_a_merge_fails(tmp_path: Path) -> None:
    untested = Task(**{name: getattr(PIPELINE, name) for name in Task.__slots__})
    untested = replace(
        untested, visible_tests=(TestCode("assert clean('1') == '' and score('a') == 1 == main(['a'])"),)
    )
    answers = [
        plan(),
        code("generate", "clean", CLEAN),
        code("generate", "score", SCORE),
        code("generate", "main", "def main(texts):\n    return 0\n"),
        code("integrate", None, CLEAN + SCORE + MAIN),
    ]
    outcome, events, _ = solve(tmp_path, untested, answers)
    assert outcome.status == "solved"
    assert [event.method for event in of_kind(events, "integrated")] == ["merge", "model"]


def test_evaluation_may_repair_the_merged_program(tmp_path: Path) -> None:
    task = replace(PIPELINE, visible_tests=(TestCode("assert score('ab') + main(['a']) == 2"),))
    answers = [
        plan(),
        code("generate", "clean", CLEAN),
        code("generate", "score", SCORE),
        code("generate", "main", "def main(texts):\n    return 0\n"),
        code("debug", "main", CLEAN + SCORE + MAIN, attempt=0),
    ]
    outcome, events, _ = solve(tmp_path, task, answers, policy="debug-3")
    assert outcome.status == "solved"
    assert of_kind(events, "evaluated")[-1].visible.verdict == "pass"


def test_hidden_tests_decide_and_open_once(tmp_path: Path) -> None:
    task = replace(ADD, hidden_tests=(TestCode("assert add(5, 5) == 10"),))
    cheat = "def add(a, b):\n    return {1: 3, 2: 4}[a]\n"
    outcome, events, run = solve(tmp_path, task, [code("generate", "add", cheat)])
    assert (outcome.exit_code, outcome.status) == (1, "unsolved")
    assert [event.count for event in of_kind(events, "hidden.opened")] == [1]
    result = RunResult.read(run)
    assert result is not None
    assert result.hidden_opened == 1
    assert "hidden tests were opened once" in result.protocol


def test_hidden_tests_reach_no_prompt_and_no_feature(tmp_path: Path) -> None:
    task = replace(ADD, hidden_tests=(TestCode("assert add(77123, 5) == 77128"),))
    _, _, run = solve(
        tmp_path, task, [code("generate", "add", "def add(a, b):\n    return 0\n")], policy="debug-3"
    )
    before_opening = run.events.read_text(encoding="utf-8").partition('"hidden.opened"')[0].splitlines()[:-1]
    assert "77123" not in "\n".join(before_opening)
    assert b"77123" not in run.replies.read_bytes()
    assert b"77123" not in b"".join(path.read_bytes() for path in run.path.glob("replies.sqlite*"))


def test_a_task_without_tests_is_unverified(tmp_path: Path) -> None:
    task = replace(ADD, visible_tests=())
    answers = [
        code("generate", "add", "def add(a, b):\n    return a + b\n"),
        code("tests", "add", "assert add(1, 1) == 2\n"),
    ]
    outcome, events, _ = solve(tmp_path, task, answers)
    assert (outcome.exit_code, outcome.status, outcome.verified) == (0, "unverified", False)
    assert "unverified" in outcome.message
    assert {event.suite for event in of_kind(events, "tests.run")} == {"self"}


def test_starter_code_reaches_the_part_that_it_begins(tmp_path: Path) -> None:
    starter = "def add(a, b):\n    ...\n"
    answers = [code("generate", "add", "def add(a, b):\n    return a + b\n")]
    outcome, _, _ = solve(tmp_path, replace(ADD, starter_code=starter), answers)
    assert outcome.status == "solved"


def test_a_spent_budget_keeps_the_best_program_and_exits_4(tmp_path: Path) -> None:
    task = with_budget(PIPELINE, model_calls=3)
    outcome, events, run = solve(tmp_path, task, pipeline_answers())
    assert (outcome.exit_code, outcome.status) == (4, "budget")
    assert "model calls is spent" in outcome.message
    assert "def clean" in run.solution.read_text(encoding="utf-8")
    assert of_kind(events, "budget.spent")
    assert len(of_kind(events, "model.answered")) == 3


def test_a_budget_that_ends_with_the_solution_is_solved(tmp_path: Path) -> None:
    task = with_budget(ADD, model_calls=1)
    outcome, _, _ = solve(tmp_path, task, [code("generate", "add", "def add(a, b):\n    return a + b\n")])
    assert (outcome.exit_code, outcome.status) == (0, "solved")


def test_no_budget_at_all_ends_before_the_first_call(tmp_path: Path) -> None:
    outcome, events, _ = solve(tmp_path, with_budget(PIPELINE, tokens=0), pipeline_answers())
    assert outcome.exit_code == 4
    assert of_kind(events, "model.answered") == []


@pytest.mark.parametrize("resource", ["model_calls", "sandbox_runs"])
def test_no_bound_is_exceeded_by_more_than_parallel_calls(tmp_path: Path, resource: str) -> None:
    bounds = {"model_calls": 2, "sandbox_runs": 2}
    task = replace(with_budget(PIPELINE, **{resource: bounds[resource]}), hidden_tests=())
    outcome, events, _ = solve(tmp_path, task, pipeline_answers(), max_parallel=1)
    assert outcome.exit_code == 4
    spent = {
        "model_calls": len({event.key for event in of_kind(events, "model.answered")}),
        "sandbox_runs": len({event.key for event in of_kind(events, "tests.run")}),
    }
    assert spent[resource] <= bounds[resource]


def test_an_unknown_model_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(ModelSpecError, match="is no model"):
        solve(tmp_path, ADD, [], model="magic")


def test_an_unusable_policy_is_bad_input_and_leaves_a_result(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, [], policy="nothing-like-it")
    run = new_run(settings, ADD)
    with pytest.raises(PolicyFileError, match="there is no policy"):
        run_solve(ADD, "# Add\n", settings, run)
    assert json.loads(run.result.read_text(encoding="utf-8"))["exit_code"] == 2


@pytest.mark.parametrize(
    ("number", "moment"), [(signal.SIGINT, "candidate.made"), (signal.SIGTERM, "integrated")]
)
def test_a_signal_stops_cleanly_and_resume_goes_on(tmp_path: Path, number: int, moment: str) -> None:
    settings = settings_for(tmp_path, pipeline_answers())
    run = new_run(settings, PIPELINE)
    sent: list[str] = []

    def interrupt(stamped: Stamped) -> None:
        if stamped.event.kind == moment and not sent:
            sent.append(moment)
            signal.raise_signal(number)

    outcome = run_solve(PIPELINE, "# Pipeline\n", settings, run, listeners=[interrupt])
    assert (outcome.exit_code, outcome.status) == (130, "interrupted")
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    again = resume(run)
    assert (again.exit_code, again.status) == (0, "solved")
    calls = of_kind(trace(run), "model.answered")
    assert len({event.key for event in calls if not event.cached}) == len(pipeline_answers())


def test_each_role_may_have_its_own_model(tmp_path: Path) -> None:
    planner = settings_for(tmp_path / "planner", [plan()]).model
    outcome, events, _ = solve(tmp_path, PIPELINE, pipeline_answers()[1:], planner_model=planner)
    assert outcome.status == "solved"
    models = of_kind(events, "run.started")[0].models
    assert models["planner"] == planner
    assert models["executive"] == models["integrator"] != planner


def test_a_wrong_dependency_does_not_stop_the_others(tmp_path: Path) -> None:
    answers = [
        plan(),
        code("generate", "clean", CLEAN),
        code("generate", "score", LENGTH),
        code("generate", "main", MAIN),
    ]
    outcome, events, _ = solve(tmp_path, PIPELINE, answers, policy="single-shot", hierarchical_policy="chain")
    assert outcome.exit_code == 1
    assert "def main" in outcome.code
    rounds = {event.episode for event in of_kind(events, "episode.started") if event.subtask == "clean"}
    assert rounds == {"clean-1"}, "a subtask that passed is not run again"
