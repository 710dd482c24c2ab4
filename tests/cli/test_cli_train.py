"""`hrl train executive --from-runs`: what it takes."""

import json
from pathlib import Path

import pytest

from hrl.config import load_settings
from hrl.training.from_runs import find_directory, of_runs

PROGRAM = "def double(x):\n    return 2 * x\n"
PROBLEM = {
    "task_id": "p",
    "statement": "Return twice the number `x`.",
    "entry_point": "double",
    "signature": "def double(x)",
    "visible_tests": ["assert double(3) == 6"],
    "hidden_tests": ["assert double(5) == 10"],
}


@pytest.fixture
def run(hrl, monkeypatch):
    """A run of `hrl eval` on one problem; its directory."""
    monkeypatch.setenv("HRL_SANDBOX", "process")
    Path("p.jsonl").write_text(json.dumps(PROBLEM) + "\n")
    Path("record.jsonl").write_text(json.dumps({"task_id": "p", "step": 0, "completion": PROGRAM}) + "\n")
    assert hrl("eval", "p.jsonl", "-m", "replay:record.jsonl", "--policy", "debug-2", "-q").code == 0
    (found,) = [path for path in Path(".hrl/runs").iterdir() if not path.is_symlink()]
    return found


def test_a_run_is_named_as_everywhere_or_by_its_directory(run):
    root = load_settings().runs_dir
    (expected,) = of_runs([run])
    for name in ("latest", run.name, run.name[-5:], str(run)):
        found = find_directory(root, name)
        assert found.name == run.name
        (one,) = of_runs([found])
        assert (one.name, one.tree) == (expected.name, expected.tree)


def test_the_command_finds_a_run_by_its_name(hrl, run):
    (run / "events.jsonl").write_text("")
    ended = hrl("train", "executive", "--from-runs", run.name, "--steps", "1")
    assert ended.sentence == (
        f"error: the run {run.name} holds no finished episode with a decision of the Executive"
    )


def test_what_is_neither_run_nor_directory_is_refused(hrl):
    ended = hrl("train", "executive", "--from-runs", "moon")
    assert ended.code == 2
    assert ended.sentence.startswith("error: 'moon' names neither a run nor a directory: no run in ")
    assert not Path(".hrl").exists()
