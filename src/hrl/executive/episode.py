"""The state of one Executive episode: small, frozen and JSON-able, because a graph keeps it in checkpoints.

What the policy may know is computed from it (`features`, `mask`); hidden tests have no place in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from hrl.llm.requests import Helper
from hrl.types import Candidate, Passage, Subtask, TestCode, TestReport

Mode = Literal["solve", "evaluate"]
Status = Literal["running", "stopped", "budget"]
Suite = Literal["visible", "self"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each action was taken, and what came of the model's replies.

    Attributes:
        duplicates: replies that held a program which the episode had seen.
        duplicates_in_row: those since the last new program.
        broken: replies in which no program was found, for generate and debug together.
        broken_generates: broken replies in a row while there is no candidate.
        broken_debugs: broken repairs on the present evidence.
    """

    generate: int = 0
    test: int = 0
    debug: int = 0
    search: int = 0
    duplicates: int = 0
    duplicates_in_row: int = 0
    broken: int = 0
    broken_generates: int = 0
    broken_debugs: int = 0


@dataclass(frozen=True, slots=True)
class Best:
    """The best program so far; `report` is None while it is untested."""

    candidate: Candidate
    report: TestReport | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """One subtask's way from nothing to a program.

    Attributes:
        mode: `evaluate` starts from a merged program and never generates.
        prelude: code of the dependencies, put before the candidate in the sandbox.
        attempt_offset: added to every attempt, so that a repeated episode draws other samples.
        repeated: this subtask was tried in vain before; samples are drawn warm.
        draft: a function that this one needs fails its tests, so these tests say little: one program will do.
        candidate: the program that is being worked on.
        report: what the sandbox said of `candidate`; None while it is untested.
        previous_share: share of tests that the program tested before passed; None before the second test.
        best: most tests passed, the first found among equals; self-written tests count as far as they are
            believed (`trust`).
        trials: every program that self-written tests were run on; empty where the task has its own.
        seen, tested: digests.
        self_tests: the model's own tests; None until it was asked, empty when its reply was broken.
        passages: what the search brought, oldest first; `unread` when no model was shown the newest yet.
        searchable: a search now would bring something new.
        stuck: the last repair on this evidence returned a program already seen.
        last_reply: kind of the last reply to generate or debug.
        resource: what was spent, when `status` is `budget`.
    """

    id: str
    task_id: str
    subtask: Subtask
    mode: Mode = "solve"
    prelude: str = ""
    helpers: tuple[Helper, ...] = ()
    starter: str = ""
    entry_point: str | None = None
    has_documents: bool = False
    attempt_offset: int = 0
    repeated: bool = False
    draft: bool = False
    candidate: Candidate | None = None
    report: TestReport | None = None
    previous_share: float | None = None
    best: Best | None = None
    trials: tuple[tuple[Candidate, TestReport], ...] = ()
    seen: tuple[str, ...] = ()
    tested: tuple[str, ...] = ()
    self_tests: tuple[TestCode, ...] | None = None
    passages: tuple[Passage, ...] = ()
    unread: bool = False
    searchable: bool = False
    stuck: bool = False
    last_reply: Literal["", "new", "duplicate", "broken"] = ""
    cut: bool = False
    counts: Counts = field(default_factory=Counts)
    steps: int = 0
    status: Status = "running"
    resource: str = ""

    @property
    def suite(self) -> Suite:
        """Which tests decide: the task's own where there are any."""
        return "visible" if self.subtask.tests else "self"

    @property
    def passed(self) -> bool:
        """The present candidate was tested and passed."""
        return self.report is not None and self.report.verdict == "pass"

    @property
    def failed(self) -> bool:
        """The present candidate was tested and did not pass."""
        return self.report is not None and self.report.verdict != "pass"

    @property
    def code(self) -> str:
        """The best program's source, or "" where there is none."""
        return self.best.candidate.code if self.best else ""


def start_episode(
    task_id: str,
    subtask: Subtask,
    *,
    episode_id: str,
    mode: Mode = "solve",
    prelude: str = "",
    helpers: tuple[Helper, ...] = (),
    candidate: Candidate | None = None,
    starter: str = "",
    entry_point: str | None = None,
    has_documents: bool = False,
    passages: tuple[Passage, ...] = (),
    attempt_offset: int = 0,
    repeated: bool = False,
    draft: bool = False,
) -> Episode:
    """The first state of an episode.

    Raises:
        ValueError: evaluation mode without a program to evaluate.
    """
    if mode == "evaluate" and candidate is None:
        raise ValueError("evaluation mode needs a candidate")
    return Episode(
        id=episode_id,
        task_id=task_id,
        subtask=subtask,
        mode=mode,
        prelude=prelude,
        helpers=tuple(helpers),
        starter=starter,
        entry_point=entry_point,
        has_documents=has_documents,
        attempt_offset=attempt_offset,
        repeated=repeated,
        draft=draft,
        candidate=candidate,
        best=Best(candidate) if candidate else None,
        seen=(candidate.digest,) if candidate else (),
        passages=tuple(passages),
        unread=bool(passages),
        searchable=has_documents,
    )


def outcome(episode: Episode) -> str:
    """`passed`, `failed` or `untested` by the best program; `budget` when that is why it did not pass."""
    best = episode.best.report if episode.best else None
    if best is not None and best.verdict == "pass":
        return "passed"
    if episode.status == "budget":
        return "budget"
    return "failed" if best is not None else "untested"
