"""The report of an evaluation: what was run, the figures with their intervals, and what may mislead.

Same rows and facts give the same bytes: nothing here reads a clock, and order never comes from the rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hrl.benchmarks.estimates import DRAWS, Estimate
from hrl.benchmarks.grading import Ungraded
from hrl.benchmarks.metrics import KS, Costs, Measured, Metrics, by_problem, measure, natural
from hrl.benchmarks.plots import Plots, draw_plots
from hrl.benchmarks.rows import Row
from hrl.benchmarks.traps import traps
from hrl.runs import write_atomic
from hrl.types import Budget, dump

_MAX_LISTED = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """What was run. An empty text, None or an empty tuple: does not apply.

    Attributes:
        command: what the user typed.
        dataset, split, source, digest, official: see `hrl.benchmarks.problem.Dataset`.
        protocol: in one sentence: which tests an answer could see.
        prompt: the prompt form's name.
        cut: post-processing, in words; see `hrl.benchmarks.cutting.CUTS`.
        usual_imports: whether the usual imports were put in front of every answer.
        model, policy: their names.
        seed: of sampling, policies and bootstrap.
        budget: of one answer.
        sandbox, isolation: where programs ran and how well that is isolated.
        seconds_per_test: the time limit.
        version: of hrl.
        missing: problems without an answer.
        ungraded: answers that the sandbox failed on; they count neither way.
        notes: further sentences for readers, each a line.
    """

    command: str = ""
    dataset: str = ""
    split: str = ""
    source: str = ""
    digest: str = ""
    official: bool | None = None
    protocol: str = ""
    prompt: str = ""
    cut: str = ""
    usual_imports: bool = False
    model: str = ""
    policy: str = ""
    seed: int = 0
    budget: Budget | None = None
    sandbox: str = ""
    isolation: str = ""
    seconds_per_test: float | None = None
    version: str = ""
    missing: tuple[str, ...] = ()
    ungraded: tuple[Ungraded, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Answers of one problem that did not end by a wrong result, with the first one's message."""

    problem: str
    verdict: str
    answers: int
    message: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The report as data; `hrl.types.dump` makes JSON of it."""

    facts: Facts
    measured: Measured
    troubles: tuple[Trouble, ...]
    traps: tuple[str, ...]


def summarize(facts: Facts, rows: Sequence[Row], *, ks: Sequence[int] = KS, draws: int = DRAWS) -> Summary:
    """Everything that the report says.

    Raises:
        BadInput: one sample of one problem has two rows.
    """
    measured = measure(rows, ks=ks, draws=draws, seed=facts.seed)
    return Summary(facts, measured, _troubles(rows), traps(facts, rows, measured.overall))


def write_report(
    directory: Path, facts: Facts, rows: Sequence[Row], *, ks: Sequence[int] = KS, plots: bool = True
) -> Summary:
    """Write `report.md`, `summary.json` and the pictures into the directory.

    Raises:
        BadInput: one sample of one problem has two rows.
        StorageFailure: a file cannot be written.
    """
    summary = summarize(facts, rows, ks=ks)
    drawn = draw_plots(directory, rows, summary.measured, seed=facts.seed) if plots else Plots(())
    write_atomic(directory / "report.md", markdown(summary, drawn))
    write_atomic(directory / "summary.json", json.dumps(dump(summary), indent=1, sort_keys=True) + "\n")
    return summary


def markdown(summary: Summary, plots: Plots | None = None) -> str:
    """The report for readers."""
    facts, overall = summary.facts, summary.measured.overall
    title = " ".join(part for part in (facts.dataset, facts.split) if part) or "Evaluation"
    parts = [f"# {title}", "", *_headline(overall), "", "## What was run", "", *_facts(facts), ""]
    parts += ["## Figures", "", *_table(summary.measured), "", _verdicts(overall), ""]
    parts += ["## Costs", "", *_costs(overall), ""]
    if summary.troubles:
        parts += ["## Timed out, or not gradable", "", *_trouble_lines(summary.troubles), ""]
    if facts.ungraded:
        lines = (f"- {one.problem}, sample {one.sample}: {one_line(one.reason)}" for one in facts.ungraded)
        parts += ["## Not graded", "", "The sandbox failed on these; they count neither way.", ""]
        parts += [*_bounded(list(lines)), ""]
    parts += ["## Before you compare", "", *(f"- {trap}" for trap in summary.traps), ""]
    if plots and plots.files:
        parts += ["## Pictures", "", *(f"![{caption}]({name})\n" for name, caption in plots.files)]
    if plots and plots.note:
        parts += [plots.note, ""]
    return "\n".join(parts).rstrip("\n") + "\n"


def terminal(summary: Summary) -> str:
    """The figures for a terminal, a few lines."""
    facts, overall = summary.facts, summary.measured.overall
    lines = [*_headline(overall)]
    for group, one in summary.measured.groups.items():
        lines.append(f"  {group or '(no group)'}: pass@1 {shown(one.pass_at.get(1))}, soft {shown(one.soft)}")
    if overall.gap:
        lines.append(f"visible tests pass {shown(overall.gap.visible)}, misled {shown(overall.gap.misled)}")
    if overall.total.model_calls:
        every, solved = (_cost_cells(one) for one in (overall.per_problem, overall.per_solved))
        lines.append(f"tokens: {every[0]} for each problem, {solved[0]} for each solved one")
    if facts.missing:
        lines.append(f"{len(facts.missing)} problems have no answer and are not counted")
    if facts.ungraded:
        lines.append(f"{len(facts.ungraded)} answers could not be graded: the sandbox failed")
    protocol = [f"protocol {facts.protocol}"] if facts.protocol else []
    return "\n".join([*lines, *protocol, *facts.notes]) + "\n"


def shown(one: Estimate | None, digits: int = 4) -> str:
    """`0.2210 [0.1710, 0.2730]`, or a dash."""
    return f"{one.value:.{digits}f} [{one.low:.{digits}f}, {one.high:.{digits}f}]" if one else "-"


def one_line(text: str, most: int = 160) -> str:
    """A text of a program, safe in a table: one line, bounded, without the table's own sign."""
    flat = " ".join(text.split()).replace("|", "\\|")
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def _headline(overall: Metrics) -> list[str]:
    found = ", ".join(f"pass@{k} {shown(one)}" for k, one in overall.pass_at.items() if one)
    counts = f"{overall.solved_problems} of {overall.problems} problems solved in {overall.answers} answers"
    return [f"{found}: {counts}" if found else counts]


