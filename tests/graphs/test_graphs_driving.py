"""The walk without LangGraph is the machine's walk; and what the option `integrate` finds by itself."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphs_scenes import (
    CLEAN,
    LENGTH,
    LOST,
    MAIN,
    PIPELINE,
    SCORE,
    code,
    lost_answers,
    new_run,
    of_kind,
    plan,
    settings_for,
)

from hrl.budget import Ledger
from hrl.evaluation import HiddenTests
from hrl.events import MemoryRecorder
from hrl.graphs.bench import Workbench, open_bench
from hrl.graphs.decision import OPTIONS
from hrl.graphs.driving import run, sight, take
from hrl.graphs.hierarchical import hierarchical_machine
from hrl.graphs.integrating import MOST_RUNS, joined, merge_parts, search
from hrl.graphs.options import choose_option, freeze_answer
from hrl.graphs.progress import Progress
from hrl.graphs.rivals import hierarchical_policy
from hrl.graphs.setup import write_setup
from hrl.graphs.state import Evaluation, RunState, SubtaskResult, applied, digest, first_state
from hrl.types import Budget, Candidate, Plan, Subtask, Task, TestOutcome, TestReport, dump

FOOLED = "def score(text):\n    return 3 if text == 'abei' else 0\n"
BUDGET = Budget(tokens=100_000, model_calls=100, sandbox_runs=100)


def opened(folder: Path, answers: list[dict[str, Any]], task: Task = PIPELINE, **more: Any) -> Any:
    """A context with a workbench for a task, and its recorder's events."""
    settings = settings_for(folder, answers, max_parallel=1, **more)
    setup = write_setup(new_run(settings, task), task, "", settings)
    return open_bench(setup, MemoryRecorder(), Ledger(BUDGET), hidden=HiddenTests(task.hidden_tests))


def taken(bench: Workbench, *options: str) -> RunState:
    """The state after these options, from the beginning."""
    state = first_state()
    for option in options:
        state = take(state, option, bench).state
    return state


def events(bench: Workbench) -> list[Any]:
    assert isinstance(bench.recorder, MemoryRecorder)
    return bench.recorder.events


SCENES = {
    "straight": [
        plan(),
        code("generate", "clean", CLEAN),
        code("generate", "score", SCORE),
        code("generate", "main", MAIN),
    ],
    "corrections": [
        plan(),
        code("generate", "clean", CLEAN),
        code("generate", "score", LENGTH, attempt=0),
        code("generate", "score", FOOLED, attempt=10),
        code("generate", "score", SCORE),
        code("generate", "main", MAIN),
        code("integrate", None, f"{CLEAN}\n{LENGTH}\n{MAIN}"),
    ],
}


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_the_plain_walk_and_the_machine_do_the_same(tmp_path: Path, scene: str) -> None:
    with opened(tmp_path / "machine", SCENES[scene], policy="debug-1") as bench:
        machine = hierarchical_machine(bench).invoke(
            first_state(), {"recursion_limit": 1000, "max_concurrency": 1}
        )
        first, spent = events(bench), bench.ledger.spent()
    with opened(tmp_path / "plain", SCENES[scene], policy="debug-1") as bench:
        plain, options = run(bench)
        second, same = events(bench), bench.ledger.spent()
    assert options[-1] == "stop"
    assert {event.kind for event in first} == {event.kind for event in second}
    for kind in ("option.chosen", "candidate.made", "integrated"):
        assert of_kind(first, kind) == of_kind(second, kind)
    for key in ("answer", "counts", "round", "pool", "tried", "searched"):
        assert machine[key] == plain[key], key
    assert machine["hidden"]["verdict"] == plain["hidden"]["verdict"]
    assert (spent.tokens, spent.model_calls, spent.sandbox_runs) == (
        same.tokens,
        same.model_calls,
        same.sandbox_runs,
    )


def test_an_illegal_option_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path, SCENES["straight"]) as bench, pytest.raises(ValueError, match="integrate is not"):
        take(first_state(), "integrate", bench)


def test_the_whole_task_in_one_piece_needs_no_plan(tmp_path: Path) -> None:
    whole = [code("generate", "main", f"{CLEAN}\n{SCORE}\n{MAIN}")]
    with opened(tmp_path, whole) as bench:
        state, options = run(replace(bench, hierarchical_policy=hierarchical_policy("whole")))
    assert options == ("execute", "integrate", "evaluate", "stop")
    assert state["hidden"]["verdict"] == "pass"
    assert [event.source for event in of_kind(events(bench), "plan.made")] == ["whole"]


