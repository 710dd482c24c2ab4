import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.errors import RunError, StorageFailure
from hrl.runs import (
    RunDirectory,
    RunResult,
    describe_environment,
    find_run,
    latest,
    list_runs,
    storage_failure,
    summarize,
    write_atomic,
)
from hrl.types import Usage


def make_run(root: Path, slug: str = "word-count") -> RunDirectory:
    run = RunDirectory.create(root, "solve", slug)
    run.write_json(run.config, {"version": "0"})
    return run


def result(status: str = "solved") -> RunResult:
    return RunResult(
        status=status,
        exit_code=0,
        verified=True,
        message="all tests pass",
        task_id="t",
        entry_point="f",
        verdict=None,
        hidden_opened=1,
        usage=Usage(1, 2, 0.5),
        model_calls=1,
        sandbox_runs=2,
        seconds=0.5,
        protocol="hidden tests were opened once",
        version="0",
    )


def test_a_run_is_named_after_its_verb_and_slug(tmp_path: Path) -> None:
    run = RunDirectory.create(tmp_path / "runs", "solve", "Word Count!")
    assert run.path.is_dir()
    assert "-solve-word-count-" in run.id


def test_two_runs_of_one_second_have_two_directories(tmp_path: Path) -> None:
    first, second = (RunDirectory.create(tmp_path, "solve", "a") for _ in range(2))
    assert first.path != second.path


def test_latest_follows_the_newest_run(tmp_path: Path) -> None:
    make_run(tmp_path)
    newest = make_run(tmp_path)
    assert latest(tmp_path).id == newest.id
    assert (tmp_path / "latest").resolve() == newest.path.resolve()


def test_latest_survives_a_lost_link(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    (tmp_path / "latest").unlink()
    assert latest(tmp_path) == RunDirectory.open(run.path)


def test_no_runs_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there are no runs in"):
        latest(tmp_path / "nowhere")


def test_listing_leaves_out_what_is_not_a_run(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    (tmp_path / "notes").mkdir()
    assert [entry.id for entry in list_runs(tmp_path)] == [run.id]


@pytest.mark.parametrize("part", ["whole", "start", "end", "path", "latest"])
def test_a_run_is_found_by_each_way_of_naming_it(tmp_path: Path, part: str) -> None:
    run = make_run(tmp_path)
    names = {
        "whole": run.id,
        "start": run.id[:12],
        "end": run.id[-6:],
        "path": str(run.path),
        "latest": "latest",
    }
    assert find_run(tmp_path, names[part]).id == run.id


def test_an_ambiguous_name_lists_what_it_matches(tmp_path: Path) -> None:
    first, second = make_run(tmp_path), make_run(tmp_path)
    with pytest.raises(RunError, match="2 runs match") as caught:
        find_run(tmp_path, first.id[:4])
    assert second.id in str(caught.value)


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    make_run(tmp_path)
    with pytest.raises(RunError, match=r"no run in .* is called 'zzz'"):
        find_run(tmp_path, "zzz")


def test_a_foreign_directory_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"holds no config\.json"):
        RunDirectory.open(tmp_path)


@given(text=st.text())
def test_what_was_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("w") / "file.txt"
    write_atomic(path, text)
    assert path.read_bytes() == text.encode("utf-8", "backslashreplace")


def test_a_failed_write_keeps_the_old_file_and_leaves_no_litter(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.mkdir()
    (path / "inside").touch()
    with pytest.raises(StorageFailure, match="cannot be written"):
        write_atomic(path, "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file.txt"]


def test_a_missing_directory_is_a_storage_failure(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="cannot be written"):
        write_atomic(tmp_path / "nowhere" / "file.txt", "text")


def test_a_file_where_the_root_should_be_is_a_storage_failure(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.write_text("a file", encoding="utf-8")
    with pytest.raises(StorageFailure, match="not a directory"):
        RunDirectory.create(root, "solve", "x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which is always out of space")
def test_a_full_disk_is_named_as_such() -> None:
    with (
        pytest.raises(OSError, match="No space") as caught,
        Path("/dev/full").open("wb", buffering=0) as full,
    ):
        full.write(b"x")
    assert str(storage_failure(caught.value, Path("a"))) == "no space is left to write a"


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.EACCES, "permission denied"), (errno.EROFS, "read-only"), (errno.EIO, "Input/output error")],
)
def test_each_refusal_has_its_sentence(code: int, words: str) -> None:
    assert words in str(storage_failure(OSError(code, os.strerror(code)), Path("a")))


def test_a_held_run_is_live_and_refuses_a_second_writer(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    with run.lock():
        assert run.is_live()
        with pytest.raises(RunError, match="is being written by another process"), run.lock():
            pass
    assert not run.is_live()


def test_a_killed_writer_leaves_no_lock(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom hrl.runs import RunDirectory\n"
        "with RunDirectory.open(Path(sys.argv[1])).lock():\n"
        "    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(run.path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "held\n"
        assert run.is_live()
        assert summarize(run).status == "running"
        writer.kill()
        writer.wait()
    assert not run.is_live()
    assert summarize(run).status == "killed"


def test_a_result_is_read_back(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    result().write(run)
    assert RunResult.read(run) == result()
    assert summarize(run).status == "solved"


def test_a_damaged_result_is_reported_not_raised_in_a_listing(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.result.write_text("{}", encoding="utf-8")
    assert summarize(run).status == "damaged"
    with pytest.raises(RunError, match="not one of this version"):
        RunResult.read(run)


def test_damaged_json_is_a_run_error(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.config.write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match=r"config\.json of the run .* cannot be read"):
        run.read_json(run.config)


@pytest.mark.parametrize(("status", "finished"), [("solved", True), ("budget", True), ("failed", False)])
def test_only_an_interrupted_or_failed_run_can_go_on(status: str, finished: bool) -> None:
    assert result(status).finished is finished


def test_the_environment_holds_versions_and_no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HRL_API_KEY", "secret-of-the-test")
    environment = describe_environment()
    assert environment["packages"]["numpy"]
    assert environment["cores"] >= 1
    assert "secret-of-the-test" not in json.dumps(environment)


def test_a_log_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    run.log.mkdir()
    run.append_log("text")
    assert run.log.is_dir()
