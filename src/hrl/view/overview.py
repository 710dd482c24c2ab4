"""The blocks that show the run as a whole: header and phases, plan, budget, log and verdict."""

from __future__ import annotations

from rich.text import Text

from hrl.types import TestReport
from hrl.view.blocks import Block
from hrl.view.cards import BAD, BUSY, GOOD, QUIET
from hrl.view.state import EpisodeView, ViewState
from hrl.view.story import isolation, models
from hrl.view.text import amount, counted, duration, fitted, one_line, row

PHASES = {"plan": "planning", "execute": "execution", "integrate": "integration", "evaluate": "evaluation"}
LETTERS = {"generate": "G", "test": "T", "debug": "D", "search": "S", "stop": "■"}
UNSCORED = ("starting", "generating", "written", "testing", "untested")
"""States in which the last report says nothing of the program at hand."""
STATUS_STYLES = {
    "solved": GOOD,
    "passed": GOOD,
    "tests pass": GOOD,
    "measured": GOOD,
    "failed": BAD,
    "unsolved": BAD,
    "unverified": BUSY,
    "untested": BUSY,
    "budget": BUSY,
    "interrupted": BUSY,
    "waiting": QUIET,
}


def header(state: ViewState, width: int, now: float, short: bool) -> Block:
    """Title, model, policy, sandbox and how well it isolates; then the phases and the time."""
    run = state.run
    if run is None:
        return Block("header", (row(("waiting for the run to start", QUIET)),), row(("hrl", "bold")), rank=0)
    machine = row(("model ", QUIET), (models(run.models), "bold"), ("  policy ", QUIET), (run.policy, "bold"))
    sandbox = row(("sandbox ", QUIET), (run.sandbox, "bold"), (f"  {isolation(run)}", QUIET))
    rows = (
        [machine, phases(state, width - 4, now)]
        if short
        else [machine, sandbox, phases(state, width - 4, now)]
    )
    title = row((f"hrl {run.verb} ", QUIET), (one_line(run.title, max(10, width - 20)), "bold"))
    return Block("header", tuple(rows), title, style="blue", rank=0)


def phases(state: ViewState, width: int, now: float) -> Text:
    """Planning → execution → integration → evaluation, and how long it has taken."""
    order = list(PHASES)
    at = order.index(state.phase) if state.phase in order else (len(order) if state.finished else -1)
    solved = state.finished is not None and state.finished.status in ("solved", "unverified")
    line = row()
    words = PHASES if width >= 64 else {key: key for key in order}
    for place, key in enumerate(order):
        if solved or place < at:
            mark, style = "✔ ", GOOD
        elif place == at:
            mark, style = ("✘ ", BAD) if state.finished else ("● ", "bold cyan")
        else:
            mark, style = "○ ", QUIET
        line.append(("" if place == 0 else " → ") + mark + words[key], style=style)
    clock = duration(state.seconds(now))
    cycle = f"correction {state.option.cycle}  " if state.option is not None and state.option.cycle else ""
    tail = cycle + clock
    line.append(tail.rjust(max(len(tail) + 2, width - line.cell_len)), style="bold")
    return line


