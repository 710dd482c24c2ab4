"""Conditions on single features of either level, and observations of the Executive, as words for people."""

from __future__ import annotations

import re

from hrl.executive import EXECUTIVE
from hrl.policies.base import DecisionSpec, Feature, Observation

_COUNT = re.compile(r"(.*?)(, log2)? / (\d+)")
_QUANTITY = re.compile(r"\bshare\b|^exp of | / subtasks$")
_ERRORS = {
    "error_assertion": "a wrong value",
    "error_syntax": "no valid syntax",
    "error_name": "an unknown name",
    "error_type": "a wrong type",
    "error_limit": "time or memory out",
}
_COUNTS = {
    "generate_count": "generates",
    "debug_count": "repairs",
    "search_count": "searches",
    "duplicate_count": "duplicates",
    "duplicates_in_row": "duplicates in a row",
    "broken_count": "broken replies",
}
_FLAGS = {
    "repaired": "the program comes from a repair",
    "has_documents": "documents attached",
    "unread": "passages not read yet",
    "searchable": "a search would bring something new",
    "evaluation": "merged program",
    "self_written": "self-written tests alone",
    "loaded_only": "only loaded",
}


def named(feature: Feature) -> str:
    """What a feature means, and its name."""
    return f"{feature.meaning} [{feature.name}]"


def scale(feature: Feature) -> int | None:
    """What a count, or its logarithm, was divided by (`debugs / 10`: 10); None for what is no count."""
    found = _COUNT.fullmatch(feature.meaning)
    return int(found[3]) if found else None


def is_flag(feature: Feature) -> bool:
    """Whether the feature is 0 or 1 by its meaning."""
    return scale(feature) is None and not _QUANTITY.search(feature.meaning)


def at_most(feature: Feature, threshold: float) -> str:
    """`value <= threshold` as words, the feature's name behind them; counts as they were counted."""
    found = _COUNT.fullmatch(feature.meaning)
    if found is None:
        return f"{feature.meaning} ≤ {threshold:.2f} [{feature.name}]"
    number = int(_counted(found, threshold) + 1e-6)
    sign = "≤" if number else "="
    return f"{found[1]} {sign} {number} [{feature.name}]"


def in_words(observation: Observation) -> str:
    """What matters of an observation of the Executive, shape `(len(EXECUTIVE.features),)`, in one line."""

    def see(name: str) -> float:
        return float(observation[EXECUTIVE.index(name)])

    parts = [_program(observation)]
    for name, noun in _COUNTS.items():
        times = count(observation, EXECUTIVE, name)
        if times:
            parts.append(f"{noun} {times}")
    parts += [words for name, words in _FLAGS.items() if see(name)]
    return ", ".join([*parts, f"budget {see('budget_left'):.0%}"])


def count(observation: Observation, decision: DecisionSpec, name: str) -> int:
    """A count as it was counted; KeyError where there is no feature of that name, or it is no count."""
    place = decision.index(name)
    found = _COUNT.fullmatch(decision.features[place].meaning)
    if found is None:
        raise KeyError(f"{name} is no count")
    return round(_counted(found, float(observation[place])))


def _counted(found: re.Match[str], value: float) -> float:
    """What a value of a feature of that meaning was counted as."""
    scaled = value * int(found[3])
    return 2.0**scaled - 1 if found[2] else scaled


def _program(observation: Observation) -> str:
    def see(name: str) -> float:
        return float(observation[EXECUTIVE.index(name)])

    if not see("has_candidate"):
        return "no program yet"
    if see("untested"):
        return "a program not tested yet"
    known = count(observation, EXECUTIVE, "tests_known")
    passes = f"{see('tests_passed'):.0%} of {known if known < 10 else '10 or more'} tests pass"
    if see("passed"):
        return f"passed ({passes})"
    error = next((words for name, words in _ERRORS.items() if see(name)), "another error")
    return f"failed: {error} ({passes})"
