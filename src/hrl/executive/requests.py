"""What the Executive asks for: model calls, sandbox jobs and search queries, built from the state."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from hrl.executive.episode import Episode
from hrl.llm.requests import Call, Debug, Generate, Sampling, WriteTests
from hrl.sandbox.base import Job, Limits
from hrl.types import Passage

_FUTURE = re.compile(r"^from __future__ import .*$", re.M)
_HEAT = 0.2  # for each duplicate
_HOTTEST = 1.0


def generate_call(episode: Episode, sampling: Sampling) -> Call:
    """A first program or a restart; the attempt is also the sample, so that caches are exact."""
    attempt = episode.attempt_offset + episode.counts.generate
    request = Generate(
        task_id=episode.task_id,
        subtask=episode.subtask.name,
        goal=episode.subtask.goal,
        signature=episode.subtask.signature,
        attempt=attempt,
        starter=episode.starter,
        tests=episode.subtask.tests,
        helpers=episode.helpers,
        passages=episode.passages,
    )
    return Call(request, _heated(episode, sampling, attempt))


def debug_call(episode: Episode, sampling: Sampling) -> Call:
    """A repair of the present candidate."""
    if episode.candidate is None or episode.report is None:
        raise ValueError("nothing was tested that could be repaired")
    attempt = episode.attempt_offset + episode.counts.debug
    request = Debug(
        task_id=episode.task_id,
        subtask=episode.subtask.name,
        goal=episode.subtask.goal,
        signature=episode.subtask.signature,
        code=episode.candidate.code,
        report=episode.report,
        attempt=attempt,
        tests=episode.subtask.tests or (episode.self_tests or ()),
        helpers=episode.helpers,
        passages=episode.passages,
    )
    return Call(request, _heated(episode, sampling, attempt))


def self_tests_call(episode: Episode, sampling: Sampling) -> Call:
    """Tests for a subtask that has none."""
    attempt = episode.attempt_offset
    subtask = episode.subtask
    request = WriteTests(episode.task_id, subtask.name, subtask.goal, subtask.signature, attempt)
    return Call(request, replace(sampling, sample=attempt))


def grading_job(episode: Episode, limits: Limits) -> Job:
    """The present candidate after its dependencies' code, with the tests that decide."""
    if episode.candidate is None:
        raise ValueError("there is no program to test")
    return Job(
        program=joined(episode.prelude, episode.candidate.code),
        tests=episode.subtask.tests or (episode.self_tests or ()),
        entry_point=episode.entry_point,
        limits=limits,
    )


def joined(prelude: str, code: str) -> str:
    """One program: the dependencies first, but `from __future__` before everything, as Python wants it."""
    future = dict.fromkeys(_FUTURE.findall(f"{prelude}\n{code}")) if prelude.strip() else {}
    rest = [_FUTURE.sub("", part) if future else part for part in (prelude, code)]
    parts = ["\n".join(future), *(part.strip("\n") for part in rest)]
    return "\n\n\n".join(part for part in parts if part) + "\n"


def job_key(job: Job) -> str:
    """Content address of a sandbox run, for the budget and for caches of results."""
    hasher = hashlib.sha256()
    texts = [job.program, job.entry_point or "", job.helpers]
    texts += [part for test in job.tests for part in (test.kind, test.source)]
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        hasher.update(len(data).to_bytes(8, "big") + data)
    return f"sandbox:{hasher.hexdigest()[:24]}"


def search_query(episode: Episode) -> str:
    """The goal, and what the last report complains of."""
    words = [episode.subtask.name.replace("_", " "), episode.subtask.goal]
    if episode.failed and episode.report is not None:
        words += [episode.report.error_class, episode.report.message]
    return " ".join(word for word in words if word)


def unknown(found: tuple[Passage, ...], known: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """The passages found whose text is not known yet."""
    texts = {(passage.source, passage.text) for passage in known}
    return tuple(passage for passage in found if (passage.source, passage.text) not in texts)


def _heated(episode: Episode, sampling: Sampling, attempt: int) -> Sampling:
    """Warmer after each duplicate, at most 1.0: the same question again needs another draw.

    A repeated episode begins at 1.0: what a model that is sure of itself answers coolly, it has answered.
    """
    heat = _HOTTEST if episode.repeated else _HEAT * episode.counts.duplicates
    warmer = min(_HOTTEST, sampling.temperature + heat)
    return replace(sampling, sample=attempt, temperature=max(sampling.temperature, warmer))
