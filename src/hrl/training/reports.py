"""Sandbox reports that are kept: in memory, and on disk where training asks for it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from hrl.errors import RunError, SandboxUnavailable
from hrl.events import drop_torn_line
from hrl.executive.requests import job_key
from hrl.runs import read_lines, storage_failure
from hrl.sandbox.base import Job, Sandbox
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestReport, dump, load


class CachedSandbox:
    """Remembers reports by what was run, so that a program met again costs no process.

    Args:
        sandbox: runs what was not run before. Its errors pass through and are never remembered.
        path: where reports are kept, one JSON line each; None: in memory only.

    Raises:
        RunError: the file cannot be read, or holds something else.
        StorageFailure: it cannot be written.
    """

    def __init__(self, sandbox: Sandbox, path: Path | None = None) -> None:
        self.backend = sandbox.backend
        self.isolation = sandbox.isolation
        self._sandbox = sandbox
        self._reports = _read(path) if path else {}
        self._lock = threading.Lock()
        self._path = path

    def run(self, job: Job) -> TestReport:
        """The report, from memory where the same job ran before."""
        key = _key(job)
        with self._lock:
            known = self._reports.get(key)
        if known is None:
            known = self._sandbox.run(job)
            self._keep(key, known)
        return known

    def fill(self, jobs: Iterable[Job]) -> int:
        """Run what is not known yet, on every slot at once; how many jobs that were.

        Raises:
            SandboxUnavailable: the sandbox, not a program, failed.
        """
        missing = {key: job for job in jobs if (key := _key(job)) not in self._reports}
        if not isinstance(self._sandbox, PooledSandbox):
            for job in missing.values():
                self.run(job)
            return len(missing)
        keys = list(missing)
        for place, result in self._sandbox.run_many(missing.values()):
            if isinstance(result, SandboxUnavailable):
                raise result
            self._keep(keys[place], result)
        return len(missing)

    def close(self) -> None:
        """Close the sandbox behind it."""
        self._sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _keep(self, key: str, report: TestReport) -> None:
        with self._lock:
            self._reports[key] = report
            if self._path is None:
                return
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"key": key, "report": dump(report)}) + "\n")
            except OSError as problem:
                raise storage_failure(problem, self._path) from None


def _key(job: Job) -> str:
    limits = hashlib.sha256(repr(job.limits).encode()).hexdigest()[:8]
    return f"{job_key(job)}:{limits}"


def _read(path: Path) -> dict[str, TestReport]:
    """What an earlier training kept; a torn last line is cut off."""
    try:
        drop_torn_line(path)
    except OSError as problem:
        raise storage_failure(problem, path) from None
    reports = {}
    for number, row in enumerate(read_lines(path), 1):
        try:
            reports[str(row["key"])] = load(TestReport, row["report"])
        except (ValueError, KeyError, TypeError):
            raise RunError(f"line {number} of {path} holds no sandbox report") from None
    return reports
