"""The blocks that show one decision: Q-values and features, code, tests, passages."""

from __future__ import annotations

import difflib
from functools import lru_cache

from rich.syntax import Syntax
from rich.text import Text

from hrl.types import TestOutcome, TestReport
from hrl.view.blocks import Block
from hrl.view.state import EpisodeView, StepView, ViewState
from hrl.view.text import amount, clean, counted, duration, fitted, one_line, row

GOOD, BAD, BUSY, QUIET = "green", "red", "yellow", "bright_black"
MAX_FEATURES = 6


def decision(episode: EpisodeView, width: int, now: float) -> Block | None:
    """What the policy saw, what it could do, what it chose, and what that cost."""
    if not episode.steps:
        return None
    step = episode.steps[-1]
    left = (width - 4) * 11 // 20
    bars = _bars(step, left)
    facts = _features(episode, width - 4 - left - 2)
    height = max(len(bars), len(facts))
    rows = []
    for index in range(height):
        line = row()
        line.append_text(bars[index] if index < len(bars) else row((" " * left, "")))
        line.append("  ")
        line.append_text(facts[index] if index < len(facts) else row())
        rows.append(line)
    rows.append(_cost(step, episode, now))
    title = row(
        (f"decision {step.decision.step}: ", "bold"),
        (one_line(episode.subtask, 40), "bold cyan"),
        (f" · policy {one_line(step.decision.policy, 30)}", QUIET),
    )
    return Block("decision", tuple(rows), title, style="cyan", rank=1)


def _bars(step: StepView, width: int) -> list[Text]:
    """One row per action: a bar from zero to its Q-value; masked ones are named as such."""
    chosen, mask, values = step.decision.action, step.decision.mask, step.decision.values
    legal = [value for name, value in (values or {}).items() if mask.get(name, True)]
    low, high = min([0.0, *legal]), max([0.0, *legal])
    names = max([6, *(len(name) for name in mask)])
    cells = max(4, width - names - 12)
    return [
        _bar(
            name,
            allowed,
            None if values is None else values.get(name),
            name == chosen,
            names,
            cells,
            low,
            high,
        )
        for name, allowed in mask.items()
    ]


def _bar(
    name: str,
    allowed: bool,
    value: float | None,
    chosen: bool,
    names: int,
    cells: int,
    low: float,
    high: float,
) -> Text:
    style = "bold cyan" if chosen else ("" if allowed else QUIET)
    line = row((("▶ " if chosen else "  ") + fitted(name, names) + " ", style))
    if not allowed:
        line.append(fitted("masked", cells + 9), style=QUIET)
    elif value is None:
        line.append(fitted("chosen" if chosen else "allowed", cells + 9), style=style)
    else:
        scale = cells / ((high - low) or 1.0)
        zero, end = round(-low * scale), round((value - low) * scale)
        start, stop = sorted((zero, end))
        stop = min(max(stop, start + 1), cells)
        start = min(start, stop - 1)
        line.append(" " * start + "█" * (stop - start) + " " * (cells - stop), style=style or "blue")
        line.append(f" {value:+7.3f} ", style=style)
    return line


def _features(episode: EpisodeView, width: int) -> list[Text]:
    """The features that changed since the last decision, then those that differ from the first one."""
    now = episode.steps[-1].decision.features
    before = episode.steps[-2].decision.features if len(episode.steps) > 1 else {}
    first = episode.steps[0].decision.features if len(episode.steps) > 1 else {}
    changed = [name for name, value in now.items() if name in before and abs(before[name] - value) > 1e-6]
    special = [
        name
        for name, value in now.items()
        if name not in changed and (abs(first[name] - value) > 1e-6 if name in first else abs(value) > 1e-6)
    ]
    still = [name for name, value in now.items() if abs(value) > 1e-6 and name not in {*changed, *special}]
    shown = [*changed, *special, *still][:MAX_FEATURES]
    rows = []
    for name in shown:
        value = f"{now[name]:.2f}".rstrip("0").rstrip(".")
        was = f" (was {before[name]:.2f}".rstrip("0").rstrip(".") + ")" if name in changed else ""
        cells = max(0, width - len(value) - len(was) - 1)
        rows.append(
            row(
                (fitted(name.replace("_", " "), cells), "" if name in changed else QUIET),
                (" " + value, "bold"),
                (was, QUIET),
            )
        )
    return rows


def _cost(step: StepView, episode: EpisodeView, now: float) -> Text:
    until = step.until if step.until > step.at or episode.outcome else max(now, step.at)
    parts = [f"{duration(max(0.0, until - step.at))}"]
    if step.usage.tokens:
        parts.append(f"{amount(step.usage.tokens)} tokens ({amount(step.usage.completion_tokens)} written)")
    if step.sandbox_seconds:
        parts.append(f"{duration(step.sandbox_seconds)} in the sandbox")
    line = row((f"  {step.decision.action}", "bold cyan"), (" cost " + ", ".join(parts), QUIET))
    if step.problem:
        line.append(" · " + one_line(step.problem, 80), style=BUSY)
    return line


def code(name: str, text: str, previous: str | None, origin: str) -> Block:
    """A program with syntax colours; against `previous`, what a repair changed."""
    lines = _coloured(clean(text).rstrip("\n"))
    rows, anchor = [], 0
    if previous is None or previous == text:
        rows = [_numbered(number, line, "  ", "") for number, line in enumerate(lines, start=1)]
    else:
        rows, anchor = _diff(_coloured(clean(previous).rstrip("\n")), lines)
    changed = "" if previous is None else ", changes marked"
    title = row(
        (f"{one_line(name, 40)} ", "bold"), (f"by {origin}{changed}, {counted(len(lines), 'line')}", QUIET)
    )
    return Block("code", tuple(rows), title, rank=4, floor=5, anchor=anchor)


