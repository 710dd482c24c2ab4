"""What the Executive's policy sees: one versioned table of named features, each computed by one line.

Nothing here comes from hidden tests, from the task's text or from the program's text: a policy learns how
repair goes, not what the tasks are. Raise `VERSION` whenever an entry changes its place or meaning.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from hrl.executive.actions import MAX_DEBUGS, MAX_GENERATES, MAX_SEARCHES, Action
from hrl.executive.episode import Episode
from hrl.executive.mask import restarts_left
from hrl.policies.base import DecisionSpec, Feature, Observation

VERSION = 2

_GROUPS = {
    "AssertionError": "assertion",
    "SyntaxError": "syntax",
    "IndentationError": "syntax",
    "TabError": "syntax",
    "NameError": "name",
    "UnboundLocalError": "name",
    "ImportError": "name",
    "ModuleNotFoundError": "name",
    "AttributeError": "name",
    "TypeError": "type",
}

Compute = Callable[[Episode, float], float]


def observe(episode: Episode, budget_left: float) -> Observation:
    """The observation, shape `(len(EXECUTIVE.features),)`, float32, each entry within its range.

    Args:
        episode: the state.
        budget_left: smallest remaining share over all bounded resources, 0..1.
    """
    values = [
        min(max(float(compute(episode, budget_left)), entry.low), entry.high) for entry, compute in _TABLE
    ]
    return np.asarray(values, dtype=np.float32)


def error_group(episode: Episode) -> str:
    """`assertion`, `syntax`, `name`, `type`, `limit`, `other`; "" while nothing failed."""
    if not episode.failed or episode.report is None:
        return ""
    if episode.report.verdict in ("timeout", "memory"):
        return "limit"
    if not episode.report.error_class:
        return "assertion" if episode.report.verdict == "fail" else "other"
    return _GROUPS.get(episode.report.error_class, "other")


def _flag(name: str, meaning: str, test: Callable[[Episode], bool]) -> tuple[Feature, Compute]:
    return Feature(name, 0.0, 1.0, meaning), lambda episode, _: float(test(episode))


def _share(name: str, meaning: str, count: Callable[[Episode], float]) -> tuple[Feature, Compute]:
    return Feature(name, 0.0, 1.0, meaning), lambda episode, _: count(episode)


def _group(name: str, meaning: str) -> tuple[Feature, Compute]:
    return _flag(f"error_{name}", meaning, lambda e: error_group(e) == name)


def _passed_share(episode: Episode) -> float:
    return episode.report.share if episode.report else 0.0


def _change(episode: Episode, _: float) -> float:
    if episode.report is None or episode.previous_share is None:
        return 0.0
    return episode.report.share - episode.previous_share


def _best_share(episode: Episode) -> float:
    return episode.best.report.share if episode.best and episode.best.report else 0.0


def _confidence(episode: Episode) -> float:
    if episode.candidate is None or episode.candidate.mean_logprob is None:
        return 0.0
    return math.exp(min(0.0, episode.candidate.mean_logprob))


def _loaded_only(episode: Episode) -> bool:
    return episode.report is not None and not (episode.subtask.tests or episode.self_tests)


_TABLE: tuple[tuple[Feature, Compute], ...] = (
    _flag("has_candidate", "there is a program", lambda e: e.candidate is not None),
    _flag("untested", "the program was not tested yet", lambda e: bool(e.candidate) and e.report is None),
    _flag("passed", "the program's last test passed", lambda e: e.passed),
    _flag("failed", "the program's last test did not pass", lambda e: e.failed),
    _group("assertion", "the first failing test got a wrong value"),
    _group("syntax", "the program does not parse"),
    _group("name", "a name, attribute or module was not found"),
    _group("type", "a call or an operand had the wrong type"),
    _group("limit", "time or memory ran out"),
    _group("other", "any other error"),
    _share("tests_passed", "share of tests that the program passes", _passed_share),
    (Feature("tests_change", -1.0, 1.0, "that share minus the share of the program tested before"), _change),
    _share("best_passed", "share of tests that the best program passes", _best_share),
    _share("tests_known", "number of tests in the last report / 10", lambda e: _tests_known(e) / 10),
    _flag("loaded_only", "the last report only says whether the program loads", _loaded_only),
    _share("generate_count", "generates / 5", lambda e: e.counts.generate / MAX_GENERATES),
    _share("test_count", "tests / 16", lambda e: e.counts.test / (MAX_GENERATES + MAX_DEBUGS + 1)),
    _share("debug_count", "debugs / 10", lambda e: e.counts.debug / MAX_DEBUGS),
    _share("search_count", "searches / 3", lambda e: e.counts.search / MAX_SEARCHES),
    _share("restarts_left", "restarts that remain / 5", lambda e: restarts_left(e) / MAX_GENERATES),
    _share("duplicate_count", "replies with a program already seen / 5", lambda e: e.counts.duplicates / 5),
    _flag(
        "last_duplicate", "the last reply held a program already seen", lambda e: e.last_reply == "duplicate"
    ),
    _share(
        "duplicates_in_row",
        "such replies since the last new program / 5",
        lambda e: e.counts.duplicates_in_row / 5,
    ),
    _flag(
        "duplicate_again",
        "at least two such replies since the last new program",
        lambda e: e.counts.duplicates_in_row > 1,
    ),
    _flag(
        "repaired",
        "the program comes from a repair",
        lambda e: e.candidate is not None and e.candidate.origin == "debug",
    ),
    _flag("stuck", "the last repair on this evidence came back to a known program", lambda e: e.stuck),
    _share("broken_count", "replies without a program / 5", lambda e: e.counts.broken / 5),
    _flag("last_broken", "the last reply held no program", lambda e: e.last_reply == "broken"),
    _flag("cut", "the program comes from a reply that ended in the middle", lambda e: e.cut),
    _flag("has_documents", "the task attached documents", lambda e: e.has_documents),
    _share("passages", "passages found / 9", lambda e: len(e.passages) / 9),
    _flag("unread", "passages were found that no request has held yet", lambda e: e.unread),
    _flag("searchable", "a search would bring something new", lambda e: e.searchable),
    _share("confidence", "exp of the program's mean token log-probability; 0 if unknown", _confidence),
    (Feature("budget_left", 0.0, 1.0, "smallest remaining share of any budget"), lambda _, left: left),
    _flag("evaluation", "the merged program is being evaluated", lambda e: e.mode == "evaluate"),
    _flag("self_written", "only self-written tests vouch for the program", lambda e: e.suite == "self"),
    _flag("has_starter", "the task gave starter code", lambda e: bool(e.starter)),
)


def _tests_known(episode: Episode) -> int:
    return episode.report.total if episode.report else 0


EXECUTIVE = DecisionSpec(
    name="executive",
    version=VERSION,
    actions=tuple(action.name.lower() for action in Action),
    features=tuple(entry for entry, _ in _TABLE),
)
