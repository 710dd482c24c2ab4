"""An evaluation from problems to rows: recorded programs, the real sandbox, real kills."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hrl.benchmarks.evaluate import evaluate
from hrl.benchmarks.question import Question
from hrl.benchmarks.rows import Row
from hrl.benchmarks.session import Session, begin, opened
from hrl.config import load_settings
from hrl.errors import EnvironmentFailure, ModelSpecError
from hrl.events import Decided, HiddenOpened, ModelAnswered, TestsRun, read_trace
from hrl.runs import RunDirectory, read_lines

RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return x + 2\n"
BROKEN = "def double(x)\n    return 2 * x\n"
CANARY = "4242424"


def problem(name: str, **changes: object) -> dict[str, object]:
    return {
        "task_id": name,
        "statement": "Return twice the number `x`.",
        "entry_point": "double",
        "signature": "def double(x)",
        "visible_tests": ["assert double(3) == 6"],
        "hidden_tests": [f"assert double(5) == 10\nassert double({CANARY}) == {2 * int(CANARY)}"],
        **changes,
    }


def lines(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def world(tmp_path):
    """Three problems and a record: right at once, right after one repair, never right."""
    lines(tmp_path / "problems.jsonl", [problem(name) for name in ("a", "b", "c")])
    chains = {"a": [RIGHT], "b": [WRONG, RIGHT], "c": [WRONG, WRONG + "# still\n" * 2, BROKEN]}
    record = [
        {"task_id": name, "step": step, "completion": code}
        for name, chain in chains.items()
        for step, code in enumerate(chain)
    ]
    lines(tmp_path / "record.jsonl", record)
    return tmp_path


def start(world: Path, *, policy: str = "debug-3", **question: object) -> Session:
    settings = load_settings(
        model=f"replay:{world / 'record.jsonl'}",
        policy=policy,
        sandbox="process",
        runs_dir=world / "runs",
        max_parallel=2,
    )
    return begin(Question(str(world / "problems.jsonl"), **question), settings)


def known_rows(run: RunDirectory) -> tuple[Row, ...]:
    return opened(run).rows


def ignore(row: object) -> None:
    del row


def events(session: Session, kind: type, episode: str = "") -> list:
    found = [one.event for one in read_trace(session.run.events) if isinstance(one.event, kind)]
    return [event for event in found if not episode or event.episode == episode]


def test_rows_say_what_the_policy_did_and_what_it_cost(world):
    session = start(world)
    seen = []
    rows = evaluate(session, seen.append)
    assert [(row.problem, row.solved) for row in rows] == [("a", True), ("b", True), ("c", False)]
    assert rows[0].actions == ("generate", "test", "stop")
    assert rows[1].actions == ("generate", "test", "debug", "test", "stop")
    assert (rows[1].model_calls, rows[1].sandbox_runs, rows[1].visible, rows[1].opened) == (2, 2, True, 1)
    assert rows[1].tokens > rows[0].tokens > 0
    assert (rows[2].passed, rows[2].total, rows[2].visible) == (0, 2, False)
    assert sorted(seen, key=lambda row: row.problem) == list(rows)
    assert known_rows(session.run) == tuple(seen)
    programs = {row["task_id"]: row["solution"] for row in read_lines(session.run.samples)}
    assert (programs["a"], programs["b"], programs["c"]) == (RIGHT, RIGHT, WRONG)


def test_a_single_answer_is_graded_without_a_test_in_the_loop(world):
    session = start(world, protocol="single")
    rows = evaluate(session, ignore)
    assert [row.solved for row in rows] == [True, False, False]
    assert {row.model_calls for row in rows} == {1}
    assert {row.sandbox_runs for row in rows} == {0}
    assert events(session, TestsRun) == []


def test_the_oracle_sees_the_grading_tests_and_no_other_protocol_does(world):
    hidden = problem("b", visible_tests=["assert double(2) == 4"])
    lines(world / "problems.jsonl", [hidden])
    assert [row.solved for row in evaluate(start(world), ignore)] == [False]
    assert [row.solved for row in evaluate(start(world, protocol="oracle"), ignore)] == [True]


@pytest.mark.parametrize("protocol", ["single", "visible", "self"])
def test_nothing_before_the_opening_depends_on_the_hidden_tests(world, protocol):
    """Other hidden tests, the same prompts (their keys), decisions and programs; opened once an answer."""
    traces = []
    for expected in (int(CANARY) * 2, 17):
        source = f"assert double({CANARY}) == {expected}"
        lines(world / "problems.jsonl", [problem(name, hidden_tests=[source]) for name in ("a", "b", "c")])
        session = start(world, protocol=protocol)
        evaluate(session, ignore)
        told = {
            name: [
                (event.features, event.action) if isinstance(event, Decided) else event.key
                for one in read_trace(session.run.events)
                if isinstance(event := one.event, Decided | ModelAnswered) and event.episode == f"{name}#0"
            ]
            for name in ("a", "b", "c")
        }
        traces.append(told)
        seen = events(session, HiddenOpened)
        assert sorted((event.episode, event.count) for event in seen) == [
            ("a#0", 1),
            ("b#0", 1),
            ("c#0", 1),
        ]
        before = "".join(
            json.dumps(line)
            for line in map(json.loads, session.run.events.read_text().splitlines())
            if line["event"]["kind"] != "hidden.opened"
        )
        assert CANARY not in before
    assert traces[0] == traces[1]
    assert all(traces[0].values())


def test_samples_are_different_attempts(world):
    lines(world / "problems.jsonl", [problem("a")])
    record = [
        {"task_id": "a", "sample_index": n, "completion": code} for n, code in enumerate((WRONG, RIGHT))
    ]
    lines(world / "record.jsonl", record)
    rows = evaluate(start(world, protocol="single", samples=2), ignore)
    assert [(row.sample, row.solved) for row in rows] == [(0, False), (1, True)]


def test_a_finished_answer_is_never_made_again(world):
    session = start(world)
    first = evaluate(session, ignore)
    before = session.run.events.read_text()
    again = opened(session.run)
    assert again.missing() == []
    assert evaluate(again, ignore) == first
    assert [
        one["event"]["kind"]
        for one in map(json.loads, session.run.events.read_text()[len(before) :].splitlines())
    ] == ["run.resumed"]


def test_a_torn_row_is_read_from_the_trace_and_nothing_is_opened_twice(world):
    session = start(world)
    first = evaluate(session, ignore)
    text = session.run.rows.read_text()
    session.run.rows.write_text(text[: len(text) - 20])
    again = opened(session.run)
    assert len(again.rows) == 2
    rows = evaluate(again, ignore)
    assert [replace(row, seconds=0) for row in rows] == [replace(row, seconds=0) for row in first]
    assert len(events(session, HiddenOpened)) == 3


def test_a_model_that_is_missing_is_bad_input_and_no_row(world):
    session = start(world)
    (world / "record.jsonl").unlink()
    with pytest.raises(ModelSpecError):
        evaluate(session, ignore)
    assert known_rows(session.run) == ()


SLOW = "import time\ntime.sleep(1.0)\n"


def test_a_killed_evaluation_goes_on_where_it_stood(world):
    names = [f"p{n}" for n in range(8)]
    lines(world / "problems.jsonl", [problem(name) for name in names])
    lines(
        world / "record.jsonl", [{"task_id": name, "step": 0, "completion": SLOW + RIGHT} for name in names]
    )
    session = start(world)
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from hrl.benchmarks.evaluate import evaluate\n"
        "from hrl.benchmarks.session import opened\n"
        "from hrl.runs import RunDirectory\n"
        "evaluate(opened(RunDirectory.open(Path(sys.argv[1]))), lambda row: None)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(session.run.path)], start_new_session=True)
    deadline = time.monotonic() + 60
    while len(known_rows(session.run)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    again = opened(session.run)
    assert 2 <= len(again.rows) < len(names)
    rows = evaluate(again, ignore)
    assert [row.problem for row in rows] == names
    assert all(row.solved and row.opened == 1 for row in rows)
    seen = [event.episode for event in events(session, HiddenOpened)]
    assert sorted(seen) == sorted(f"{name}#0" for name in names)


def test_an_engine_that_is_gone_ends_the_run_and_is_not_a_wrong_answer(world, monkeypatch):
    session = start(world)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    broken = replace(session, settings=session.settings.model_copy(update={"sandbox": "docker"}))
    with pytest.raises(EnvironmentFailure):
        evaluate(broken, ignore)
    assert known_rows(session.run) == ()
    assert len(evaluate(opened(session.run), ignore)) == 3