@lru_cache(maxsize=32)
def _coloured(text: str) -> tuple[Text, ...]:
    """The lines of a program, coloured; the cache keeps a refresh cheap."""
    text = "\n".join(line[:400] for line in text.split("\n")[:1000])
    highlighted = Syntax("", "python", theme="ansi_dark").highlight(text)
    highlighted.no_wrap = True
    return tuple(highlighted.split("\n", allow_blank=False)) or (Text(""),)


def _numbered(number: int | None, line: Text, mark: str, style: str) -> Text:
    shown = row((f"{number:>4} " if number else "     ", QUIET), (mark, style))
    shown.append_text(line)
    return shown


def _diff(old: tuple[Text, ...], new: tuple[Text, ...]) -> tuple[list[Text], int]:
    """Rows of `new` with what went and what came, and the first row that changed."""
    matcher = difflib.SequenceMatcher(
        None, [line.plain for line in old], [line.plain for line in new], autojunk=False
    )
    rows: list[Text] = []
    anchor = 0
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            rows += [_numbered(at + 1, new[at], "  ", "") for at in range(new_from, new_to)]
            continue
        anchor = anchor or len(rows)
        gone = [row((line.plain, "red dim")) for line in old[old_from:old_to]]
        rows += [_numbered(None, line, "- ", "bold red") for line in gone]
        rows += [_numbered(at + 1, new[at], "+ ", "bold green") for at in range(new_from, new_to)]
    return rows, anchor


def tests(report: TestReport, suite: str, width: int) -> Block:
    """Name, status, and expected against got; those that fail come first."""
    ordered = sorted(report.outcomes, key=lambda outcome: outcome.status == "pass")
    names = max(16, (width - 4) // 2)
    rows = [_outcome(outcome, names, width - 4 - names - 9) for outcome in ordered]
    if not rows:
        rows = [
            row((one_line(report.message or "no test ran", 300), BAD if report.verdict != "pass" else QUIET))
        ]
    good = report.verdict == "pass"
    title = row(
        (f"{suite} ", "bold"),
        (f"{report.passed}/{report.total} ", f"bold {GOOD if good else BAD}"),
        (f"{report.verdict} in {duration(report.seconds)}", QUIET),
    )
    return Block("tests", tuple(rows), title, style=GOOD if good else BAD, rank=3, floor=3)


def _outcome(outcome: TestOutcome, names: int, rest: int) -> Text:
    good = outcome.status == "pass"
    style = GOOD if good else BAD
    detail = "" if good else outcome.message
    if not good and (outcome.expected or outcome.got):
        detail = (
            f"expected {outcome.expected}, got {outcome.got}"
            if outcome.got
            else f"expected {outcome.expected}"
        )
        detail += f"; {outcome.message}" if outcome.message and not outcome.got else ""
    return row(
        (fitted(outcome.name, names), ""),
        (" " + fitted(outcome.status, 8), style),
        (fitted(detail, max(0, rest)), QUIET if good else BUSY),
    )


def passages(step: StepView, width: int) -> Block | None:
    """What a search brought into the next prompt."""
    if step.passages is None:
        return None
    rows = []
    for passage in step.passages.passages:
        rows.append(row((one_line(f"{passage.source}: {passage.heading}", width), "bold magenta")))
        rows.append(row(("  " + one_line(passage.text, width), "")))
    rows = rows or [row(("nothing found", QUIET))]
    title = row(("search ", "bold"), (one_line(step.passages.query, 60), QUIET))
    return Block("passages", tuple(rows), title, style="magenta", rank=5, floor=2)


def history(state: ViewState) -> Block | None:
    """Every decision of the run, one row each: the Q-values that were allowed, and what came of it."""
    rows = []
    actions: dict[str, bool] = {}
    for name, episode in state.episodes.items():
        for step in episode.steps:
            line = row(
                (fitted(state.name_of(name), 16) + f" {step.decision.step:>2} ", QUIET),
                (fitted(step.decision.action, 9), "bold cyan"),
            )
            for action, allowed in step.decision.mask.items():
                value = (step.decision.values or {}).get(action)
                told = f"{value:+.2f} " if allowed and value is not None else "  ·   "
                line.append(told, style="bold" if action == step.decision.action else QUIET)
            line.append_text(_result(step))
            rows.append(line)
            actions = step.decision.mask
    title = row(("decisions ", "bold"), (f"Q of {', '.join(actions)}", QUIET))
    return Block("history", tuple(rows), title, rank=6, floor=3) if rows else None


def _result(step: StepView) -> Text:
    if step.problem:
        return row((one_line(step.problem, 60), BUSY))
    if step.report is not None:
        good = step.report.verdict == "pass"
        return row((f"{step.report.verdict} {step.report.passed}/{step.report.total}", GOOD if good else BAD))
    if step.candidate is not None:
        again = ", seen before" if step.candidate.duplicate else ""
        lines = counted(len(step.candidate.code.splitlines()), "line")
        return row((f"{lines} for {amount(step.usage.tokens)} tokens{again}", QUIET))
    if step.passages is not None:
        return row((counted(len(step.passages.passages), "passage"), "magenta"))
    return row()
