import threading
from pathlib import Path

import pytest

from hrl.errors import RunError, StorageFailure
from hrl.events import (
    CandidateMade,
    EpisodeStarted,
    Event,
    Integrated,
    ModelAnswered,
    PlanMade,
    RunResumed,
    Stamped,
    TestsRun,
    Warned,
)
from hrl.graphs.account import Account
from hrl.graphs.checkpoints import open_checkpoints
from hrl.graphs.drawing import mermaid
from hrl.graphs.gate import Gate, Gates
from hrl.types import Subtask, TestOutcome, TestReport, Usage, program_digest

HALF = TestReport("fail", (TestOutcome("a", "pass"), TestOutcome("b", "fail")))
NONE = TestReport("fail", (TestOutcome("a", "fail"), TestOutcome("b", "fail")))
FULL = TestReport("pass", (TestOutcome("a", "pass"),))


def stamped(*events: Event, times: list[float] | None = None) -> list[Stamped]:
    moments = times or [float(number) for number in range(len(events))]
    return [Stamped(number, moments[number], event) for number, event in enumerate(events)]


def answered(key: str, cached: bool = False) -> ModelAnswered:
    return ModelAnswered("e", "generate", key, "code", "stop", Usage(10, 5, 1.0), 1, cached, None)


def made(episode: str, code: str) -> CandidateMade:
    return CandidateMade(episode, code, code, "generate", False)


def ran(episode: str, code: str, report: TestReport) -> TestsRun:
    return TestsRun(episode, code, "visible", f"{episode}{code}", report)


def test_an_account_counts_each_key_once() -> None:
    account = Account.of(stamped(answered("a"), answered("b"), answered("a", cached=True)))
    assert (account.model_calls, account.spent.tokens) == (2, 30)
    assert account.charged == {"a", "b"}


def test_the_pause_before_a_resumed_session_is_not_counted() -> None:
    events = stamped(Warned("x"), Warned("y"), RunResumed((), 0), Warned("z"), times=[0.0, 2.0, 100.0, 103.0])
    assert Account.of(events).seconds == 5.0


def test_the_best_parts_are_merged_where_there_is_no_merge_yet() -> None:
    plan = PlanMade((Subtask("f", "", "def f(x)"), Subtask("g", "", "def g(x)")), "model")
    good, bad = "def f(x):\n    return x\n", "def f(x):\n    return 0\n"
    events = stamped(
        plan,
        EpisodeStarted("f-1", "f", "solve"),
        made("f-1", good),
        ran("f-1", good, HALF),
        made("f-1", bad),
        ran("f-1", bad, NONE),
    )
    assert Account.of(events).best_program("g") == good


def test_a_repaired_merge_wins_when_it_passes_more() -> None:
    merged, repaired = "def f(x):\n    return 0\n", "def f(x):\n    return x\n"
    events = stamped(
        Integrated("merge", merged, ()),
        EpisodeStarted("evaluate-1", "f", "evaluate"),
        made("evaluate-1", repaired),
        ran("evaluate-1", repaired, FULL),
    )
    assert Account.of(events).best_program("f") == repaired
    assert Account.of(events[:2]).best_program("f") == merged


def test_a_joined_program_that_passes_wins_over_what_was_evaluated_before() -> None:
    merged, joined = "def f(x):\n    return 0\n", "def f(x):\n    return x\n"
    evaluated = [
        Integrated("merge", merged, ()),
        EpisodeStarted("evaluate-1", "f", "evaluate"),
        ran("evaluate-1", program_digest(merged), HALF),
    ]
    lost = ran("integrate", program_digest("def f(x):\n    return 1\n"), NONE)
    won = ran("integrate", program_digest(joined), FULL)
    events = stamped(*evaluated, lost, won, Integrated("search", joined, ()))
    assert Account.of(events).best_program("f") == joined
    assert Account.of(events[:5]).best_program("f") == merged


def test_an_empty_trace_has_no_program() -> None:
    account = Account.of([])
    assert (account.best_program("f"), account.started) == ("", False)


def test_a_foreign_checkpoint_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.sqlite"
    path.write_bytes(b"not a database at all, but long enough to look at" * 100)
    with pytest.raises(RunError, match="is damaged"), open_checkpoints(path):
        pass


def test_a_torn_checkpoint_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.sqlite"
    with open_checkpoints(path) as saver:
        saver.conn.execute("CREATE TABLE filler AS SELECT randomblob(200000) AS data")
        saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(RunError, match="is damaged"), open_checkpoints(path):
        pass


def test_a_checkpoint_that_cannot_be_made_is_a_storage_failure(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="cannot be written"), open_checkpoints(tmp_path / "no" / "file"):
        pass


def test_a_gate_lets_all_pass_when_the_last_arrives() -> None:
    gate, passed = Gate(3, patience=60.0), []
    threads = [threading.Thread(target=lambda: (gate.arrive(), passed.append(1))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(passed) == 3


def test_a_gate_does_not_wait_for_ever() -> None:
    gates = Gates(4, patience=0.01)
    gates.arrive(["a", "b", "c"])
    gates.arrive(["a", "b", "c"])


def test_the_drawing_holds_both_machines_and_every_option() -> None:
    text = mermaid()
    assert text.startswith("flowchart TD\n")
    for node in ("hierarchical_decide", "hierarchical_episode", "executive_generate", "executive_conclude"):
        assert f"    {node}[" in text
    for option in ("plan", "execute", "integrate", "evaluate", "stop"):
        assert f"hierarchical_decide -.-> hierarchical_{option}\n" in text
