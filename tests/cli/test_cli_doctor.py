import json
from pathlib import Path

from hrl.cli.checks import Check, can_run


def test_every_part_is_checked(hrl):
    found = json.loads(hrl("doctor", "--json").out)
    groups = {check["group"] for check in found["checks"]}
    assert groups >= {"python", "sandbox", "model", "hardware", "storage", "disk", "search"}


def test_what_is_not_ok_says_how_to_mend_it(hrl):
    found = json.loads(hrl("doctor", "--json").out)
    assert all(check["mend"] for check in found["checks"] if check["status"] == "missing")


def test_the_exit_code_says_whether_tasks_can_be_solved(hrl):
    ended = hrl("doctor")
    able = json.loads(hrl("doctor", "--json").out)["ok"]
    assert ended.code == (0 if able else 3)
    assert ("can be solved" in ended.out) == able


def test_a_runs_directory_that_is_a_file_is_missing(hrl, monkeypatch):
    Path("taken").write_text("", encoding="utf-8")
    monkeypatch.setenv("HRL_RUNS_DIR", "taken/runs")
    ended = hrl("doctor", "--json")
    storage = [check for check in json.loads(ended.out)["checks"] if check["group"] == "storage"]
    assert ended.code == 3
    assert storage[0]["status"] == "missing"


def test_nothing_can_run_without_a_sandbox_or_a_model():
    sandbox, model = Check("a", "sandbox", "ok", ""), Check("b", "model", "ok", "")
    assert can_run([sandbox, model])
    assert not can_run([sandbox])
    assert not can_run([model])
    assert not can_run([sandbox, model, Check("c", "storage", "missing", "")])