def plan(state: ViewState, width: int) -> Block:
    """The subtask tree: what is wanted on top, what it needs below, each with its state."""
    rows = []
    tree = _tree(state)
    longest = max((len(guide + name) for guide, name in tree), default=0)
    names = max(14, min(longest + 1, (width - 4) // 2))
    for guide, name in tree:
        subtask = next(part for part in state.plan if part.name == name)
        rows.append(_subtask(guide, name, state.episode_of(name), names, _missing(state, subtask.depends_on)))
    for episode in state.episodes.values():
        if episode.mode == "evaluate":
            rows.append(_subtask("", state.name_of(episode.episode), episode, names, ()))
        elif not any(part.name == episode.subtask for part in state.plan):
            rows.append(_subtask("", episode.subtask, episode, names, ()))
    if not rows:
        rows.append(row(("no plan yet", QUIET)))
    source = f" by {state.plan_source}" if state.plan_source not in ("", "single") else ""
    title = row(("subtasks", "bold"), (source, QUIET))
    return Block("plan", tuple(rows), title, rank=2, floor=3)


def _tree(state: ViewState) -> list[tuple[str, str]]:
    """(guide, name) rows; a subtask stands below the first one that needs it."""
    known = {part.name for part in state.plan}
    children: dict[str, list[str]] = {part.name: [] for part in state.plan}
    placed: set[str] = set()
    for part in reversed(state.plan):
        for need in part.depends_on:
            if need in known and need not in placed and need != part.name:
                children[part.name].append(need)
                placed.add(need)
    rows: list[tuple[str, str]] = []

    def walk(name: str, lead: str, guide: str) -> None:
        rows.append((guide, name))
        for place, child in enumerate(children[name]):
            last = place == len(children[name]) - 1
            walk(child, lead + ("   " if last else "│  "), lead + ("└─ " if last else "├─ "))

    for part in state.plan:
        if part.name not in placed:
            walk(part.name, "", "")
    return rows


def _missing(state: ViewState, needs: tuple[str, ...]) -> tuple[str, ...]:
    episodes = {need: state.episode_of(need) for need in needs}
    return tuple(need for need, episode in episodes.items() if episode is None or not episode.outcome)


def _subtask(
    guide: str, name: str, episode: EpisodeView | None, names: int, missing: tuple[str, ...]
) -> Text:
    doing = "waiting" if episode is None else episode.doing
    style = STATUS_STYLES.get(doing, "cyan")
    report = None if episode is None else episode.report
    told = doing
    if report is not None and report.total and doing not in UNSCORED:
        told += f" {report.passed}/{report.total}"
    if episode is None and missing:
        told = f"waiting for {', '.join(missing)}"
    line = row((guide, QUIET), (fitted(name, max(4, names - len(guide))), "bold"))
    line.append_text(row((" " + (fitted(told, 16) if episode is not None else told), style)))
    for step in () if episode is None else episode.steps:
        tone = "cyan"
        if step.report is not None:
            tone = GOOD if step.report.verdict == "pass" else BAD
        line.append(" " + LETTERS.get(step.decision.action, step.decision.action[:1]), style=tone)
    return line


def budget(state: ViewState, width: int, now: float, short: bool = False) -> Block:
    """Bars of what is used against the run's bounds; two a row where there is room."""
    bounds = state.run.budget if state.run is not None else None
    used = (
        ("tokens", float(state.usage.tokens), bounds and bounds.tokens, amount),
        ("time", state.seconds(now), bounds and bounds.seconds, lambda seconds: f"{seconds:.0f} s"),
        ("calls", float(state.model_calls), bounds and bounds.model_calls, amount),
        ("tests", float(state.sandbox_runs), bounds and bounds.sandbox_runs, amount),
    )
    columns = 2 if width >= 72 else 1
    each = (width - 4) // columns - 1
    bars = []
    for name, value, bound, shown in used:
        share = min(1.0, value / bound) if bound else 0.0
        text = f"{shown(value)} / {shown(bound)}" if bound else shown(value)
        cells = max(3, each - 8 - 15)
        full = round(share * cells)
        style = BAD if share > 0.9 else BUSY if share > 0.6 else GOOD
        bars.append(
            row(
                (fitted(name, 7), QUIET),
                ("━" * full, style),
                ("━" * (cells - full), "bright_black"),
                (" " + fitted(text, 15), ""),
            )
        )
    rows = []
    for first in range(0, len(bars), columns):
        line = row()
        for bar in bars[first : first + columns]:
            line.append_text(bar)
            line.append(" ")
        rows.append(line)
    return Block("budget", tuple(rows), None if short else row(("budget", "bold")), rank=2)


def story(state: ViewState, lines: int | None) -> Block | None:
    """The last lines of the log (all of them without a bound)."""
    told = [line for line in state.story if line.level <= 1]
    told = told[-lines:] if lines else told
    if not told:
        return None
    rows = tuple(row((f"{line.seconds:7.1f}  ", QUIET), (line.text, "")) for line in told)
    return Block("story", rows, row(("log", "bold")), rank=6, floor=3, anchor=len(rows))


def verdict(state: ViewState, width: int) -> Block | None:
    """How it ended, on which tests, and at what cost."""
    end = state.finished
    if end is None:
        return None
    style = STATUS_STYLES.get(end.status, BAD)
    reports: list[tuple[str, TestReport | None]] = [
        ("visible", state.evaluated.visible if state.evaluated is not None else None),
        ("self-written", state.evaluated.self_written if state.evaluated is not None else None),
        ("hidden", state.hidden.report if state.hidden is not None else None),
    ]
    line = row((end.status.upper(), f"bold {style}"))
    if end.status != "unverified":
        line.append("  verified" if end.verified else "  unverified", style=GOOD if end.verified else BUSY)
    for name, report in reports:
        if report is not None:
            good = report.verdict == "pass"
            line.append(f"   {name} ", style=QUIET)
            line.append(f"{report.passed}/{report.total}", style=f"bold {GOOD if good else BAD}")
    opened = (
        f"hidden tests opened {counted(end.hidden_opened, 'time')}"
        if end.hidden_opened
        else "no hidden tests opened"
    )
    cost = (
        f"{amount(end.usage.tokens)} tokens in {counted(end.model_calls, 'call')}, "
        f"{counted(end.sandbox_runs, 'sandbox run')}, {duration(end.seconds)}; {opened}"
    )
    rows = [line, row((cost, QUIET))]
    if end.message:
        rows.append(row((one_line(end.message, 400), style)))
    rows += [row((one_line(f"warning: {warning}", width * 2), BUSY)) for warning in state.warnings[-3:]]
    return Block("verdict", tuple(rows), row(("verdict", "bold")), style=style, rank=0)