def test_what_a_model_put_together_is_evaluated_by_passing(tmp_path: Path) -> None:
    answers = lost_answers(f"{CLEAN}\n{SCORE}\n{MAIN}")
    with opened(tmp_path, answers, policy="single-shot") as bench:
        state = taken(bench, "plan", "execute", "integrate", "integrate")
        _, mask = sight(state, bench)
        assert [option for option, may in zip(OPTIONS, mask, strict=True) if may] == ["stop"]
        assert Progress.of(state).failures == 0
        state = take(state, "stop", bench).state
        settled = of_kind(events(bench), "integrated")
    assert [event.method for event in settled] == ["merge", "model"]
    assert state["hidden"]["verdict"] == "pass"


def test_what_a_model_put_together_in_vain_is_left_to_the_evaluation(tmp_path: Path) -> None:
    answers = lost_answers(f"{CLEAN}\n{SCORE}\n{LOST}# together\nVERSION = 2\n")
    with opened(tmp_path, answers, policy="single-shot") as bench:
        state = taken(bench, "plan", "execute", "integrate", "integrate")
        _, mask = sight(state, bench)
    assert Progress.of(state).evaluation is None
    legal = [option for option, may in zip(OPTIONS, mask, strict=True) if may]
    assert "evaluate" in legal
    assert "stop" not in legal


WRONG_FIRST = [
    plan(),
    code("generate", "clean", CLEAN),
    code("generate", "score", LENGTH, attempt=0),
    code("generate", "score", SCORE),
    code("generate", "main", MAIN),
]


def test_the_early_rule_corrects_a_part_before_anything_is_evaluated(tmp_path: Path) -> None:
    with opened(tmp_path, WRONG_FIRST, policy="single-shot") as bench:
        state, options = run(replace(bench, hierarchical_policy=hierarchical_policy("early")))
    assert options == ("plan", "execute", "execute", "integrate", "stop")
    assert state["hidden"]["verdict"] == "pass"


def test_the_shipped_policy_goes_straight_where_everything_passes(tmp_path: Path) -> None:
    with opened(tmp_path, SCENES["straight"], policy="debug-1") as bench:
        assert bench.hierarchical_policy.name == "hierarchical"
        _, options = run(bench)
    assert options == ("plan", "execute", "integrate", "evaluate", "stop")


def test_the_shipped_policy_corrects_what_failed(tmp_path: Path) -> None:
    with opened(tmp_path, WRONG_FIRST, policy="single-shot") as bench:
        state, options = run(bench)
        chosen = of_kind(events(bench), "option.chosen")
    assert state["hidden"]["verdict"] == "pass"
    assert options.count("execute") > 1
    assert {event.policy for event in chosen} == {"hierarchical"}
    assert sum(sum(event.mask.values()) > 1 for event in chosen) > 1, "most choices were forced"


SHAPE = Plan(
    (
        Subtask("clean", "", "def clean(text)"),
        Subtask("score", "", "def score(text)"),
        Subtask("main", "", "def main(texts)", depends_on=("clean", "score")),
    )
)


def pool(**codes: list[str]) -> RunState:
    """A state after several executes; the first program of each part is its best."""
    state = first_state()
    state["plan"], state["counts"] = dump(SHAPE), {"integrate": 1}
    state["pool"] = {
        name: [
            dump(SubtaskResult(digest(SHAPE.subtask(name)), 1, "passed", Candidate.of(text, "generate"), 1.0))
            for text in texts
        ]
        for name, texts in codes.items()
    }
    return state


def test_combinations_begin_with_the_best_and_change_one_part_after_the_other() -> None:
    progress = Progress.of(pool(clean=["c"], score=["s", "t"], main=["m", "n"]))
    assert progress.joined == 4
    assert [tuple(found.values()) for found in joined(progress, SHAPE)] == [
        ("c", "s", "m"),
        ("c", "s", "n"),
        ("c", "t", "m"),
        ("c", "t", "n"),
    ]


def test_a_search_finds_the_parts_that_go_together_and_asks_no_model(tmp_path: Path) -> None:
    state = pool(clean=[CLEAN], score=[FOOLED, SCORE], main=[MAIN])
    with opened(tmp_path, []) as bench:
        found = search(Progress.of(state), bench)
        assert (len(found.failed), found.looked) == (1, 2)
        assert "in 'aeiou'" in found.code
        spent = bench.ledger.spent()
        again = search(Progress.of({**state, "tried": list(found.failed)}), bench)
    assert (spent.model_calls, spent.sandbox_runs) == (0, 2)
    assert again.failed == ()


