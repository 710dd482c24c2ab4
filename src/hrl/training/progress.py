"""What a training run leaves and shows: `metrics.jsonl`, and a rich bar on stderr."""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hrl.errors import StorageFailure
from hrl.training.loop import EpisodeResult

_WINDOW = 100


class Metrics:
    """Writes one line every `_WINDOW` episodes: means over them, by absolute step.

    Args:
        path: the file; rows after `step` (from before an interruption) are dropped.
        title: of the bar.
        step: where training goes on.
        total: where it will end, for the bar.
        console: None draws nothing.
    """

    def __init__(
        self, path: Path, title: str, *, step: int, total: int, console: Console | None = None
    ) -> None:
        self._path = path
        self._step = step
        self._recent: deque[EpisodeResult] = deque(maxlen=_WINDOW)
        self._since = 0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("return {task.fields[gain]:.3f}  solved {task.fields[solved]:.0%}"),
            console=console,
            disable=console is None,
        )
        self._task = self._bar.add_task(title, total=total, completed=step, gain=0.0, solved=0.0)

    def __enter__(self) -> Self:
        try:
            self._file: TextIO = self._kept().open("a", encoding="utf-8")
        except OSError as problem:
            raise StorageFailure(f"{self._path} cannot be written: {problem}") from None
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        self._file.close()

    def __call__(self, result: EpisodeResult) -> None:
        """Take one episode in."""
        self._recent.append(result)
        self._since += 1
        row = self._row()
        self._bar.update(self._task, completed=result.step, gain=row["return"], solved=row["solved"])
        if self._since == _WINDOW:
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()
            self._since = 0

    def _row(self) -> dict[str, float]:
        last, count = self._recent[-1], len(self._recent)
        losses = [result.loss for result in self._recent if result.loss is not None]
        return {
            "step": last.step,
            "episode": last.episode,
            "return": round(sum(result.episode_return for result in self._recent) / count, 5),
            "solved": round(sum(bool(result.info.get("solved")) for result in self._recent) / count, 4),
            "length": round(sum(result.length for result in self._recent) / count, 3),
            "epsilon": round(last.epsilon, 4),
            "loss": round(sum(losses) / len(losses), 6) if losses else 0.0,
        }

    def _kept(self) -> Path:
        """The file without rows of steps that will be taken again."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        kept = [line for line in lines if _step_of(line) <= self._step]
        self._path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        return self._path


def _step_of(line: str) -> float:
    """A torn line counts as one from the future."""
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")
