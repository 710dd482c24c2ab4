"""What an Executive trains on: an episode's start, and everything around it that is not its state.

A source draws exercises from a generator; scripted drills are one, live and recorded models are others.
Hidden tests are kept here, outside the episode, and are run only to compute a training reward.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from hrl.budget import Ledger
from hrl.executive import Episode
from hrl.executive.requests import grading_job
from hrl.llm.base import ChatModel
from hrl.retrieval.base import Retriever
from hrl.sandbox.base import Limits, Sandbox
from hrl.types import TestCode


@dataclass(frozen=True, slots=True)
class Exercise:
    """One episode to practise on; its ledger is used up by it.

    Attributes:
        kind: what a table groups by.
        hidden: tests that decide about the reward and that nothing else sees.
        helpers: code of the task that the hidden tests may use; see `hrl.sandbox.base.Job`.
    """

    kind: str
    episode: Episode
    model: ChatModel
    retriever: Retriever
    ledger: Ledger
    hidden: tuple[TestCode, ...]
    helpers: str = ""


Source = Callable[[np.random.Generator], Exercise]


def passes_hidden(episode: Episode, exercise: Exercise, sandbox: Sandbox, limits: Limits) -> bool:
    """Whether the episode's best program passes the exercise's hidden tests."""
    if episode.best is None:
        return False
    job = grading_job(replace(episode, candidate=episode.best.candidate), limits)
    return sandbox.run(replace(job, tests=exercise.hidden, helpers=exercise.helpers)).verdict == "pass"
