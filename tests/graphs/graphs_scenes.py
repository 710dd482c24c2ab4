"""Tasks and scripted answers that the tests of the state machines share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hrl.config import Settings
from hrl.events import Stamped, read_trace
from hrl.runs import RunDirectory
from hrl.types import Budget, Task, TestCode

CLEAN = "def clean(text):\n    return ''.join(c for c in text if c.isalpha())\n"
LENGTH = "def score(text):\n    return len(text)\n"
SCORE = "def score(text):\n    return sum(c in 'aeiou' for c in text)\n"
MAIN = "def main(texts):\n    return sum(score(clean(text)) for text in texts)\n"
PARTS = [
    {"name": "clean", "goal": "keep letters", "signature": "def clean(text)", "depends_on": []},
    {"name": "score", "goal": "count vowels", "signature": "def score(text)", "depends_on": []},
    {"name": "main", "goal": "add up", "signature": "def main(texts)", "depends_on": ["clean", "score"]},
]
STATEMENT = """Write three functions.

1. `clean(text: str) -> str` keeps the letters.
2. `score(text: str) -> int` counts the vowels.
3. `main(texts: list[str]) -> int` adds up the scores of the cleaned texts.
"""
PIPELINE = Task(
    id="pipeline-1",
    title="Pipeline",
    statement=STATEMENT,
    entry_point="main",
    visible_tests=(
        TestCode('assert clean("a!") == "a"\nassert score("abei") == 3\nassert main(["a!", "b"]) == 1\n'),
    ),
    hidden_tests=(TestCode('assert main(["z4ae", "-"]) == 2\n'),),
)
ADD = Task(
    id="add-1",
    title="Add",
    statement="Write `add(a, b)`: the sum.",
    entry_point="add",
    visible_tests=(TestCode("assert add(1, 2) == 3\nassert add(2, 2) == 4\n"),),
)


def code(kind: str, subtask: str | None, text: str, **more: Any) -> dict[str, Any]:
    """A scripted answer that holds a program."""
    where = {"subtask": subtask} if subtask else {}
    return {"kind": kind, **where, "text": f"```python\n{text}```\n", **more}


def plan(parts: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A scripted plan."""
    return {"kind": "plan", "text": json.dumps(PARTS if parts is None else parts), **more}


LOST = "def main(texts):\n    return -1\n"


def lost_answers(integrated: str) -> list[dict[str, Any]]:
    """All parts pass but `main`, and a model puts this together."""
    return [
        plan(),
        code("generate", "clean", CLEAN),
        code("generate", "score", SCORE),
        code("generate", "main", LOST),
        code("integrate", None, integrated),
    ]


def pipeline_answers() -> list[dict[str, Any]]:
    """A whole solution of `PIPELINE`, with one repair."""
    return [
        plan(),
        code("generate", "clean", CLEAN),
        code("generate", "score", LENGTH),
        code("debug", "score", SCORE),
        code("generate", "main", MAIN),
    ]


def settings_for(folder: Path, answers: list[dict[str, Any]], **more: Any) -> Settings:
    """Settings with a scripted model and the process sandbox."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "script.json"
    script.write_text(json.dumps(answers), encoding="utf-8")
    given: dict[str, Any] = {
        "model": f"scripted:{script}",
        "sandbox": "process",
        "policy": "always-verify",
        "runs_dir": folder / "runs",
    }
    return Settings(**(given | more))


def new_run(settings: Settings, task: Task) -> RunDirectory:
    """A fresh run directory."""
    return RunDirectory.create(settings.runs_dir, "solve", task.id)


def with_budget(task: Task, **bounds: Any) -> Task:
    """The same task with a budget."""
    return Task(**{name: getattr(task, name) for name in Task.__slots__} | {"budget": Budget(**bounds)})


def trace(run: RunDirectory) -> list[Any]:
    """The events of a run."""
    return [stamped.event for stamped in read_trace(run.events)]


def of_kind(events: list[Any], kind: str) -> list[Any]:
    """The events of one kind."""
    return [event for event in events if event.kind == kind]


def kinds(stamped: list[Stamped]) -> list[str]:
    """Their kinds."""
    return [entry.event.kind for entry in stamped]
