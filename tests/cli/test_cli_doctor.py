import io
import json
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from hrl.cli.checks import Check, can_run
from hrl.cli.exits import run


@pytest.fixture(scope="module")
def found():
    """The doctor's findings on this machine; opening every sandbox takes a while, so once."""
    out = io.StringIO()
    with redirect_stdout(out):
        code = run(["doctor", "--json"])
    return {**json.loads(out.getvalue()), "code": code}


def test_every_part_is_checked(found):
    groups = {check["group"] for check in found["checks"]}
    assert groups >= {"python", "sandbox", "model", "hardware", "storage", "disk", "search"}


def test_what_is_missing_says_how_to_mend_it(found):
    assert all(check["mend"] for check in found["checks"] if check["status"] == "missing")


def test_the_exit_code_says_whether_tasks_can_be_solved(found):
    assert found["code"] == (0 if found["ok"] else 3)


def test_a_runs_directory_that_is_a_file_stops_everything(hrl, monkeypatch):
    Path("taken").write_text("", encoding="utf-8")
    monkeypatch.setenv("HRL_RUNS_DIR", "taken/runs")
    ended = hrl("doctor")
    assert ended.code == 3
    assert "missing  runs directory" in ended.out
    assert "set HRL_RUNS_DIR" in ended.out
    assert "tasks cannot be solved on this machine yet" in ended.out


def test_nothing_can_run_without_a_sandbox_or_a_model():
    sandbox, model = Check("a", "sandbox", "ok", ""), Check("b", "model", "ok", "")
    assert can_run([sandbox, model])
    assert not can_run([sandbox])
    assert not can_run([model])
    assert not can_run([sandbox, model, Check("c", "storage", "missing", "")])
