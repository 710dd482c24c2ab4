import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hrl.budget import Ledger
from hrl.config import Settings
from hrl.errors import BudgetExceeded
from hrl.events import MemoryRecorder
from hrl.llm import open_model
from hrl.llm.requests import Sampling
from hrl.planner import MAX_ATTEMPTS, propose
from hrl.types import Budget, Plan, PlanRejected, Task, TestCode

PIPELINE = Task(
    "t",
    "T",
    "1. `clean(text)` cleans.\n2. `main(texts)` cleans all.\n",
    entry_point="main",
    visible_tests=(TestCode("assert main(['a!']) == ['a']"),),
)
ADD = Task("t", "T", "Write `add(a, b)`.", entry_point="add")
GOOD = json.dumps(
    [
        {"name": "clean", "goal": "clean", "signature": "def clean(text)", "depends_on": []},
        {"name": "main", "goal": "all", "signature": "def main(texts)", "depends_on": ["clean"]},
    ]
)


def ask(
    folder: Path, task: Task, text: str, *, attempt: int = 0, budget: Budget | None = None
) -> tuple[Plan | PlanRejected, str, list[Any], Ledger]:
    script = folder / "script.json"
    script.write_text(json.dumps([{"kind": "plan", "text": text}]), encoding="utf-8")
    recorder, ledger = MemoryRecorder(), Ledger(budget or Budget())
    model = open_model(f"scripted:{script}", Settings())
    try:
        found, source = propose(
            task, model, attempt=attempt, refused="", sampling=Sampling(), recorder=recorder, ledger=ledger
        )
    finally:
        model.close()
    return found, source, recorder.events, ledger


def test_a_plain_task_costs_no_question(tmp_path: Path) -> None:
    found, source, events, ledger = ask(tmp_path, ADD, GOOD)
    assert isinstance(found, Plan)
    assert source == "single"
    assert [event.kind for event in events] == ["plan.made"]
    assert ledger.spent().model_calls == 0


def test_a_model_s_plan_is_recorded_and_charged(tmp_path: Path) -> None:
    found, source, events, ledger = ask(tmp_path, PIPELINE, GOOD)
    assert isinstance(found, Plan)
    assert source == "model"
    assert [event.kind for event in events] == ["model.answered", "plan.made"]
    assert ledger.spent().model_calls == 1


def parts(*needs: tuple[str, ...]) -> str:
    """A reply that plans `clean`, `score` and `main` with these dependencies."""
    return json.dumps(
        [
            {"name": name, "goal": f"{name} it", "signature": f"def {name}(text)", "depends_on": some}
            for name, some in zip(("clean", "score", "main"), needs, strict=True)
        ]
    )


@pytest.mark.parametrize(
    ("said", "reply", "needs"),
    [
        # What nothing uses is needed by whoever speaks of it,
        ("`score` of `clean(text)`.", parts((), (), ("clean",)), ((), (), ("clean", "score"))),
        ("`score` of `clean(text)`.", parts((), (), ()), ((), (), ("score", "clean"))),
        ("Apply `clean` first. Then `score`.", parts((), (), ("score",)), ((), (), ("score", "clean"))),
        # what something uses is not, and neither is what nobody speaks of, or a cycle.
        ("Add up. See also `score`.", parts(("score",), (), ("clean",)), (("score",), (), ("clean",))),
        ("Add up.", parts((), (), ("clean",)), ((), (), ("clean",))),
        ("`score` of it.", parts((), ("main",), ("clean",)), ((), ("main",), ("clean",))),
        # A cycle is cut where nothing is said of a need,
        ("`score` of `clean`.", parts(("main",), (), ("clean", "score")), ((), (), ("clean", "score"))),
        ("`clean` of it.", parts((), ("score",), ("clean",)), ((), (), ("clean",))),
        # and where it is beside the matter.
        (
            "`score` of it. See also `clean`.",
            parts(("main",), (), ("score", "clean")),
            ((), (), ("score", "clean")),
        ),
    ],
)
def test_dependencies_agree_with_what_is_said_of_the_functions(
    tmp_path: Path, said: str, reply: str, needs: tuple[tuple[str, ...], ...]
) -> None:
    lines = ["`clean(text)` cleans.", "`score(text)` counts.", f"`main(text)`: {said}"]
    statement = "".join(f"{number}. {line}\n" for number, line in enumerate(lines, 1))
    tests = (TestCode("assert clean('a') == 'a'\nassert score('a') == 1\nassert main('a') == 1"),)
    task = Task("t", "T", statement, entry_point="main", visible_tests=tests)
    found, *_ = ask(tmp_path, task, reply)
    assert isinstance(found, Plan)
    assert tuple(subtask.depends_on for subtask in found.subtasks) == needs


