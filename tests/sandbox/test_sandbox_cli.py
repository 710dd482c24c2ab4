"""`hrl sandbox grade` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hrl.cli.sandbox import app


def grade(folder: Path, program: str | bytes, tests: str, *options: str):
    (folder / "program.py").write_bytes(program if isinstance(program, bytes) else program.encode())
    (folder / "tests.py").write_text(tests)
    command = [
        "grade",
        str(folder / "program.py"),
        "--tests",
        str(folder / "tests.py"),
        "--backend",
        "process",
    ]
    return CliRunner().invoke(app, [*command, *options])


def test_a_pass_is_one_json_object_and_exit_0(tmp_path: Path) -> None:
    result = grade(tmp_path, "def f(x):\n    return x\n", "assert f(1) == 1", "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == 0
    assert data["verdict"] == "pass"
    assert data["tests"][0]["name"] == "assert f(1) == 1"
    assert {"backend", "isolation", "seconds"} <= set(data)


def test_a_failure_is_exit_1_with_the_reason(tmp_path: Path) -> None:
    result = grade(tmp_path, "def f(x):\n    return x\n", "assert f(1) == 2")
    assert result.exit_code == 1
    assert "expected 2, got 1" in result.stdout


@pytest.mark.parametrize(
    ("program", "tests", "reason"),
    [
        ("def f(x): return x", "assert f(1 ==", "not valid Python"),
        ("def f(x): return x", "", "no tests"),
        (b"\xff\xfe\x00", "assert f(1) == 1", "not a text file"),
    ],
)
def test_bad_input_is_exit_2_with_one_sentence(tmp_path: Path, program, tests: str, reason: str) -> None:
    result = grade(tmp_path, program, tests)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert "Traceback" not in result.stderr


def test_no_sandbox_is_exit_3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    result = grade(tmp_path, "def f(x): return x", "assert f(1) == 1", "--backend", "docker")
    assert result.exit_code == 3
    assert "start it" in result.stderr
