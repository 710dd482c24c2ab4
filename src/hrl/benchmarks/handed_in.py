"""`hrl eval --grade` and `--rescore`: answers that exist already, graded in a run directory of their own."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from hrl.benchmarks.grading import (
    Submission,
    Submitted,
    Ungraded,
    grade,
    grading_limits,
    submissions,
)
from hrl.benchmarks.rows import Row
from hrl.benchmarks.samples import SampleFile, read_samples
from hrl.benchmarks.session import Progress, Session, announce, open_boxes
from hrl.errors import BadInput
from hrl.events import FileRecorder
from hrl.runs import LineFile, logging_to
from hrl.types import Budget, dump

REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What became of a file of samples.

    Attributes:
        rows: by problem and sample.
        ungraded: what the sandbox failed on twice; resuming tries it again.
        missing: problems without a sample.
        notes: sentences for the report.
    """

    rows: tuple[Row, ...]
    ungraded: tuple[Ungraded, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def programs_of(session: Session) -> Submitted:
    """The programs of the session's file of samples, or the problems' references.

    Raises:
        BadInput: it is no file of samples, or names problems that the benchmark does not have; or there are
            no references.
    """
    question = session.question
    assert question.grade is not None, "a session without a file of samples answers itself"
    if question.grade == REFERENCE:
        known = [one for one in session.dataset.problems if one.reference]
        if not known:
            raise BadInput(f"{session.dataset.source} has no references that could be graded")
        missing = tuple(one.id for one in session.dataset.problems if not one.reference)
        return Submitted(tuple(Submission(one, 0, one.reference) for one in known), 0, 0, missing)
    return submissions(
        read_samples(Path(question.grade).expanduser(), steps=question.steps),
        session.dataset.problems,
        dataset=session.dataset.name,
        cut=question.cut,
        usual_imports=question.usual_imports,
        others="skip" if question.limit or question.split else "refuse",
    )


def grade_file(session: Session, given: Submitted, progress: Progress) -> HandedIn:
    """Grade the programs that have no row yet.

    Raises:
        EnvironmentFailure: no sandbox, or no space; every row so far is kept.
        KeyboardInterrupt: the user stopped it; likewise.
    """
    run, settings = session.run, session.settings
    with ExitStack() as stack:
        stack.enter_context(logging_to(run))
        recorder = stack.enter_context(closing(FileRecorder(run.events)))
        sandbox = open_boxes(settings)
        stack.callback(sandbox.close)
        name = str(session.question.grade)
        source = {"executive": name if name == REFERENCE else f"samples:{name}"}
        announce(session, recorder, sandbox, models=source, prompts={}, policy="", budget=Budget())
        kept = stack.enter_context(LineFile(run.rows))
        programs = stack.enter_context(SampleFile(run.samples))
        texts = {(one.problem.id, one.sample): one.program for one in given.submissions}

        def keep(row: Row) -> None:
            programs.append(row.problem, row.sample, texts[row.problem, row.sample])
            kept.append(dump(row))
            progress(row)

        found = grade(
            given.submissions,
            sandbox,
            limits=grading_limits(settings.seconds_per_test, memory_mb=settings.memory_mb),
            visible=True,
            known=session.rows,
            keep=keep,
        )
    notes = [
        f"{given.skipped} samples of other problems were left out." if given.skipped else "",
        f"{given.whole} completions define the function themselves, so continue no prompt."
        if given.whole
        else "",
        f"{len(found.rows)} answers are {found.programs} different programs; equal ones were run once.",
    ]
    rows = session.in_order(list(found.rows))
    return HandedIn(rows, found.ungraded, given.missing, tuple(note for note in notes if note))


@dataclass(frozen=True, slots=True)
class Changed:
    """An answer whose verdict differs between two gradings."""

    problem: str
    sample: int
    before: str
    after: str
    message: str


def changes(before: Iterable[Row], after: Iterable[Row]) -> tuple[Changed, ...]:
    """Answers of both gradings that pass in one of them only, in the order of `after`."""
    known = {(row.problem, row.sample): row for row in before}
    return tuple(
        Changed(row.problem, row.sample, old.verdict, row.verdict, row.message or old.message)
        for row in after
        if (old := known.get((row.problem, row.sample))) is not None and old.solved != row.solved
    )