def test_a_joined_program_that_passes_is_evaluated_by_that_and_becomes_the_answer(tmp_path: Path) -> None:
    half = TestReport("fail", (TestOutcome("a", "pass"), TestOutcome("b", "fail")))
    before = dump(Evaluation(Candidate.of(f"{CLEAN}\n{FOOLED}\n{MAIN}", "merge"), half, None))
    state = pool(clean=[CLEAN], score=[FOOLED, SCORE], main=[MAIN])
    state |= {"best": before, "counts": {"integrate": 2, "evaluate": 1}}
    state["results"] = {name: found[0] for name, found in state["pool"].items()}
    with opened(tmp_path, []) as bench:
        state = applied(state, merge_parts(state, bench))
        _, mask = sight(state, bench)
        assert [option for option, may in zip(OPTIONS, mask, strict=True) if may] == ["stop"]
        state = applied(state, choose_option(state, bench))
        answer = applied(state, freeze_answer(state, bench))
        said = events(bench)
    assert answer["answer"] == state["program"]["code"] == state["best"]["candidate"]["code"]
    assert "in 'aeiou'" in answer["answer"]
    assert answer["evaluation"]["visible"]["verdict"] == "pass"
    assert [event.visible.verdict for event in of_kind(said, "evaluated")] == ["pass"]
    assert [event.cycle for event in of_kind(said, "option.chosen")] == [1], "one evaluation failed"


def test_a_search_is_bounded_and_needs_a_choice_and_a_budget(tmp_path: Path) -> None:
    bad = [f"def score(text):\n    return -{number}\n" for number in range(1, 5)]
    mains = [f"{MAIN.rstrip()} + {number}\n" for number in range(4)]
    state = pool(clean=[CLEAN], score=bad, main=mains)
    with opened(tmp_path, []) as bench:
        found = search(Progress.of(state), bench)
        assert (len(found.failed), found.looked, found.code) == (MOST_RUNS, MOST_RUNS, "")
        rest = search(Progress.of({**state, "tried": list(found.failed)}), bench)
        assert not set(rest.failed) & set(found.failed)
        assert rest.looked == 16
        single = pool(clean=[CLEAN], score=[SCORE], main=[MAIN])
        assert search(Progress.of(single), bench).looked == 0
        assert search(Progress.of({**state, "spent": "tokens"}), bench).looked == 0
        assert search(Progress.of(pool(clean=[CLEAN], score=bad)), bench).looked == 0


def test_a_part_that_failed_behind_wrong_code_gets_its_first_program_again(tmp_path: Path) -> None:
    answers = [
        plan(),
        code("generate", "clean", CLEAN),
        code("generate", "score", LENGTH, attempt=0),
        code("generate", "score", SCORE),
        code("generate", "main", MAIN, attempt=0),
        code("generate", "main", "def main(texts):\n    return -1\n"),
    ]
    with opened(tmp_path, answers, policy="single-shot") as bench:
        state = taken(bench, "plan", "execute", "integrate", "evaluate", "execute")
        asked = of_kind(events(bench), "model.answered")
    assert state["results"]["main"]["outcome"] == "passed"
    assert (state["results"]["main"]["born"], state["results"]["main"]["round"]) == (1, 2)
    again = [event for event in asked if event.episode == "main-2"]
    assert [event.cached for event in again] == [True], "what was answered is not asked again"


def test_what_needs_a_failing_part_is_drafted_and_comes_back_from_the_cache_once_that_passes(
    tmp_path: Path,
) -> None:
    answers = [
        plan(),
        code("generate", "clean", CLEAN),
        code("generate", "score", LENGTH, attempt=0),
        code("generate", "score", SCORE),
        code("generate", "main", MAIN),
        code("debug", "score", LENGTH),
        code("debug", "main", "def main(texts):\n    return 1\n"),  # passes for the wrong reason
    ]
    with opened(tmp_path, answers, policy="debug-3") as bench:
        state = taken(bench, "plan", "execute")
        first = Progress.of(state)
        state = take(state, "execute", bench).state
        asked = [(event.episode, event.request) for event in events(bench) if event.kind == "model.answered"]
    assert first.failing == ["score", "main"]
    assert [request for episode, request in asked if episode == "main-1"] == ["generate"]
    assert [request for episode, request in asked if episode == "score-1"].count("debug") > 0
    after = Progress.of(state)
    assert not after.failing
    assert after.candidates["main"] == MAIN
