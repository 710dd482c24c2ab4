"""`hrl sandbox` from the outside."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hrl.cli.exits import run
from hrl.sandbox.leftovers import new_folder
from hrl.sandbox.owners import place

Grade = Callable[..., int]


@pytest.fixture
def grade(tmp_path: Path) -> Grade:
    """Grade one program through the command; its exit code."""

    def graded(program: str | bytes, tests: str, *options: str) -> int:
        (tmp_path / "program.py").write_bytes(program if isinstance(program, bytes) else program.encode())
        (tmp_path / "tests.py").write_text(tests)
        command = ["sandbox", "grade", str(tmp_path / "program.py"), "--tests", str(tmp_path / "tests.py")]
        return run([*command, "--backend", "process", *options])

    return graded


def test_a_pass_is_one_json_object_and_exit_0(grade: Grade, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade("def f(x):\n    return x\n", "assert f(1) == 1", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["verdict"] == "pass"
    assert data["tests"][0]["name"] == "assert f(1) == 1"
    assert {"backend", "isolation", "seconds"} <= set(data)


def test_a_failure_is_exit_1_with_the_reason(grade: Grade, capsys: pytest.CaptureFixture[str]) -> None:
    assert grade("def f(x):\n    return x\n", "assert f(1) == 2") == 1
    assert "expected 2, got 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("program", "tests", "reason"),
    [
        ("def f(x): return x", "assert f(1 ==", "not valid Python"),
        ("def f(x): return x", "", "no tests"),
        (b"\xff\xfe\x00", "assert f(1) == 1", "not a text file"),
    ],
)
def test_bad_input_is_exit_2_with_one_sentence(
    grade: Grade, capsys: pytest.CaptureFixture[str], program: str | bytes, tests: str, reason: str
) -> None:
    assert grade(program, tests) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert reason in told
    assert told.count("\n") == 1


def test_no_sandbox_is_exit_3(
    grade: Grade, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert grade("def f(x): return x", "assert f(1) == 1", "--backend", "docker") == 3
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert "start it" in told


def test_building_without_an_engine_is_exit_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    assert run(["sandbox", "build"]) == 3
    assert capsys.readouterr().err.startswith("error: the Docker engine does not answer")


@pytest.mark.docker
def test_building_without_debootstrap_names_the_registry_way(
    docker_client: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert run(["sandbox", "build"]) == 3
    assert "--registry python:3.11-slim" in capsys.readouterr().err


def test_a_package_that_is_no_requirement_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "build", "--package", "-r /etc/passwd"]) == 2
    assert "not a package requirement" in capsys.readouterr().err


def test_cleaning_removes_what_dead_owners_have_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    dead = tmp_path / f"hrl-box-{place()}-999999999-1-left"
    (dead / "inside").mkdir(parents=True)
    (dead / "inside").chmod(0)
    ours = new_folder(None)
    assert run(["sandbox", "clean"]) == 0
    assert not dead.exists()
    assert ours.exists()
    assert "containers were not looked at" in capsys.readouterr().err
