"""What may mislead a reader of an evaluation's figures, found in the facts and the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hrl.benchmarks.metrics import Metrics, by_problem
from hrl.benchmarks.rows import Row

if TYPE_CHECKING:
    from hrl.benchmarks.report import Facts

_FEW = 30


def traps(facts: Facts, rows: Sequence[Row], overall: Metrics) -> tuple[str, ...]:
    """Sentences for a reader, in a fixed order."""
    return (*_of_what_was_run(facts), *_of_rows(rows), *_of_figures(overall), *facts.notes)


def _of_what_was_run(facts: Facts) -> Iterator[str]:
    if facts.missing:
        some = ", ".join(facts.missing[:10]) + (", …" if len(facts.missing) > 10 else "")
        yield f"{len(facts.missing)} problems have no answer and are not counted: {some}."
    if facts.ungraded:
        yield f"{len(facts.ungraded)} answers could not be graded; the figures are those of the others."
    if facts.official is False:
        yield "The problems are not those of the published set: scores do not compare with published ones."
    if facts.dataset.startswith("mbpp"):
        yield "MBPP and sanitized MBPP differ in prompts and tests of many ids: their scores do not compare."
    if facts.usual_imports:
        yield (
            "Imports are put in front of every answer, as some harnesses do: programs that forget an import "
            "pass here and fail elsewhere (HumanEval/162 needs hashlib, which its prompt does not import)."
        )
    elif facts.cut:
        yield "No import is put in front: harnesses that do so report higher scores for the same answers."
    if facts.cut and facts.cut != "as-is":
        yield "The answers were changed before grading: compare only with scores of the same post-processing."
    if facts.sandbox == "process":
        yield "Programs ran as plain processes of this machine: hostile ones are less well contained."


def _of_rows(rows: Sequence[Row]) -> Iterator[str]:
    again = sum(row.opened > 1 for row in rows)
    if again:
        yield f"For {again} answers the hidden tests were opened more than once: no honest scores."
    late = sum(row.verdict == "timeout" for row in rows)
    if late:
        yield f"{late} answers timed out: those verdicts depend on the time limit and on the machine."
    if rows and all(row.total <= 1 for row in rows):
        yield "Every problem's tests count as one: soft-pass@1 says nothing more than pass@1."
    problems = by_problem(rows)
    several = [some for some in problems.values() if len(some) > 1]
    if several and all(len({row.digest for row in some}) == 1 and some[0].digest for some in several):
        yield "All samples of a problem are the same program: pass@k cannot differ from pass@1."


def _of_figures(overall: Metrics) -> Iterator[str]:
    absent = [f"pass@{k}" for k, one in overall.pass_at.items() if one is None]
    if absent and overall.answers:
        fewest = overall.samples[0]
        yield f"{', '.join(absent)} is absent: a problem has {fewest} answer{'s' * (fewest != 1)} only."
    if overall.samples[0] != overall.samples[1]:
        yield "Problems have between {} and {} answers; each problem counts the same.".format(
            *overall.samples
        )
    if 0 < overall.problems < _FEW:
        yield f"{overall.problems} problems are few: intervals from so few are too narrow."
    one = overall.pass_at.get(1)
    if one and one.low == one.high:
        yield "Every problem gives the same rate: an interval without width says nothing of other problems."
    yield "Intervals speak of other problems of this kind, not of other seeds or samples."
