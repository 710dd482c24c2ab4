"""What an Executive trains on: an episode's start, and everything around it that is not its state.

A source draws exercises from a generator; scripted drills are one, live and recorded models are others.
Hidden tests are kept here, outside the episode, and are run only to compute a training reward.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from hrl.budget import Ledger
from hrl.executive import Episode
from hrl.executive.requests import grading_job, job_key
from hrl.llm.base import ChatModel
from hrl.retrieval.base import Retriever
from hrl.sandbox.base import Job, Limits, Sandbox
from hrl.types import TestCode, TestReport


@dataclass(frozen=True, slots=True)
class Exercise:
    """One episode to practise on; its ledger is used up by it.

    Attributes:
        kind: what a table groups by.
        hidden: tests that decide about the reward and that nothing else sees.
    """

    kind: str
    episode: Episode
    model: ChatModel
    retriever: Retriever
    ledger: Ledger
    hidden: tuple[TestCode, ...]


Source = Callable[[np.random.Generator], Exercise]


class CachedSandbox:
    """Remembers reports by what was run, so that a program met again costs no process.

    Args:
        sandbox: runs what was not run before.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.backend = sandbox.backend
        self.isolation = sandbox.isolation
        self._sandbox = sandbox
        self._reports: dict[tuple[str, Limits], TestReport] = {}
        self._lock = threading.Lock()

    def run(self, job: Job) -> TestReport:
        """The report, from memory where the same job ran before."""
        key = (job_key(job), job.limits)
        with self._lock:
            known = self._reports.get(key)
        if known is None:
            known = self._sandbox.run(job)
            with self._lock:
                self._reports[key] = known
        return known

    def close(self) -> None:
        """Close the sandbox behind it."""
        self._sandbox.close()


def passes_hidden(episode: Episode, exercise: Exercise, sandbox: Sandbox, limits: Limits) -> bool:
    """Whether the episode's best program passes the exercise's hidden tests."""
    if episode.best is None:
        return False
    job = grading_job(replace(episode, candidate=episode.best.candidate), limits)
    return sandbox.run(replace(job, tests=exercise.hidden)).verdict == "pass"
