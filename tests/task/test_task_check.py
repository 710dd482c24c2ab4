"""`hrl task check`."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from hrl.cli.task import app
from hrl.errors import TaskError

GOOD = "# Add\n\nWrite `add(a, b)`.\n\n```python tests\nassert add(1, 2) == 3\n```\n"


def test_check_explains_a_good_file(tmp_path: Path):
    (tmp_path / "task.md").write_text(GOOD, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "task.md")])
    assert result.exit_code == 0
    assert "entry point: add (every visible test calls it)" in result.stdout


def test_check_reads_standard_input_and_prints_json():
    result = CliRunner().invoke(app, ["check", "-", "--json"], input=GOOD)
    shown = json.loads(result.stdout)
    assert (result.exit_code, shown["ok"]) == (0, True)
    assert shown["task"]["signature"] == "def add(a, b)"


def test_check_refuses_a_malformed_file_with_its_line():
    result = CliRunner().invoke(app, ["check", "-"], input="# T\n")
    assert isinstance(result.exception, TaskError)
    assert result.exception.exit_code == 2


def test_check_prints_a_refusal_as_json_too():
    result = CliRunner().invoke(
        app, ["check", "-", "--json"], input="# T\n\nDo.\n\n```python tests\n(\n```\n"
    )
    assert result.exit_code == 2
    assert json.loads(result.stdout)["line"] == 6
