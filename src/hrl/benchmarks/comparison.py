"""A comparison of evaluations: what each is asked, and which run answers it; `hrl resume` reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from hrl.benchmarks.question import Question
from hrl.benchmarks.session import Session, begin, go_on, opened
from hrl.config import Settings
from hrl.runs import RunDirectory, RunResult, form_of, read_part, write_configuration
from hrl.types import dump

FORMAT = "hrl-compare-1"
Kind = Literal["models", "policies"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One evaluation of a comparison.

    Attributes:
        name: the line of the table that it belongs to.
        changes: settings that differ from the comparison's.
        run: the name of its run directory beside the comparison's; "" before it began.
    """

    name: str
    changes: dict[str, Any]
    run: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared: `question` for every entry."""

    kind: Kind
    question: Question
    entries: tuple[Entry, ...]

    def with_run(self, place: int, run: RunDirectory) -> Comparison:
        """The same with an entry that has begun."""
        begun = replace(self.entries[place], run=run.id)
        return replace(self, entries=(*self.entries[:place], begun, *self.entries[place + 1 :]))


def write_comparison_plan(run: RunDirectory, comparison: Comparison, settings: Settings) -> None:
    """Write what is compared into the comparison's directory.

    Raises:
        StorageFailure: it cannot be written.
    """
    write_configuration(run, FORMAT, settings, comparison=dump(comparison))


def is_comparison(run: RunDirectory) -> bool:
    """Whether a comparing command made the run."""
    return form_of(run) == FORMAT


def read_comparison_plan(run: RunDirectory) -> tuple[Comparison, Settings]:
    """What `write_comparison_plan` wrote.

    Raises:
        RunError: another command or another version made the run, or it is damaged.
    """
    return read_part(run, FORMAT, "hrl compare", "comparison", Comparison)


def session_of(entry: Entry, comparison: Comparison, settings: Settings) -> tuple[Session, bool]:
    """The entry's evaluation, begun, gone on with or finished; and whether it is finished.

    Raises:
        BadInput: it cannot begin, or its run cannot be read any more.
    """
    if not entry.run:
        return begin(comparison.question, settings.model_copy(update=entry.changes)), False
    run = RunDirectory.open(settings.runs_dir / entry.run)
    result = RunResult.read(run)
    if result is not None and result.finished:
        return opened(run), True
    return go_on(run), False
