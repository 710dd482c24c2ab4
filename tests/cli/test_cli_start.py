"""The command itself: how fast it answers, how it refuses, how it breaks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hrl.cli.exits import run
from hrl.errors import BadInput, Interrupted, ModelUnavailable

HEAVY = ("torch", "transformers", "langgraph", "docker", "pydantic", "numpy", "networkx", "httpx", "rich")


def test_help_imports_nothing_heavy():
    script = (
        "import sys\n"
        "from hrl.cli.exits import run\n"
        "code = run(['--help'])\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)), code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[] 0"
    assert "solve" in done.stdout


@pytest.mark.parametrize(
    "verb",
    ["solve", "resume", "runs", "view", "doctor", "graph", "config", "task", "sandbox", "train", "eval"],
)
def test_every_verb_explains_itself(hrl, verb):
    ended = hrl(verb, "--help")
    assert ended.code == 0
    assert f"Usage: hrl {verb}" in ended.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("solve",),
        ("solve", "x.md", "--tokens", "many"),
        ("solve", "x.md", "--sandbox", "moon"),
    ],
)
def test_a_usage_error_exits_2(hrl, arguments):
    assert hrl(*arguments).code == 2


def test_the_version_is_printed(hrl):
    from hrl import __version__

    assert hrl("--version").out == hrl("version").out == f"hrl {__version__}\n"


@pytest.mark.parametrize(
    ("problem", "code", "said"),
    [
        (BadInput("that is no task"), 2, "error: that is no task"),
        (ModelUnavailable("the server is away"), 3, "error: the server is away"),
        (Interrupted("stopped after the present step"), 130, "stopped after the present step"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_an_error_is_one_sentence_and_its_exit_code(monkeypatch, capsys, problem, code, said):
    assert ends_with(monkeypatch, problem) == code
    assert capsys.readouterr().err.strip() == said


def test_a_sentence_cannot_carry_control_characters(monkeypatch, capsys):
    ends_with(monkeypatch, BadInput("a\x1b[2Jb\nc"))
    assert capsys.readouterr().err == "error: ab c\n"


def test_an_unexpected_error_names_the_file_with_its_traceback(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert ends_with(monkeypatch, ZeroDivisionError("division by zero")) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: unexpected ZeroDivisionError: division by zero; the traceback is in ")
    assert "Traceback" in Path(said.split(" is in ")[1].strip()).read_text()


def test_debugging_shows_an_unexpected_error(monkeypatch):
    monkeypatch.setenv("HRL_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        ends_with(monkeypatch, ZeroDivisionError())


def test_a_reader_that_leaves_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "hrl", "--help"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def ends_with(monkeypatch, problem):
    """Run a command whose work ends with `problem`."""
    import typer

    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def work():
        raise problem

    monkeypatch.setattr("hrl.cli.app.app", app)
    return run([])
