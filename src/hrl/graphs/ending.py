"""How a run ends: the result, its exit code, and one sentence. Nothing that was produced is lost."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hrl import __version__
from hrl.errors import HrlError, StorageFailure
from hrl.evaluation import protocol, verdict
from hrl.events import Recorder, RunFinished, read_trace
from hrl.graphs.account import Account
from hrl.graphs.state import Evaluation, RunState
from hrl.planner import entry_name
from hrl.runs import RunDirectory, RunResult
from hrl.types import Task, TestReport, Verdict, load

_EXIT = {"solved": 0, "unverified": 0, "unsolved": 1, "failed": 3, "budget": 4, "interrupted": 130}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command reports.

    Attributes:
        exit_code: 0 solved (or unverified: its self-written tests pass), 1 not solved, 3 environment,
            4 budget spent, 130 interrupted.
        status: solved, unverified, unsolved, budget, failed or interrupted.
        code: the answer, or the best program so far.
        verified: False when only self-written tests vouch for the program, or nothing does.
        message: one sentence.
        verdict: None where the run did not get so far.
    """

    exit_code: int
    status: str
    code: str
    run: Path
    verified: bool
    message: str
    verdict: Verdict | None = None


def finish(run: RunDirectory, task: Task, recorder: Recorder, state: RunState) -> Outcome:
    """The end of a run that came to its `stop`."""
    found = final_verdict(task, state)
    spent = state.get("spent", "")
    status = _status(found, spent)
    message = _sentence(found, spent, bool(state.get("answer", "").strip()))
    return _record(run, task, recorder, status, _EXIT[status], message, state.get("answer", ""), found)


def _status(found: Verdict, spent: str) -> str:
    if found.solved:
        return "solved" if found.verified else "unverified"
    return "budget" if spent else "unsolved"


def fail(run: RunDirectory, task: Task, recorder: Recorder, problem: HrlError) -> Outcome:
    """The end of a run that the environment or the user stopped: the best program is kept, it can go on."""
    status = "interrupted" if problem.exit_code == _EXIT["interrupted"] else "failed"
    code = best_so_far(run, task)
    if code:
        with suppress(StorageFailure):
            run.write_text(run.solution, code)
    return _record(run, task, recorder, status, problem.exit_code, str(problem), code, None)


def best_so_far(run: RunDirectory, task: Task) -> str:
    """The best program that the trace holds; "" where there is none or the trace cannot be read."""
    with suppress(HrlError):
        return Account.of(read_trace(run.events)).best_program(entry_name(task))
    return ""


def final_verdict(task: Task, state: RunState) -> Verdict:
    """The verdict of a state in which the answer is frozen."""
    data, hidden = state.get("evaluation"), state.get("hidden")
    evaluation = load(Evaluation, data) if data else None
    return verdict(
        visible=evaluation.visible if evaluation else None,
        self_written=evaluation.self_written if evaluation else None,
        hidden=load(TestReport, hidden) if hidden else None,
        has_hidden=bool(task.hidden_tests),
    )


def _record(
    run: RunDirectory,
    task: Task,
    recorder: Recorder,
    status: str,
    exit_code: int,
    message: str,
    code: str,
    found: Verdict | None,
) -> Outcome:
    """Write `result.json` and the last event; where the disk refuses, the outcome still reaches the user."""
    verified = found.verified if found else False
    with suppress(HrlError):
        account = Account.of(read_trace(run.events))
        RunResult(
            status=status,
            exit_code=exit_code,
            verified=verified,
            message=message,
            task_id=task.id,
            entry_point=entry_name(task),
            verdict=found,
            hidden_opened=account.opened,
            usage=account.usage,
            model_calls=account.model_calls,
            sandbox_runs=account.sandbox_runs,
            seconds=round(account.seconds, 3),
            protocol=protocol(found, account.opened) if found else "",
            version=__version__,
        ).write(run)
        recorder.emit(
            RunFinished(
                status=status,
                exit_code=exit_code,
                verified=verified,
                hidden_opened=account.opened,
                usage=account.usage,
                model_calls=account.model_calls,
                sandbox_runs=account.sandbox_runs,
                seconds=round(account.seconds, 3),
                message=message,
            )
        )
    return Outcome(exit_code, status, code, run.path, verified, message, found)


def _sentence(found: Verdict, spent: str, has_program: bool) -> str:
    why = f"the budget of {spent.replace('_', ' ')} is spent; " if spent and not found.solved else ""
    if not has_program:
        return f"{why}no program was found"
    for name, report in (("hidden", found.hidden), ("visible", found.visible)):
        if report is not None:
            return f"{why}{report.passed} of {report.total} {name} tests pass"
    report = found.self_written
    if report is not None and report.outcomes:
        return f"{why}unverified: {report.passed} of {report.total} tests that the model wrote itself pass"
    return f"{why}unverified: no test was run"
