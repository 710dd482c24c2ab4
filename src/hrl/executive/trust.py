"""How far self-written tests are believed, and which program they speak for.

A model's own tests are often wrong (they reject a right program on two problems of five), so they do not
simply count. A test is believed as far as programs pass it that were written without looking at its verdict:
those of `generate`. A repair was made to pass it, so what it passes says nothing about the test.
"""

from __future__ import annotations

from collections.abc import Sequence

from hrl.types import Candidate, TestReport

Trial = tuple[Candidate, TestReport]


def trust(trials: Sequence[Trial]) -> dict[str, float]:
    """Each test's weight, 0..1 exclusive: the posterior mean of "an independent program passes it".

    The prior is uniform, so with one program a test that it passes weighs 2/3 and one that it fails 1/3.
    """
    independent = [report for candidate, report in trials if candidate.origin == "generate"]
    weights = {}
    for name in dict.fromkeys(outcome.name for _, report in trials for outcome in report.outcomes):
        seen = [o.status == "pass" for report in independent for o in report.outcomes if o.name == name]
        weights[name] = (1 + sum(seen)) / (2 + len(seen))
    return weights


def trusted_share(report: TestReport, weights: dict[str, float]) -> float:
    """Weighted share of tests that a program passes, 0..1."""
    total = sum(weights[outcome.name] for outcome in report.outcomes)
    passed = sum(weights[outcome.name] for outcome in report.outcomes if outcome.status == "pass")
    return passed / total if total else 0.0


def most_trusted(trials: Sequence[Trial]) -> Trial:
    """The program that the believed tests speak for; the first among equals, so the first is not lost."""
    weights = trust(trials)
    return max(trials, key=lambda trial: (trial[1].verdict == "pass", trusted_share(trial[1], weights)))
