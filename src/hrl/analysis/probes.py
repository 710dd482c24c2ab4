"""Probe states: a fixed set of moments that a reader knows, made by the state's own transitions.

Nothing is asked, run or searched for them: `hrl.executive.updates` says what an event does to an episode.
Where a probe does not say otherwise, the task has no documents and nothing can be searched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from hrl.analysis.states import State
from hrl.executive import Episode, action_mask, observe, start_episode
from hrl.executive.updates import Origin, after_ask, after_broken, after_duplicate, after_new, after_search
from hrl.executive.updates import after_test as tested
from hrl.types import Candidate, Passage, Subtask, TestCode, TestOutcome, TestReport
from hrl.types.testing import Status

_TESTS = (TestCode("assert f(0) == 0\nassert f(1) == 1\nassert f(2) == 4\nassert f(3) == 9\n"),)


@dataclass(frozen=True, slots=True)
class _Probe:
    """`story` is what happened, one word an event (`_EVENTS`), from the start of an episode."""

    words: str
    story: str = ""
    documents: bool = False
    library: bool = False
    merged: bool = False
    untested: bool = False
    budget: float = 1.0


_PROBES = (
    _Probe("no program yet"),
    _Probe("no program yet; documents to search", documents=True),
    _Probe("no program yet: the first reply held none", "lost"),
    _Probe("first program, untested", "write"),
    _Probe("first program passed", "write pass"),
    _Probe("first program failed: wrong value, 1 of 4 tests", "write wrong"),
    _Probe("first program failed: wrong value, 3 of 4 tests", "write nearly"),
    _Probe("first program failed: no valid syntax", "write syntax"),
    _Probe("first program failed: unknown name", "write name"),
    _Probe("first program failed: wrong type", "write type"),
    _Probe("first program failed: out of time", "write timeout"),
    _Probe("first program failed: another error", "write other"),
    _Probe("first program failed; documents to search", "write wrong", documents=True),
    _Probe("first program failed; the library to search", "write wrong", library=True),
    _Probe("first program failed; passages found, not read", "write wrong search", documents=True),
    _Probe("first program failed; budget nearly spent", "write wrong", budget=0.05),
    _Probe("first repair, untested", "write wrong repair"),
    _Probe("first repair passed", "write wrong repair pass"),
    _Probe("first repair failed too", "write wrong repair wrong"),
    _Probe("first repair failed, read documents in vain", "write wrong search repair wrong", documents=True),
    _Probe("first repair is the same program", "write wrong same"),
    _Probe("first repair held no program", "write wrong unrepaired"),
    _Probe("second repair failed too", "write wrong" + " repair wrong" * 2),
    _Probe("second repair is the same program, as the first was", "write wrong same same"),
    _Probe("second repair is the same program, the first was new", "write wrong repair wrong same"),
    _Probe("third repair failed too", "write wrong" + " repair wrong" * 3),
    _Probe("fifth repair failed too", "write wrong" + " repair wrong" * 5),
    _Probe("ninth repair failed too", "write wrong" + " repair wrong" * 9),
    _Probe("first restart failed too", "write wrong write wrong"),
    _Probe("last restart failed too", "write wrong" + " write wrong" * 4),
    _Probe("merged program, untested", merged=True),
    _Probe("merged program failed: wrong value", "wrong", merged=True),
    _Probe("first program failed its self-written tests", "write wrong", untested=True),
    _Probe("first program passed its self-written tests", "write pass", untested=True),
)


def executive_probes() -> tuple[State, ...]:
    """The Executive's probe states, from the start of an episode to its end."""
    return tuple(_state(probe) for probe in _PROBES)


def _state(probe: _Probe) -> State:
    episode = start_episode(
        "probe",
        Subtask("f", "Return the square.", "def f(n)", () if probe.untested else _TESTS),
        episode_id="probe",
        mode="evaluate" if probe.merged else "solve",
        candidate=Candidate.of(_program(0), "merge") if probe.merged else None,
        has_documents=probe.documents,
    )
    if probe.untested:
        episode = replace(episode, self_tests=_TESTS)
    for event in probe.story.split():
        episode = _EVENTS[event](episode)
    new_to_find = (probe.documents and not episode.counts.search) or probe.library
    episode = replace(episode, searchable=new_to_find and not episode.passed)
    return State(probe.words, observe(episode, probe.budget), action_mask(episode))


def _program(number: int) -> str:
    return f"def f(n):\n    return n + {number}\n"


def _new(origin: Origin) -> Callable[[Episode], Episode]:
    def happens(episode: Episode) -> Episode:
        candidate = Candidate.of(_program(len(episode.seen)), origin)
        return after_new(after_ask(episode, origin), candidate, cut=False)

    return happens


def _tests(verdict: Status, passed: int, error_class: str = "") -> Callable[[Episode], Episode]:
    outcomes = tuple(
        TestOutcome(f"test {number}", "pass" if number < passed else verdict) for number in range(4)
    )
    return lambda episode: tested(episode, TestReport(verdict, outcomes, error_class))


def _found(episode: Episode) -> Episode:
    return after_search(episode, (Passage("notes.md", "The rule", "How the function has to behave."),))


_EVENTS: dict[str, Callable[[Episode], Episode]] = {
    "write": _new("generate"),
    "lost": lambda episode: after_broken(after_ask(episode, "generate"), "generate"),
    "repair": _new("debug"),
    "same": lambda episode: after_duplicate(after_ask(episode, "debug"), "debug"),
    "unrepaired": lambda episode: after_broken(after_ask(episode, "debug"), "debug"),
    "search": _found,
    "pass": _tests("pass", 4),
    "wrong": _tests("fail", 1),
    "nearly": _tests("fail", 3),
    "syntax": _tests("error", 0, "SyntaxError"),
    "name": _tests("error", 0, "NameError"),
    "type": _tests("error", 0, "TypeError"),
    "timeout": _tests("timeout", 0),
    "other": _tests("error", 0, "ValueError"),
}
