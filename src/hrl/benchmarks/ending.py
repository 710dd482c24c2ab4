"""How an evaluation ends: sorted samples, report and pictures, the result that `hrl runs` shows."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from hrl import __version__
from hrl.benchmarks.cutting import CUTS
from hrl.benchmarks.datasets import BENCHMARKS, note
from hrl.benchmarks.grading import Ungraded
from hrl.benchmarks.metrics import KS
from hrl.benchmarks.report import Facts, Summary, shown, write_report
from hrl.benchmarks.rows import Row
from hrl.benchmarks.session import Session, started, wall_seconds
from hrl.errors import HrlError, Interrupted
from hrl.events import FileRecorder, RunFinished
from hrl.runs import RunResult, read_lines, write_atomic
from hrl.types import Usage

BUNDLED = (
    "The bundled model was made for this project's own curriculum, not for this benchmark: its score here "
    "shows that the machinery is honest, not what a language model can do."
)


def conclude(
    session: Session,
    rows: Sequence[Row],
    *,
    missing: tuple[str, ...] = (),
    ungraded: tuple[Ungraded, ...] = (),
    notes: tuple[str, ...] = (),
) -> Summary:
    """Write samples in order, `report.md`, `summary.json`, pictures, and, where all is graded, the result.

    Args:
        session: what was measured.
        rows: all of them.
        missing: problems without an answer.
        ungraded: answers that have no row, so that the run is not finished.
        notes: further sentences for the report.

    Raises:
        StorageFailure: a file cannot be written.
    """
    run = session.run
    _sort_samples(session)
    facts = _facts(session, missing, ungraded, notes)
    samples = max((row.sample + 1 for row in rows), default=1)
    ks = tuple(k for k in sorted({*KS, session.question.samples}) if k == 1 or k <= samples)
    summary = write_report(run.path, facts, rows, ks=ks)
    if ungraded:
        message = f"{len(ungraded)} answers could not be graded: {ungraded[0].reason}"
        _record(session, rows, "failed", 3, message)
    else:
        one = summary.measured.overall.pass_at.get(1)
        _record(session, rows, "measured", 0, f"pass@1 {shown(one)} on {session.dataset.name}")
    return summary


def stopped(session: Session, rows: Sequence[Row], problem: HrlError) -> None:
    """Keep why an evaluation ended early; it can go on."""
    status = "interrupted" if isinstance(problem, Interrupted) else "failed"
    _record(session, rows, status, problem.exit_code, str(problem))


def _sort_samples(session: Session) -> None:
    """Samples of a problem stand in the order of their numbers, as readers of such files expect."""
    import json

    places = {problem.id: place for place, problem in enumerate(session.dataset.problems)}
    lines = sorted(
        read_lines(session.run.samples), key=lambda line: (places[line["task_id"]], line["sample"])
    )
    write_atomic(session.run.samples, "".join(json.dumps(line) + "\n" for line in lines))


def _facts(
    session: Session,
    missing: tuple[str, ...],
    ungraded: tuple[Ungraded, ...],
    notes: tuple[str, ...],
) -> Facts:
    question, settings, dataset = session.question, session.settings, session.dataset
    first = started(session.run)
    assert first is not None, "an evaluation's trace begins with what is measured"
    graded = question.grade is not None
    model = first.models["executive"]
    told = [note(dataset.name)]
    if model == "bundled" and dataset.name in BENCHMARKS:
        told.append(BUNDLED)
    if graded:
        told.append(f"Post-processing {question.cut}: {CUTS[question.cut]}.")
    tests = "" if question.show_tests else "; prompts show no test"
    return Facts(
        command=question.command,
        dataset=dataset.name,
        split=dataset.split,
        source=dataset.source,
        digest=dataset.digest,
        official=dataset.official,
        protocol="" if graded else f"{question.protocol}: {question.named_protocol.sentence}{tests}",
        prompt=first.prompts.get("executive", ""),
        cut=question.cut if graded else "",
        usual_imports=question.usual_imports,
        model=model,
        policy=first.policy,
        seed=settings.seed,
        budget=None if graded else first.budget,
        sandbox=first.sandbox,
        isolation=first.isolation,
        seconds_per_test=settings.seconds_per_test,
        version=__version__,
        missing=missing,
        ungraded=ungraded,
        notes=(*filter(None, told), *notes),
    )


def _record(session: Session, rows: Sequence[Row], status: str, exit_code: int, message: str) -> None:
    """`result.json`, and the trace's last event."""
    usage = Usage(
        sum(row.prompt_tokens for row in rows),
        sum(row.completion_tokens for row in rows),
        round(sum(row.seconds for row in rows), 3),
    )
    calls, runs = sum(row.model_calls for row in rows), sum(row.sandbox_runs for row in rows)
    opened, seconds = sum(row.opened for row in rows), wall_seconds(session.run)
    protocol = session.question.named_protocol
    RunResult(
        status=status,
        exit_code=exit_code,
        verified=status == "measured",
        message=message,
        task_id=session.dataset.name,
        entry_point=None,
        verdict=None,
        hidden_opened=opened,
        usage=usage,
        model_calls=calls,
        sandbox_runs=runs,
        seconds=seconds,
        protocol=f"{protocol.name}: {protocol.sentence}",
        version=__version__,
    ).write(session.run)
    with closing(FileRecorder(session.run.events)) as recorder:
        recorder.emit(
            RunFinished(status, exit_code, status == "measured", opened, usage, calls, runs, seconds, message)
        )
