"""Constructors of outcomes and reports: every text that leaves the sandbox is bounded and clean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from hrl.sandbox.box import Ended
from hrl.sandbox.inside.plain import Malformed
from hrl.sandbox.inside.raising import told
from hrl.sandbox.inside.text import shorten
from hrl.types import Status, TestOutcome, TestReport

_STATUSES = get_args(Status)


def outcome(
    name: str, status: str, error_class: str = "", message: str = "", expected: str = "", got: str = ""
) -> TestOutcome:
    """One outcome, bounded and valid UTF-8."""
    parts = [shorten(str(part)) for part in (error_class, message, expected, got)]
    known: Status = status if status in _STATUSES else "protocol"  # type: ignore[assignment]
    return TestOutcome(shorten(name), known, *parts)


def of_end(name: str, end: Ended) -> TestOutcome:
    """The outcome of a test during which the process ended."""
    classes = {"timeout": "TimeoutError", "memory": "MemoryError"}
    status = {"exit": "error", "flood": "error", "lost": "protocol"}.get(end.reason, end.reason)
    return outcome(name, status, classes.get(end.reason, ""), str(end))


def of_raise(name: str, parts: Any) -> TestOutcome:
    """The outcome of a test whose call raised; `parts` come from the candidate's box and are checked."""
    try:
        raised = told(parts)
    except Malformed:
        return outcome(name, "protocol", "", "the program's answer is malformed")
    status = "memory" if raised.base == "MemoryError" else "error"
    where = f" (line {abs(raised.line)})" if raised.line else ""
    text = shorten(f"{raised.name}: {raised.message}" if raised.message else raised.name, 260)
    return outcome(name, status, raised.base[:60], text.replace("\n", " ") + where)


def report(outcomes: Sequence[TestOutcome], printed: bytes, seconds: float) -> TestReport:
    """The report of one job; backend and isolation are added by the sandbox."""
    first = next((one for one in outcomes if one.status != "pass"), None)
    verdict: Status = "pass" if first is None and outcomes else first.status if first is not None else "fail"
    tail = printed.decode("utf-8", "backslashreplace")[-4000:]
    return TestReport(
        verdict=verdict,
        outcomes=tuple(outcomes),
        error_class=first.error_class if first is not None else "",
        message=first.message if first is not None else "",
        stdout_tail=tail.encode("utf-8", "backslashreplace").decode(),
        seconds=seconds,
    )
