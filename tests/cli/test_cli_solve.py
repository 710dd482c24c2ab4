"""`hrl solve`, `runs`, `view` on scripted models and the real sandbox."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from cli_tasks import FIXED, RIGHT, TASK, WRONG, hopeless, repaired, right, write

from hrl.cli.exits import run
from hrl.policies import SHIPPED


def test_the_program_goes_to_standard_output_and_progress_to_standard_error(hrl):
    ended = hrl("solve", write(), "-m", right(), *FIXED)
    assert (ended.code, ended.out) == (0, RIGHT)
    assert "the model is scripted:right.json, as given" in ended.err
    assert "twice: tests pass 2/2" in ended.err
    assert "solved, verified" in ended.err


def test_a_task_comes_from_standard_input(hrl, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TASK.encode())))
    ended = hrl("solve", "-", "-m", right(), *FIXED, "-q")
    assert (ended.code, ended.out) == (0, RIGHT)


def test_the_program_goes_to_a_file(hrl):
    ended = hrl("solve", write(), "-m", right(), *FIXED, "-o", "answer.py")
    assert (ended.code, ended.out) == (0, "")
    assert Path("answer.py").read_text() == RIGHT


def test_the_best_program_is_handed_over_with_a_note_when_the_task_is_not_solved(hrl):
    ended = hrl("solve", write(), "-m", hopeless(), *FIXED, "-o", "best.py")
    assert ended.code == 1
    assert Path("best.py").read_text() == WRONG
    assert "note: the program in best.py is the best one found; it is not verified" in ended.err


def test_a_task_without_tests_is_handed_over_as_unverified(hrl):
    task = write(text="# Twice\n\nWrite `twice(n)`, which returns two times `n`.\n")
    ended = hrl("solve", task, "-m", right(), *FIXED)
    assert ended.out == RIGHT
    assert "not verified" in ended.err


def test_json_streams_the_trace_itself(hrl):
    ended = hrl("solve", write(), "-m", repaired(), *FIXED, "--json", "--display", "none")
    trace = Path(".hrl/runs/latest/events.jsonl").read_text(encoding="utf-8")
    assert ended.code == 0
    assert ended.out == trace
    kinds = [json.loads(line)["event"]["kind"] for line in trace.splitlines()]
    assert kinds[0] == "run.started"
    assert kinds[-1] == "run.finished"


def test_the_run_goes_on_when_the_reader_of_json_leaves():
    child = subprocess.Popen(
        [sys.executable, "-m", "hrl", "solve", write(), "-m", repaired(), *FIXED, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    child.stdout.readline()
    child.stdout.close()
    err = child.stderr.read()
    child.stderr.close()
    assert child.wait(timeout=100) in (0, 141)
    assert "Traceback" not in err
    assert Path(".hrl/runs/latest/solution.py").read_text() == RIGHT


def test_nothing_is_shown_when_nothing_is_asked_for(hrl):
    ended = hrl("solve", write(), "-m", right(), *FIXED, "--display", "none", "-q")
    assert (ended.code, ended.err) == (0, "")


def test_verbose_shows_every_event(hrl):
    assert "model answered generate" in hrl("solve", write(), "-m", right(), *FIXED, "-v").err


def test_quiet_shows_the_end_alone(hrl):
    lines = hrl("solve", write(), "-m", right(), *FIXED, "-q").err.splitlines()
    assert "solved, verified" in lines[-1]
    assert not any("twice:" in line for line in lines)


def test_the_live_display_without_a_terminal_leaves_a_summary(hrl):
    ended = hrl("solve", write(), "-m", right(), *FIXED, "--display", "live")
    assert "SOLVED" in ended.err
    assert ended.out == RIGHT


@pytest.mark.parametrize(
    ("option", "number"), [("--model-calls", 1), ("--tokens", 60), ("--sandbox-runs", 1), ("--seconds", 0)]
)
def test_a_spent_budget_exits_4(hrl, option, number):
    ended = hrl("solve", write(), "-m", hopeless(), *FIXED, option, number)
    assert ended.code == 4
    assert f"the budget of {option.strip('-').replace('-', ' ')} is spent" in ended.err


def test_a_spent_budget_keeps_the_best_program(hrl):
    ended = hrl("solve", write(), "-m", hopeless(), *FIXED, "--model-calls", 1, "-o", "best.py")
    assert ended.code == 4
    assert Path("best.py").read_text() == WRONG


def test_a_named_baseline_decides(hrl):
    assert "policy random" in hrl("solve", write(), "-m", right(), *FIXED, "--policy", "random").err


def test_the_shipped_policy_decides_when_none_is_named(hrl):
    ended = hrl("solve", write(), "-m", repaired(), "--sandbox", "process")
    assert (ended.code, ended.out) == (0, RIGHT)
    assert "twice: debug" in ended.err


def deciders():
    """Who chose the options of the latest run."""
    lines = Path(".hrl/runs/latest/events.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line)["event"] for line in lines]
    return {event["policy"] for event in events if event["kind"] == "option.chosen"}


def test_a_policy_of_the_level_above_is_named_on_its_own(hrl, monkeypatch):
    Path("hrl.toml").write_text('hierarchical_policy = "one-pass"\n', encoding="utf-8")
    hrl("solve", write(), "-m", right(), *FIXED, "-q")
    assert deciders() == {"one-pass"}
    monkeypatch.setenv("HRL_HIERARCHICAL_POLICY", "chain")
    hrl("solve", write(), "-m", right(), *FIXED, "-q")
    assert deciders() == {"chain"}
    hrl("solve", write(), "-m", right(), *FIXED, "-q", "--hierarchical", "early")
    assert deciders() == {"early"}


def test_what_hrl_train_hierarchical_writes_is_used_beside_the_shipped_executive(hrl):
    Path("trained").mkdir()
    for part in SHIPPED.glob("hierarchical.*"):
        Path("trained", part.name).write_bytes(part.read_bytes())
    ended = hrl("solve", write(), "-m", right(), "--sandbox", "process", "--policy", "trained")
    assert (ended.code, ended.out) == (0, RIGHT)
    assert deciders() == {"hierarchical"}
    assert "policy executive" in ended.err


def test_runs_are_listed_newest_first(hrl):
    hrl("solve", write(), "-m", right(), *FIXED, "-q")
    hrl("solve", write("other.md", TASK.replace("# Twice", "# Two times")), "-m", hopeless(), *FIXED, "-q")
    rows = json.loads(hrl("runs", "--json").out)
    assert [(row["task"], row["status"]) for row in rows] == [("Two times", "unsolved"), ("Twice", "solved")]
    assert rows[0]["model"] == "scripted:hopeless.json"
    assert rows[0]["tokens"] > 0
    table = hrl("runs", "-n", 1).out
    assert "Two times" in table
    assert "solved " not in table.replace("unsolved", "")


def test_no_run_is_no_error(hrl):
    ended = hrl("runs")
    assert (ended.code, ended.out) == (0, "")
    assert "there are no runs" in ended.err


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A directory of runs that holds a finished one with a repair in it."""
    place = tmp_path_factory.mktemp("finished")
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(io.StringIO()):
        patch.chdir(place)
        run(["solve", write(), "-m", repaired(), *FIXED, "-q", "-o", "answer.py"])
    return place / ".hrl" / "runs"


