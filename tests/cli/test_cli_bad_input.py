"""What cannot be used: one clear sentence, the right exit code, no traceback, nothing lost."""

import json
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from cli_tasks import FIXED, TASK, right, write

from hrl.policies import SHIPPED


def solve(hrl, task, *options):
    return hrl("solve", task, *FIXED, "--display", "none", *options)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("   \n\n", "empty"),
        (b"\x7fELF\x00\x01\x02", "binary"),
        ("---\nbudget: [\n---\n# T\n", "task.md:"),
        ("---\nentry_point: twice\n# no end\n", "task.md:1"),
        ("# T\n\nTwice.\n\n```python tests\nassert twice(2 ==\n```\n", "task.md:6"),
        ("---\nentry_point: thrice\n---\n" + TASK, "thrice"),
    ],
    ids=["empty", "blank", "binary", "broken header", "open header", "broken tests", "entry never called"],
)
def test_a_malformed_task_is_refused(hrl, content, said):
    Path("task.md").write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = solve(hrl, "task.md", "-m", right())
    assert (ended.code, ended.out) == (2, "")
    assert ended.sentence.startswith("error: ")
    assert said in ended.sentence
    assert not Path(".hrl").exists()


def test_a_missing_task_is_refused(hrl):
    ended = solve(hrl, "nowhere.md", "-m", right())
    assert ended.code == 2
    assert "nowhere.md" in ended.sentence


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("gpt-9", "'gpt-9' is no model"),
        ("scripted:nowhere.json", "nowhere.json"),
        ("replay:nowhere.jsonl", "nowhere.jsonl"),
        ("hf:./empty", "empty"),
        ("hf:./weightless", "weights"),
        ("openai:m@ftp://x", "is no model"),
    ],
)
def test_an_unknown_model_is_refused(hrl, model, said):
    Path("empty").mkdir()
    Path("weightless").mkdir()
    Path("weightless/config.json").write_text(json.dumps({"model_type": "llama"}))
    ended = solve(hrl, write(), "-m", model)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.sentence


def test_a_server_that_cannot_be_reached_is_an_environment_failure(hrl):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ended = solve(hrl, write(), "-m", f"openai:m@http://127.0.0.1:{port}")
    assert ended.code == 3
    assert f"127.0.0.1:{port}" in ended.err
    assert "continue it with: hrl resume" in ended.err


@pytest.mark.parametrize(
    "content", ["nowhere", b"not safetensors", b""], ids=["missing", "corrupt", "empty file"]
)
def test_an_unusable_policy_file_is_refused(hrl, content):
    if isinstance(content, bytes):
        Path("mine.safetensors").write_bytes(content)
        Path("mine.json").write_text("{}", encoding="utf-8")
    ended = solve(hrl, write(), "-m", right(), "--policy", "mine.safetensors")
    assert ended.code == 2
    assert "mine" in ended.sentence
    assert not Path(".hrl").exists()


def test_an_unusable_policy_of_the_level_above_is_refused(hrl):
    Path("mine").mkdir()
    for part in SHIPPED.glob("hierarchical.*"):
        shutil.copy(part, "mine")
    card = json.loads(Path("mine/hierarchical.json").read_text(encoding="utf-8"))
    Path("mine/hierarchical.json").write_text(json.dumps({**card, "version": 1}), encoding="utf-8")
    for options in (("--policy", "mine"), ("--hierarchical", "mine"), ("--hierarchical", "nothing")):
        ended = hrl("solve", write(), "-m", right(), "--sandbox", "process", "-q", *options)
        assert ended.code == 2
        assert options[1] in ended.sentence
        assert not Path(".hrl").exists()


@pytest.mark.parametrize("place", ["taken", "taken/runs", "/proc/hrl-runs"])
def test_a_runs_directory_that_cannot_be_written_is_refused(hrl, monkeypatch, place):
    Path("taken").write_text("", encoding="utf-8")
    monkeypatch.setenv("HRL_RUNS_DIR", place)
    ended = solve(hrl, write(), "-m", right())
    assert ended.code == 3
    assert "cannot be written" in ended.sentence


