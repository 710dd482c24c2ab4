"""Three reports in, one verdict out, and the sentence that says how it came about."""

from __future__ import annotations

from hrl.types import TestReport, Verdict


def verdict(
    *,
    visible: TestReport | None,
    self_written: TestReport | None,
    hidden: TestReport | None,
    has_hidden: bool,
) -> Verdict:
    """Weigh the reports.

    Hidden tests decide where the task has any, also when they could not be run: then nothing is solved.
    Without them the visible tests decide. Self-written tests decide only where the task has neither, and
    then the verdict is not verified.

    Args:
        visible: the task's own tests; None where there are none or they were not run.
        self_written: the model's tests, likewise.
        hidden: likewise.
        has_hidden: whether the task has hidden tests.
    """
    deciding = hidden if has_hidden else visible
    alone = not has_hidden and visible is None and self_written is not None and bool(self_written.outcomes)
    answer = self_written if alone else deciding
    return Verdict(
        visible=visible,
        self_written=self_written,
        hidden=hidden,
        solved=answer is not None and answer.verdict == "pass",
        verified=deciding is not None,
    )


def protocol(found: Verdict, hidden_opened: int) -> str:
    """One line that belongs beside every score."""
    parts = [
        _part("visible tests", found.visible),
        _part("self-written tests", found.self_written),
        _part("hidden tests", found.hidden),
    ]
    seen = "; ".join(part for part in parts if part) or "no tests were run"
    times = {0: "never", 1: "once"}.get(hidden_opened, f"{hidden_opened} times")
    return f"{seen}; hidden tests were opened {times}, after the answer was frozen"


def _part(name: str, report: TestReport | None) -> str:
    if report is None:
        return ""
    if not report.outcomes:
        return f"{name}: none ran ({report.verdict})"
    return f"{name}: {report.passed} of {report.total} pass"
