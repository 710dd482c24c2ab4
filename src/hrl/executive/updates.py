"""How an episode's state changes with what the model, the sandbox and the search brought: pure functions."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from hrl.executive.episode import Best, Episode
from hrl.executive.trust import most_trusted
from hrl.types import Candidate, Passage, TestReport

Origin = Literal["generate", "debug"]


def after_ask(episode: Episode, origin: Origin) -> Episode:
    """The model was asked, and shown every passage found so far."""
    counts = episode.counts
    counts = replace(
        counts,
        generate=counts.generate + (origin == "generate"),
        debug=counts.debug + (origin == "debug"),
    )
    return replace(episode, counts=counts, unread=False)


def after_broken(episode: Episode, origin: Origin) -> Episode:
    """The reply held no program."""
    counts = episode.counts
    counts = replace(
        counts,
        broken=counts.broken + 1,
        broken_generates=counts.broken_generates + (origin == "generate"),
        broken_debugs=counts.broken_debugs + (origin == "debug"),
    )
    return replace(episode, counts=counts, last_reply="broken")


def after_duplicate(episode: Episode, origin: Origin) -> Episode:
    """The reply held a program already seen: the candidate stays."""
    counts = replace(
        episode.counts,
        duplicates=episode.counts.duplicates + 1,
        duplicates_in_row=episode.counts.duplicates_in_row + 1,
    )
    stuck = episode.stuck or origin == "debug"
    return replace(episode, counts=counts, stuck=stuck, last_reply="duplicate")


def after_new(episode: Episode, candidate: Candidate, *, cut: bool) -> Episode:
    """The reply held a new program; `cut` when it ended in the middle."""
    return replace(
        episode,
        candidate=candidate,
        best=episode.best or Best(candidate),
        previous_share=episode.report.share if episode.report else None,
        report=None,
        seen=(*episode.seen, candidate.digest),
        stuck=False,
        cut=cut,
        last_reply="new",
        counts=replace(episode.counts, duplicates_in_row=0, broken_generates=0, broken_debugs=0),
    )


def after_test(episode: Episode, report: TestReport) -> Episode:
    """The present candidate was tested.

    Raises:
        ValueError: there is no candidate.
    """
    if episode.candidate is None:
        raise ValueError("there is no program that could have been tested")
    trials = (*episode.trials, (episode.candidate, report)) if episode.suite == "self" else ()
    best = Best(*most_trusted(trials)) if trials else _better(episode.best, Best(episode.candidate, report))
    return replace(
        episode,
        report=report,
        best=best,
        trials=trials,
        tested=(*episode.tested, episode.candidate.digest),
        counts=replace(episode.counts, test=episode.counts.test + 1),
    )


def after_search(episode: Episode, found: tuple[Passage, ...]) -> Episode:
    """The search brought passages that were not known; they are new evidence for a repair."""
    counts = replace(episode.counts, search=episode.counts.search + 1)
    if not found:
        return replace(episode, counts=counts)
    return replace(
        episode,
        passages=(*episode.passages, *found),
        unread=True,
        stuck=False,
        counts=replace(counts, broken_debugs=0),
    )


def _better(best: Best | None, new: Best) -> Best:
    """The one that passes more tests; the first among equals, unless it was never tested."""
    if best is None or best.report is None:
        return new
    assert new.report is not None, "a best program is replaced by a tested one only"
    return new if _rank(new.report) > _rank(best.report) else best


def _rank(report: TestReport) -> tuple[bool, int]:
    return report.verdict == "pass", report.passed
