"""`hrl solve`, `runs`, `view` on scripted models and the real sandbox."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_tasks import RIGHT, TASK, WRONG, hopeless, repaired, right, write

SANDBOX = ("--sandbox", "process")


def test_the_program_goes_to_standard_output_and_progress_to_standard_error(hrl):
    ended = hrl("solve", write(), "-m", right(), *SANDBOX)
    assert (ended.code, ended.out) == (0, RIGHT)
    assert "the model is scripted:right.json, as given" in ended.err
    assert "twice: tests pass 2/2" in ended.err
    assert "solved, verified" in ended.err


def test_a_task_comes_from_standard_input(hrl, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TASK.encode())))
    ended = hrl("solve", "-", "-m", right(), *SANDBOX, "-q")
    assert (ended.code, ended.out) == (0, RIGHT)


def test_the_program_goes_to_a_file(hrl):
    ended = hrl("solve", write(), "-m", right(), *SANDBOX, "-o", "answer.py")
    assert (ended.code, ended.out) == (0, "")
    assert Path("answer.py").read_text() == RIGHT


def test_the_best_program_is_handed_over_with_a_note_when_the_task_is_not_solved(hrl):
    ended = hrl("solve", write(), "-m", hopeless(), *SANDBOX, "-o", "best.py")
    assert ended.code == 1
    assert Path("best.py").read_text() == WRONG
    assert "note: the program in best.py is the best one found; it is not verified" in ended.err


def test_a_task_without_tests_is_handed_over_as_unverified(hrl):
    task = write(text="# Twice\n\nWrite `twice(n)`, which returns two times `n`.\n")
    ended = hrl("solve", task, "-m", right(), *SANDBOX)
    assert ended.out == RIGHT
    assert "not verified" in ended.err


def test_json_streams_the_trace_itself(hrl):
    ended = hrl("solve", write(), "-m", repaired(), *SANDBOX, "--json", "--display", "none")
    trace = Path(".hrl/runs/latest/events.jsonl").read_text(encoding="utf-8")
    assert ended.code == 0
    assert ended.out == trace
    kinds = [json.loads(line)["event"]["kind"] for line in trace.splitlines()]
    assert kinds[0] == "run.started"
    assert kinds[-1] == "run.finished"


def test_the_run_goes_on_when_the_reader_of_json_leaves():
    child = subprocess.Popen(
        [sys.executable, "-m", "hrl", "solve", write(), "-m", repaired(), *SANDBOX, "--json"],
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
    ended = hrl("solve", write(), "-m", right(), *SANDBOX, "--display", "none", "-q")
    assert (ended.code, ended.err) == (0, "")


def test_verbose_shows_every_event(hrl):
    assert "model answered generate" in hrl("solve", write(), "-m", right(), *SANDBOX, "-v").err


def test_quiet_shows_the_end_alone(hrl):
    lines = hrl("solve", write(), "-m", right(), *SANDBOX, "-q").err.splitlines()
    assert "solved, verified" in lines[-1]
    assert not any("twice:" in line for line in lines)


def test_the_live_display_without_a_terminal_leaves_a_summary(hrl):
    ended = hrl("solve", write(), "-m", right(), *SANDBOX, "--display", "live")
    assert "SOLVED" in ended.err
    assert ended.out == RIGHT


@pytest.mark.parametrize(
    ("option", "number"), [("--model-calls", 1), ("--tokens", 60), ("--sandbox-runs", 1), ("--seconds", 0)]
)
def test_a_spent_budget_exits_4(hrl, option, number):
    ended = hrl("solve", write(), "-m", hopeless(), *SANDBOX, option, number)
    assert ended.code == 4
    assert f"the budget of {option.strip('-').replace('-', ' ')} is spent" in ended.err


def test_a_spent_budget_keeps_the_best_program(hrl):
    ended = hrl("solve", write(), "-m", hopeless(), *SANDBOX, "--model-calls", 1, "-o", "best.py")
    assert ended.code == 4
    assert Path("best.py").read_text() == WRONG


def test_a_named_baseline_decides(hrl):
    assert "policy random" in hrl("solve", write(), "-m", right(), *SANDBOX, "--policy", "random").err


def test_runs_are_listed_newest_first(hrl):
    hrl("solve", write(), "-m", right(), *SANDBOX, "-q")
    hrl("solve", write("other.md", TASK.replace("# Twice", "# Two times")), "-m", hopeless(), *SANDBOX, "-q")
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


@pytest.fixture
def a_run(hrl):
    """A finished run with a repair in it."""
    hrl("solve", write(), "-m", repaired(), *SANDBOX, "-q")
    return Path(".hrl/runs/latest").resolve().name


def test_a_run_is_viewed_by_a_part_of_its_name(hrl, a_run):
    ended = hrl("view", a_run[-6:])
    assert ended.code == 0
    assert "SOLVED" in ended.out


def test_the_plain_view_is_what_the_plain_display_showed(hrl):
    shown = hrl("solve", write(), "-m", repaired(), *SANDBOX).err
    lines = hrl("view", "--plain").out
    assert lines.count("\n") > 8
    assert lines in shown


def test_a_trace_file_is_viewed(hrl, a_run):
    assert "SOLVED" in hrl("view", Path(".hrl/runs") / a_run / "events.jsonl").out


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
