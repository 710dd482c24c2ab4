import json
from pathlib import Path
from typing import Any

import pytest

from hrl.budget import Ledger
from hrl.config import Settings
from hrl.events import MemoryRecorder
from hrl.integrator import Integration, integrate
from hrl.llm import open_model
from hrl.llm.requests import Sampling
from hrl.types import Budget, Plan, Subtask, Task

TASK = Task("t", "T", "Write both.", entry_point="main")
PLAN = Plan((Subtask("low", "", "def low(x)"), Subtask("main", "", "def main(x)", depends_on=("low",))))
LOW = "def low(x):\n    return x + 1\n"
MAIN = "def main(x):\n    return low(x)\n"
WHOLE = "def low(x):\n    return 7\n\n\ndef main(x):\n    return low(x)\n"


def run(
    folder: Path,
    candidates: dict[str, str],
    reply: str = WHOLE,
    *,
    evidence: str = "",
    budget: Budget | None = None,
) -> tuple[Integration, list[Any]]:
    script = folder / "script.json"
    text = f"```python\n{reply}```" if reply.startswith("def") else reply
    script.write_text(json.dumps([{"kind": "integrate", "text": text}]), encoding="utf-8")
    recorder = MemoryRecorder()
    model = open_model(f"scripted:{script}", Settings())
    try:
        found = integrate(
            TASK,
            PLAN,
            candidates,
            model,
            sampling=Sampling(),
            recorder=recorder,
            ledger=Ledger(budget or Budget()),
            evidence=evidence,
        )
    finally:
        model.close()
    return found, recorder.events


def test_a_clean_merge_needs_no_model(tmp_path: Path) -> None:
    found, events = run(tmp_path, {"low": LOW, "main": MAIN})
    assert found.method == "merge"
    assert found.program.code == "def low(x):\n    return x + 1\n\n\ndef main(x):\n    return low(x)\n"
    assert [event.kind for event in events] == ["integrated"]


def test_what_the_merge_cannot_settle_goes_to_the_model(tmp_path: Path) -> None:
    found, events = run(tmp_path, {"low": "def other(x):\n    return 1\n", "main": MAIN})
    assert (found.method, found.program.code) == ("model", WHOLE)
    assert [event.kind for event in events] == ["model.answered", "integrated"]
    assert "the part low does not define low" in events[-1].notes


def test_a_failed_evaluation_asks_the_model_even_after_a_clean_merge(tmp_path: Path) -> None:
    found, _ = run(tmp_path, {"low": LOW, "main": MAIN}, evidence="main(1) is wrong")
    assert found.method == "model"


@pytest.mark.parametrize("reply", ["No idea.", "", "def unrelated(x):\n    return 1\n"])
def test_an_unusable_reply_keeps_the_merge(tmp_path: Path, reply: str) -> None:
    found, events = run(tmp_path, {"low": LOW, "main": MAIN}, reply, evidence="main(1) is wrong")
    assert found.method == "merge"
    assert "def low" in found.program.code
    assert "the merge was kept" in events[-1].notes[-1]


def test_a_missing_part_is_written_by_the_model(tmp_path: Path) -> None:
    found, _ = run(tmp_path, {"low": LOW})
    assert found.program.code == WHOLE


def test_a_spent_budget_keeps_the_merge(tmp_path: Path) -> None:
    found, events = run(tmp_path, {"low": LOW}, budget=Budget(model_calls=0))
    assert (found.method, found.program.code) == ("merge", LOW)
    assert [event.kind for event in events] == ["budget.spent", "integrated"]
