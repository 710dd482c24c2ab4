"""From candidates to a program: merge first, ask the model only for what the merge cannot settle."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hrl.budget import Ledger
from hrl.errors import BudgetExceeded
from hrl.events import BudgetSpent, Integrated, Recorder
from hrl.integrator.merge import Merged, merge
from hrl.llm.asking import ask
from hrl.llm.base import ChatModel
from hrl.llm.requests import Call, CodeReply, Completion, Integrate, Sampling
from hrl.types import Plan, Program, Task, parse_program

EPISODE = "integrate"


@dataclass(frozen=True, slots=True)
class Integration:
    """A program and how it came about: `method` is `merge` or `model`."""

    program: Program
    method: str
    problems: tuple[str, ...]


def integrate(
    task: Task,
    plan: Plan,
    candidates: Mapping[str, str],
    model: ChatModel,
    *,
    sampling: Sampling,
    recorder: Recorder,
    ledger: Ledger,
    attempt: int = 0,
    evidence: str = "",
) -> Integration:
    """Merge, and ask the model where problems remain.

    Args:
        task: its statement and entry point go into the request.
        plan: order and signatures.
        candidates: subtask → source, as far as they exist.
        model: the integrator's model.
        sampling: how to sample.
        recorder: receives the events.
        ledger: pays for the call; a spent budget keeps the merge.
        attempt: how many integrations this run has made.
        evidence: why the last merged program failed; then the model is asked in any case.

    Raises:
        ModelUnavailable: the model cannot answer.
    """
    entry = task.entry_point or plan.in_order()[-1].name
    merged = merge(plan, candidates, entry)
    problems = (*merged.problems, evidence) if evidence else merged.problems
    notes = [*merged.notes, *merged.problems]
    code, method = merged.code, "merge"
    if problems and candidates:
        asked = _request(task, plan, candidates, problems, attempt)
        reply = _ask(asked, model, replace(sampling, sample=attempt), recorder, ledger)
        code, method, note = _taken(reply, merged, entry)
        notes.append(note)
    recorder.emit(Integrated(method, code, tuple(notes)))
    return Integration(Program({"solution.py": code}, entry), method, problems)


def _request(
    task: Task, plan: Plan, candidates: Mapping[str, str], problems: tuple[str, ...], attempt: int
) -> Integrate:
    parts = tuple(
        (entry.name, candidates[entry.name]) for entry in plan.in_order() if entry.name in candidates
    )
    entry = task.entry_point or plan.in_order()[-1].name
    signatures = {subtask.name: subtask.signature for subtask in plan.subtasks}
    return Integrate(
        task_id=task.id,
        statement=task.statement,
        entry_point=entry,
        signature=task.signature or signatures.get(entry),
        parts=parts,
        problem="; ".join(problems),
        attempt=attempt,
    )


def _ask(
    request: Integrate, model: ChatModel, sampling: Sampling, recorder: Recorder, ledger: Ledger
) -> Completion | None:
    call = Call(request, sampling)
    try:
        return ask(model, call, episode=EPISODE, ledger=ledger, recorder=recorder, final=True)
    except BudgetExceeded as spent:
        recorder.emit(BudgetSpent(spent.resource))
        return None


def _taken(answer: Completion | None, merged: Merged, entry: str) -> tuple[str, str, str]:
    """The program to go on with, its method, and a note that says why."""
    if answer is None:
        return merged.code, "merge", "the budget allows no question to the model: the merge was kept"
    if not isinstance(answer.reply, CodeReply):
        return merged.code, "merge", "the model's reply holds no program: the merge was kept"
    if merged.code and not _provides(answer.reply.code, entry):
        return merged.code, "merge", f"the model's program does not define {entry}: the merge was kept"
    return answer.reply.code.rstrip() + "\n", "model", "the model settled what the merge could not"


def _provides(code: str, name: str) -> bool:
    try:
        tree = parse_program(code)
    except (SyntaxError, ValueError, RecursionError):
        return False
    names = {getattr(node, "name", "") for node in tree.body}
    names |= {entry.id for node in tree.body for entry in ast.walk(node) if isinstance(entry, ast.Name)}
    return name in names
