"""One evaluation's directory, question and problems: what answering, grading and reporting start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hrl import __version__
from hrl.benchmarks.problem import Dataset, Problem
from hrl.benchmarks.protocols import seen_by_model
from hrl.benchmarks.question import Question, open_problems, read_question, write_question
from hrl.benchmarks.rows import Row
from hrl.config import Settings
from hrl.errors import RunError
from hrl.events import FileRecorder, RunResumed, RunStarted, read_trace
from hrl.runs import RunDirectory, RunResult, cores, read_lines
from hrl.sandbox import open_sandbox
from hrl.sandbox.pool import PooledSandbox
from hrl.types import Budget, load

Progress = Callable[[Row], None]


@dataclass(frozen=True, slots=True)
class Session:
    """What one evaluation works on.

    Attributes:
        rows: of earlier sessions.
    """

    run: RunDirectory
    question: Question
    settings: Settings
    dataset: Dataset
    rows: tuple[Row, ...] = ()

    def missing(self) -> list[tuple[Problem, int]]:
        """Answers that have no row, samples of one problem side by side."""
        known = {(row.problem, row.sample) for row in self.rows}
        wanted = ((problem, n) for problem in self.dataset.problems for n in range(self.question.samples))
        return [(problem, n) for problem, n in wanted if (problem.id, n) not in known]

    def in_order(self, rows: list[Row]) -> tuple[Row, ...]:
        """Rows by problem, as the dataset has them, and sample."""
        places = {problem.id: place for place, problem in enumerate(self.dataset.problems)}
        return tuple(sorted(rows, key=lambda row: (places[row.problem], row.sample)))


def begin(question: Question, settings: Settings) -> Session:
    """A new evaluation in a run directory of its own.

    Raises:
        BadInput: there is no such benchmark, split, file or protocol, or tests that are run shall be hidden.
        StorageFailure: the directory cannot be made.
    """
    protocol = question.named_protocol
    question, dataset = open_problems(question, settings.seed)
    if question.grade is None:
        seen_by_model(dataset.problems[0], protocol, show_tests=question.show_tests)
    run = RunDirectory.create(settings.runs_dir, "eval", question.title)
    write_question(run, question, settings)
    return Session(run, question, settings, dataset)


def go_on(run: RunDirectory) -> Session:
    """An evaluation that was interrupted, killed, or stopped by its environment.

    Raises:
        RunError: it is finished, damaged, or of another version.
        BadInput: its dataset cannot be had any more, or has changed.
    """
    session = opened(run)
    result = RunResult.read(run)
    if result is not None and result.finished:
        raise RunError(f"the run {run.id} is finished ({result.status}); there is nothing to resume")
    return session


def opened(run: RunDirectory) -> Session:
    """An evaluation as its directory holds it, finished or not.

    Raises:
        RunError: it is damaged, or of another version.
        BadInput: its dataset cannot be had any more, or has changed.
    """
    question, settings = read_question(run)
    question, dataset = open_problems(question, settings.seed)
    rows = tuple(load(Row, value) for value in read_lines(run.rows))
    return Session(run, question, settings, dataset, rows)


def open_boxes(settings: Settings) -> PooledSandbox:
    """The sandbox, with no more boxes than processors.

    Raises:
        SandboxUnavailable: none can be opened.
    """
    boxes = min(settings.max_parallel, cores())
    return open_sandbox(settings.model_copy(update={"max_parallel": boxes}))


def announce(
    session: Session,
    recorder: FileRecorder,
    sandbox: PooledSandbox,
    *,
    models: dict[str, str],
    prompts: dict[str, str],
    policy: str,
    budget: Budget,
) -> None:
    """The first event of a session: what is measured with what, or that it goes on."""
    if started(session.run) is not None:
        done = f"{len(session.rows)} answers that were graded before"
        recorder.emit(RunResumed((done,), cached_replies=0))
        return
    recorder.emit(
        RunStarted(
            verb="eval",
            run=session.run.id,
            task_id=session.dataset.name,
            title=session.question.title,
            models=models,
            prompts=prompts,
            policy=policy,
            sandbox=sandbox.backend,
            isolation=sandbox.isolation,
            seed=session.settings.seed,
            budget=budget,
            version=__version__,
        )
    )


def started(run: RunDirectory) -> RunStarted | None:
    """The trace's first event; None before there is one."""
    if not run.events.exists():
        return None
    first = next(iter(read_trace(run.events)), None)
    return first.event if first is not None and isinstance(first.event, RunStarted) else None


def wall_seconds(run: RunDirectory) -> float:
    """How long the sessions of a run took together, without the pauses between them."""
    total, last = 0.0, None
    for line in read_lines(run.events):
        if last is not None and line["event"]["kind"] != "run.resumed":
            total += max(0.0, line["time"] - last)
        last = line["time"]
    return round(total, 3)
