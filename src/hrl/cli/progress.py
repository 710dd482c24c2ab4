"""How far an evaluation has come, on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from hrl.cli.exits import say

if TYPE_CHECKING:
    from hrl.benchmarks.rows import Row

_EVERY = 10.0


class EvaluationProgress:
    """Call it with every row.

    Args:
        total: answers in all.
        done: rows of earlier sessions.
        solved: how many of those were solved.
        display: `live`, `plain` or `none`.
    """

    def __init__(self, total: int, *, done: int = 0, solved: int = 0, display: str = "plain") -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._total, self._done, self._solved, self._display = total, done, solved, display
        self._before, self._began = done, time.monotonic()
        self._told = self._began
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True, highlight=False, markup=False, emoji=False),
            disable=display != "live",
        )
        self._task = self._bar.add_task("", total=total, completed=done, figures=self._figures())

    def __call__(self, row: Row) -> None:
        """One more."""
        self._done += 1
        self._solved += row.solved
        self._bar.update(self._task, completed=self._done, figures=self._figures())
        now = time.monotonic()
        if self._display == "plain" and (now - self._told >= _EVERY or self._done == self._total):
            self._told = now
            left = (self._total - self._done) / max(self._rate(), 1e-9)
            say(f"{self._done}/{self._total}  {self._figures()}  about {left:.0f} s left")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def _rate(self) -> float:
        """Answers a second in this session."""
        return (self._done - self._before) / max(1e-6, time.monotonic() - self._began)

    def _figures(self) -> str:
        return f"{self._solved} solved ({self._solved / max(1, self._done):.1%})  {self._rate():.1f}/s"