@pytest.fixture
def a_run(finished, monkeypatch):
    """The name of that run."""
    monkeypatch.setenv("HRL_RUNS_DIR", str(finished))
    return (finished / "latest").resolve().name


def test_a_run_is_viewed_by_a_part_of_its_name(hrl, a_run):
    ended = hrl("view", a_run[-6:])
    assert ended.code == 0
    assert "SOLVED" in ended.out


def test_the_plain_view_is_what_the_plain_display_showed(hrl):
    shown = hrl("solve", write(), "-m", repaired(), *FIXED).err
    lines = hrl("view", "--plain").out
    assert lines.count("\n") > 8
    assert lines in shown


def test_the_trace_itself_is_printed(hrl, finished, a_run):
    trace = finished / a_run / "events.jsonl"
    assert hrl("view", "--json").out == trace.read_text(encoding="utf-8")


def test_a_trace_file_is_viewed(hrl, finished, a_run):
    assert "SOLVED" in hrl("view", finished / a_run / "events.jsonl").out


def test_a_moment_of_a_run_is_viewed(hrl, a_run):
    ended = hrl("view", a_run, "--at", 6)
    assert "decision 0: twice" in ended.out
    assert "SOLVED" not in ended.out


def test_pages_and_pictures_are_written(hrl, a_run):
    ended = hrl("view", a_run, "--html", "run.html", "--svg", "run.svg")
    assert (ended.code, ended.out) == (0, "")
    assert "SOLVED" in Path("run.html").read_text(encoding="utf-8")
    assert Path("run.svg").read_text(encoding="utf-8").startswith("<svg")


def test_both_machines_are_drawn(hrl):
    drawn = hrl("graph").out
    assert "subgraph hierarchical" in drawn
    assert "subgraph executive" in drawn
