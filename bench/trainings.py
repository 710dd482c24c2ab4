"""Many trainings in a few processes; each finished one is written to a file, so that none is made twice."""

from __future__ import annotations

import json
import multiprocessing
import operator
import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def run_trainings(
    train: Callable[..., Row],
    jobs: Iterable[tuple[tuple[str, int], tuple[Any, ...]]],
    *,
    settings: dict[str, Any],
    path: Path | None,
    workers: int,
    minutes: float = float("inf"),
    extends: Callable[[dict[str, Any], dict[str, Any]], bool] = operator.eq,
) -> list[Row]:
    """The row of every training, in the order in which they ended.

    Once one fails none is begun; those beside it are finished and kept, then its error is raised.

    Args:
        train: makes a row with `variant` and `seed`; importable, because other processes call it.
        jobs: variant and seed, with the arguments of `train`, in the order in which they are begun.
        settings: everything else that rows depend on; a file with others is refused.
        path: where rows are read from and written to; None: nowhere.
        workers: trainings at a time.
        minutes: none is begun after that.
        extends: whether rows of a file's settings, given first, are rows of these settings too.
    """
    settings = json.loads(json.dumps(settings))
    rows: list[Row] = []
    if path and path.exists():
        known = json.loads(path.read_text(encoding="utf-8"))
        if not extends(known["settings"], settings):
            raise SystemExit(f"{path} holds figures of other settings: choose another file")
        rows = known["rows"]
    done = {(row["variant"], row["seed"]) for row in rows}
    todo = iter([given for key, given in jobs if key not in done])
    until = time.monotonic() + 60 * minutes
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        running: set[Future[Row]] = set()
        failure: BaseException | None = None
        while True:
            while (
                failure is None
                and len(running) < workers
                and time.monotonic() < until
                and (job := next(todo, None))
            ):
                running.add(pool.submit(train, *job))
            if not running:
                break
            ended = next(as_completed(running))
            running.discard(ended)
            if problem := ended.exception():
                failure = failure or problem
                continue
            rows.append(ended.result() | {"load": round(os.getloadavg()[0], 1)})
            print(rows[-1], file=sys.stderr, flush=True)
            if path:
                _write(
                    path, {"date": datetime.now(UTC).date().isoformat(), "settings": settings, "rows": rows}
                )
    if failure is not None:
        raise failure
    return rows


def _write(path: Path, found: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)