def _facts(facts: Facts) -> list[str]:
    official = {True: "the published set", False: "NOT the published set", None: ""}[facts.official]
    digest = f"SHA-256 {facts.digest}" if facts.digest else ""
    where = " ".join(part for part in (facts.dataset, facts.split) if part)
    budget = facts.budget and ", ".join(
        f"{value} {name}" for name, value in dump(facts.budget).items() if value is not None
    )
    where_run = ": ".join(part for part in (facts.sandbox, facts.isolation) if part)
    named = {
        "command": facts.command and f"`{facts.command}`",
        "hrl": facts.version,
        "dataset": "; ".join(part for part in (where, facts.source, digest, official) if part),
        "protocol": facts.protocol,
        "prompt": facts.prompt,
        "cut": facts.cut,
        "imports": "the usual imports are put in front of every answer" if facts.usual_imports else "",
        "model": facts.model,
        "policy": facts.policy,
        "seed": str(facts.seed),
        "budget of an answer": budget or "",
        "time limit": "" if facts.seconds_per_test is None else f"{facts.seconds_per_test:g} s for a test",
        "sandbox": facts.isolation if facts.isolation.startswith(facts.sandbox) else where_run,
    }
    return [
        "| | |",
        "|---|---|",
        *(_row([name, one_line(text, 500)]) for name, text in named.items() if text),
    ]


def _table(measured: Measured) -> list[str]:
    overall = measured.overall
    heads = [f"pass@{k}" for k in overall.pass_at]
    gap = ["visible tests pass", "visible less graded", "misled"] if overall.gap else []
    head = ["group", "problems", "answers", *heads, "soft-pass@1", *gap]
    lines = [_row(head), "|" + "---|" * len(head)]
    for name, one in [("all", overall), *measured.groups.items()]:
        cells = [one_line(name) or "(none)", str(one.problems), str(one.answers)]
        cells += [*map(shown, one.pass_at.values()), shown(one.soft)]
        if gap:
            found = (one.gap.visible, one.gap.difference, one.gap.misled) if one.gap else (None,) * 3
            cells += map(shown, found)
        lines.append(_row(cells))
    return [*lines, "", "In brackets: 95 % interval, from resampling problems."]


def _verdicts(overall: Metrics) -> str:
    return "Verdicts: " + (", ".join(f"{name} {n}" for name, n in overall.verdicts.items()) or "none") + "."


def _costs(overall: Metrics) -> list[str]:
    if not any(_cost_values(overall.total)):
        return ["No cost is on record: the answers were made elsewhere."]
    names = ("tokens", "model calls", "sandbox runs", "seconds")
    parts = (overall.total, overall.per_problem, overall.per_solved)
    lines = ["| | in all | for each problem | for each solved problem |", "|---|---|---|---|"]
    for name, *cells in zip(names, *map(_cost_cells, parts), strict=True):
        lines.append(_row([name, *cells]))
    return [
        *lines,
        "",
        "Grading is not counted. A problem is solved when at least one of its answers is right.",
    ]


def _cost_cells(costs: Costs | None) -> list[str]:
    if costs is None:
        return ["-"] * 4
    values = _cost_values(costs)
    return [f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.2f}" for value in values]


def _cost_values(costs: Costs) -> tuple[float, ...]:
    return costs.tokens, costs.model_calls, costs.sandbox_runs, costs.seconds


def _troubles(rows: Iterable[Row]) -> tuple[Trouble, ...]:
    """By problem and verdict, without verdicts that only say that the program is wrong."""
    found = []
    for problem, some in by_problem(rows).items():
        for verdict in ("timeout", "memory", "protocol"):
            hits = [row for row in some if row.verdict == verdict]
            if hits:
                found.append(Trouble(problem, verdict, len(hits), hits[0].message))
        hits = [r for r in some if r.verdict in ("fail", "error") and "not gradable" in r.message]
        if hits:
            found.append(Trouble(problem, "not gradable", len(hits), hits[0].message))
    return tuple(sorted(found, key=lambda one: (natural(one.problem), one.verdict)))


def _trouble_lines(troubles: Sequence[Trouble]) -> list[str]:
    head = ["| problem | verdict | answers | the first one's message |", "|---|---|---|---|"]
    rows = [_row([one.problem, one.verdict, str(one.answers), one_line(one.message)]) for one in troubles]
    return [*head, *_bounded(rows)]


def _bounded(lines: list[str]) -> list[str]:
    if len(lines) <= _MAX_LISTED:
        return lines
    return [*lines[:_MAX_LISTED], "", f"and {len(lines) - _MAX_LISTED} more, see `summary.json`"]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
