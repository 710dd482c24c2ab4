"""Ctrl-C, SIGTERM and SIGKILL in the middle of a run, and `hrl resume` after them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from cli_tasks import FIXED, RIGHT, WRONG, fenced, script, write

TRACE = Path(".hrl/runs/latest/events.jsonl")


def slow():
    """A model whose repair takes so long that a signal comes before it."""
    return script(
        "slow.json",
        {"kind": "generate", "text": fenced(WRONG)},
        {"kind": "debug", "text": fenced(RIGHT), "seconds": 2},
    )


def start(*options, **streams):
    return subprocess.Popen(
        [sys.executable, "-m", "hrl", "solve", write(), "-m", slow(), *FIXED, *options],
        stdout=subprocess.PIPE,
        stderr=streams.get("stderr", subprocess.PIPE),
        stdin=streams.get("stdin"),
        env={**os.environ, "TERM": "xterm-256color"},
        text=True,
    )


def wait_for_debug(child):
    """Until the second decision to write was made."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and child.poll() is None:
        if TRACE.exists() and '"action":"debug"' in TRACE.read_text(encoding="utf-8"):
            return
        time.sleep(0.02)
    raise AssertionError(f"the run never came to its repair: {child.poll()}")


def keys():
    events = [json.loads(line)["event"] for line in TRACE.read_text(encoding="utf-8").splitlines()]
    return [event["key"] for event in events if event["kind"] == "model.answered" and not event["cached"]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_exits_130_keeps_its_program_and_goes_on(hrl, number):
    child = start()
    wait_for_debug(child)
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "Traceback" not in err
    assert "continue it with: hrl resume" in err
    assert out in (RIGHT, WRONG)
    ended = hrl("resume", "-o", "answer.py")
    assert ended.code == 0
    assert Path("answer.py").read_text() == RIGHT
    assert len(set(keys())) == len(keys())


def test_a_run_goes_on_with_the_policies_that_it_began_with(hrl, monkeypatch):
    child = start("--hierarchical", "early")
    wait_for_debug(child)
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=60)
    monkeypatch.setenv("HRL_HIERARCHICAL_POLICY", "chain")
    assert hrl("resume").code == 0
    events = [json.loads(line)["event"] for line in TRACE.read_text(encoding="utf-8").splitlines()]
    assert {event["policy"] for event in events if event["kind"] == "option.chosen"} == {"early"}


def test_a_killed_run_goes_on_but_not_while_it_runs(hrl):
    child = start()
    wait_for_debug(child)
    refused = hrl("resume")
    assert refused.code == 2
    assert json.loads(hrl("runs", "--json").out)[0]["status"] == "running"
    child.kill()
    child.communicate(timeout=60)
    rows = json.loads(hrl("runs", "--json").out)
    assert rows[0]["status"] == "killed"
    ended = hrl("resume")
    assert (ended.code, ended.out) == (0, RIGHT)
    assert "resumed: " in ended.err
    assert len(set(keys())) == len(keys()) == 2


def test_an_impatient_ctrl_c_still_gives_the_terminal_back():
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    shown = []
    reader = threading.Thread(target=read_all, args=(master, shown))
    reader.start()
    child = start("--display", "live", stdin=slave, stderr=slave)
    os.close(slave)
    wait_for_debug(child)
    for _ in range(3):
        child.send_signal(signal.SIGINT)
        time.sleep(0.1)
    child.communicate(timeout=60)
    reader.join(timeout=10)
    os.close(master)
    output = b"".join(shown)
    assert child.returncode == 130
    assert output.count(b"\x1b[?1049h") == output.count(b"\x1b[?1049l") == 1
    assert b"\x1b[?25h" in output


def read_all(descriptor, shown):
    try:
        while data := os.read(descriptor, 65536):
            shown.append(data)
    except OSError:  # how a pseudo terminal says that nobody writes any more
        return