@pytest.mark.parametrize(
    ("place", "said"), [(".", "is a directory"), ("nowhere/answer.py", "does not exist")]
)
def test_an_output_that_cannot_be_written_is_refused_before_anything_is_spent(hrl, place, said):
    ended = solve(hrl, write(), "-m", right(), "-o", place)
    assert ended.code == 2
    assert said in ended.sentence
    assert not Path(".hrl").exists()


@pytest.fixture
def tiny_disk():
    """A file system with room for a few files."""
    place = Path("tiny")
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_an_environment_failure(hrl, monkeypatch, tiny_disk):
    monkeypatch.setenv("HRL_RUNS_DIR", str(tiny_disk / "runs"))
    ended = solve(hrl, write(), "-m", right())
    assert ended.code == 3
    assert "cannot be written" in ended.err or "no space" in ended.err


def test_a_disk_that_fills_up_before_the_answer_is_written_loses_nothing(hrl, tiny_disk):
    (tiny_disk / "ballast").write_bytes(b"x" * 65536)
    ended = solve(hrl, write(), "-m", right(), "-o", tiny_disk / "answer.py")
    assert ended.code == 3
    assert "no space" in ended.err
    assert "return 2 * n" in Path(".hrl/runs/latest/solution.py").read_text()


@pytest.mark.parametrize("verb", ["resume", "view"])
def test_an_unknown_run_is_refused(hrl, verb):
    ended = hrl(verb, "no-such-run")
    assert ended.code == 2
    assert "no-such-run" in ended.sentence


@pytest.mark.parametrize("verb", ["resume", "view"])
def test_a_run_that_no_path_can_name_is_refused(hrl, verb):
    for name in ("n" * 300, "~nosuchuser/x"):
        ended = hrl(verb, name)
        assert ended.code == 2
        assert f"'{name}' cannot be a path" in ended.sentence


@pytest.mark.parametrize("flag", ["--policy", "--hierarchical"])
def test_a_policy_that_no_path_can_name_is_refused(hrl, flag):
    ended = solve(hrl, write(), "-m", right(), flag, "n" * 300)
    assert ended.code == 2
    assert "cannot be a path: File name too long" in ended.sentence
    assert not Path(".hrl/runs/latest").exists()


@pytest.mark.parametrize("verb", ["resume", "view"])
def test_without_any_run_there_is_nothing_to_continue_or_view(hrl, verb):
    ended = hrl(verb)
    assert ended.code == 2
    assert "there are no runs" in ended.sentence


def test_a_finished_run_cannot_be_resumed(hrl):
    solve(hrl, write(), "-m", right())
    ended = hrl("resume")
    assert ended.code == 2
    assert "is finished (solved)" in ended.sentence


@pytest.mark.parametrize(
    ("file", "content"), [("config.json", "{"), ("task.json", "[]"), ("events.jsonl", "?\n")]
)
def test_a_damaged_run_cannot_be_resumed(hrl, file, content):
    solve(hrl, write(), "-m", right())
    run = Path(".hrl/runs/latest")
    (run / "result.json").unlink()
    (run / file).write_text(content, encoding="utf-8")
    ended = hrl("resume")
    assert ended.code == 2
    assert ended.sentence.startswith("error: ")


def test_a_directory_that_is_no_run_cannot_be_resumed(hrl):
    Path("elsewhere").mkdir()
    ended = hrl("resume", "elsewhere")
    assert ended.code == 2
    assert "is not a run directory" in ended.sentence


def test_a_trace_of_another_version_cannot_be_viewed(hrl):
    Path("events.jsonl").write_text('{"seq": 0}\n', encoding="utf-8")
    ended = hrl("view", "events.jsonl")
    assert ended.code == 2
    assert "is not an event of this version" in ended.sentence


def test_an_empty_trace_cannot_be_viewed(hrl):
    Path("events.jsonl").write_text("", encoding="utf-8")
    ended = hrl("view", "events.jsonl")
    assert ended.code == 2
    assert "holds no event" in ended.sentence
