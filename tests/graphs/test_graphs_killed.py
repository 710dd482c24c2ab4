"""SIGKILL at any moment, then resume: the same end, and nothing that was answered is asked again."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import graphs_killed
import pytest
from graphs_scenes import PIPELINE, new_run, of_kind, pipeline_answers, settings_for, trace

from hrl.errors import RunError
from hrl.graphs.solve import resume
from hrl.runs import RunDirectory, summarize


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One killed run for each moment."""
    folder = tmp_path_factory.mktemp("killed")
    done = subprocess.run(
        [sys.executable, graphs_killed.__file__, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    runs: dict[str, str] = json.loads(done.stdout)
    return runs


def copied(path: str, folder: Path) -> RunDirectory:
    """A killed run of this test's own, so that no test depends on another."""
    return RunDirectory.open(Path(shutil.copytree(path, folder / Path(path).name)))


@pytest.mark.parametrize("moment", list(graphs_killed.MOMENTS))
def test_a_run_killed_at_any_moment_is_resumed_to_the_same_end(
    tmp_path: Path, killed: dict[str, str], moment: str
) -> None:
    run = copied(killed[moment], tmp_path)
    before = trace(run)
    if moment == "at the very end":
        with pytest.raises(RunError, match="is finished"):
            resume(run)
        return
    assert summarize(run).status == "killed"

    outcome = resume(run)

    assert (outcome.exit_code, outcome.status) == (0, "solved")
    events = trace(run)
    later = events[len(before) :]
    assert later[0].kind == "run.resumed"
    answered = {event.key for event in of_kind(before, "model.answered")}
    asked_again = {event.key for event in of_kind(later, "model.answered") if not event.cached}
    assert not answered & asked_again
    fresh = [event.key for event in of_kind(events, "model.answered") if not event.cached]
    assert len(fresh) == len(set(fresh)) <= len(pipeline_answers())
    assert [event.count for event in of_kind(events, "hidden.opened")] == [1]
    finished = events[-1]
    assert finished.kind == "run.finished"
    assert finished.model_calls == len(pipeline_answers())


def test_a_resumed_run_says_what_it_skips(tmp_path: Path, killed: dict[str, str]) -> None:
    run = copied(killed["when the last part begins"], tmp_path)
    resume(run)
    (resumed,) = of_kind(trace(run), "run.resumed")
    assert resumed.skipped[:2] == ("the plan of 3 subtasks", "the episodes of clean, score")
    assert resumed.cached_replies == 4


def test_a_run_that_another_process_writes_is_not_resumed(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, [])
    run = new_run(settings, PIPELINE)
    with run.lock(), pytest.raises(RunError, match="another process"):
        resume(run)


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("config.json", '{"format": "something else"}', "was not made by `hrl solve`"),
        ("config.json", "{", "cannot be read"),
        ("config.json", '{"format": "hrl-run-1", "version": "0.0.0"}', "made by hrl 0.0.0"),
        ("task.json", "{}", "is not one of this version"),
        ("task.json", None, "has no task.json"),
        ("checkpoint.sqlite", "no database " * 1000, "is damaged"),
        ("events.jsonl", '{"v": 99}\n', "line 1 of"),
    ],
)
def test_a_run_that_cannot_be_resumed_says_why(
    tmp_path: Path, killed: dict[str, str], file: str, content: str | None, reason: str
) -> None:
    run = copied(killed["after the plan"], tmp_path)
    (run.path / f"{file}-wal").unlink(missing_ok=True)
    if content is None:
        (run.path / file).unlink()
    else:
        (run.path / file).write_text(content, encoding="utf-8")
    with pytest.raises(RunError, match=reason):
        resume(run)