def test_a_cycle_that_the_statement_leaves_is_refused(tmp_path: Path) -> None:
    statement = "1. `even(n)`: `odd` of `n - 1`.\n2. `odd(n)`: `even` of `n - 1`.\n"
    task = Task("t", "T", statement, entry_point="odd")
    both = [
        {"name": name, "goal": "g", "signature": f"def {name}(n)", "depends_on": [other]}
        for name, other in (("even", "odd"), ("odd", "even"))
    ]
    found, *_ = ask(tmp_path, task, json.dumps(both))
    assert isinstance(found, PlanRejected)
    assert "cycle" in found.reason


def test_a_need_that_is_cut_leaves_the_goal_with_its_words(tmp_path: Path) -> None:
    statement = "1. `clean(text)` cleans. See also `main`.\n2. `main(texts)`: `clean` each.\n"
    both = [
        {"name": "clean", "goal": "clean; see `main`", "signature": "", "depends_on": ["main"]},
        {"name": "main", "goal": "`clean` all", "signature": "", "depends_on": ["clean"]},
    ]
    found, *_ = ask(tmp_path, replace(PIPELINE, statement=statement), json.dumps(both))
    assert isinstance(found, Plan)
    assert {subtask.name: subtask.depends_on for subtask in found.subtasks} == {
        "clean": (),
        "main": ("clean",),
    }
    assert found.subtask("clean").goal == "Cleans."
    assert found.subtask("main").goal == "`clean` all"


def test_the_goal_of_a_mended_part_names_what_it_needs(tmp_path: Path) -> None:
    statement = "1. `clean(text)` cleans.\n2. `main(texts)`: Apply `clean` to each. Then add up.\n"
    task = replace(PIPELINE, statement=statement, visible_tests=(TestCode("assert clean('a') == 'a'"),))
    silent = json.dumps(
        [
            {"name": "clean", "goal": "clean", "signature": "def clean(text)", "depends_on": []},
            {"name": "main", "goal": "add up", "signature": "def main(texts)", "depends_on": []},
        ]
    )
    found, *_ = ask(tmp_path, task, silent)
    assert isinstance(found, Plan)
    assert found.subtask("main").goal == "Apply `clean` to each. Then add up."


@pytest.mark.parametrize("text", ["I would rather not.", "", "[]", GOOD.replace("clean", "main")])
def test_an_unusable_reply_is_a_refusal(tmp_path: Path, text: str) -> None:
    found, _, events, ledger = ask(tmp_path, PIPELINE, text)
    assert isinstance(found, PlanRejected)
    assert [event.kind for event in events] == ["model.answered", "plan.refused"]
    assert ledger.spent().model_calls == 1


def test_after_enough_refusals_the_task_s_own_list_has_to_do(tmp_path: Path) -> None:
    found, source, events, _ = ask(tmp_path, PIPELINE, "", attempt=MAX_ATTEMPTS)
    assert isinstance(found, Plan)
    assert [(subtask.name, subtask.depends_on) for subtask in found.subtasks] == [
        ("clean", ()),
        ("main", ("clean",)),
    ]
    assert found.subtask("clean").goal == "Cleans."
    assert (source, events[0].source) == ("fallback", "fallback")


def test_a_spent_budget_forbids_the_question(tmp_path: Path) -> None:
    with pytest.raises(BudgetExceeded, match="model calls"):
        ask(tmp_path, PIPELINE, GOOD, budget=Budget(model_calls=0))
