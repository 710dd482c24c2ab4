"""Asking the planner model. An unusable plan is a value; after a few the task's own list has to do."""

from __future__ import annotations

from dataclasses import replace

from hrl.budget import Ledger
from hrl.events import PlanMade, PlanRefused, Recorder
from hrl.llm.asking import ask
from hrl.llm.base import ChatModel
from hrl.llm.requests import BrokenReply, Call, Completion, MakePlan, PlanReply, Sampling
from hrl.planner.build import entry_name, plan_from_parts, signature_of, single_plan, stated_plan
from hrl.planner.descriptions import mended
from hrl.planner.splitting import needs_split
from hrl.types import Plan, PlanRejected, Task

MAX_ATTEMPTS = 3
EPISODE = "plan"


def propose(
    task: Task,
    model: ChatModel,
    *,
    attempt: int,
    refused: str,
    sampling: Sampling,
    recorder: Recorder,
    ledger: Ledger,
) -> tuple[Plan | PlanRejected, str]:
    """The next plan and where it comes from: `single`, `model` or `fallback`; recorded as an event.

    Args:
        task: what to plan.
        model: the planner's model; not asked for a plain task, nor after `MAX_ATTEMPTS` refusals.
        attempt: how many plans this run has asked for.
        refused: why the last one could not be used, or "".
        sampling: how to sample the plan.
        recorder: receives the events.
        ledger: pays for the call.

    Raises:
        BudgetExceeded: the call is not admitted.
        ModelUnavailable: the model cannot answer.
    """
    if not needs_split(task):
        return _made(single_plan(task), "single", recorder), "single"
    if attempt >= MAX_ATTEMPTS:
        return _made(stated_plan(task), "fallback", recorder), "fallback"
    found = make_plan(
        task, model, attempt=attempt, refused=refused, sampling=sampling, recorder=recorder, ledger=ledger
    )
    return found, "model"


def make_plan(
    task: Task,
    model: ChatModel,
    *,
    attempt: int,
    refused: str,
    sampling: Sampling,
    recorder: Recorder,
    ledger: Ledger,
) -> Plan | PlanRejected:
    """Ask once; the arguments and errors are those of `propose`."""
    entry = entry_name(task)
    request = MakePlan(
        task_id=task.id,
        title=task.title,
        statement=task.statement,
        entry_point=entry,
        signature=signature_of(task, entry),
        attempt=attempt,
        refused=refused,
    )
    call = Call(request, replace(sampling, sample=attempt))
    answer = ask(model, call, episode=EPISODE, ledger=ledger, recorder=recorder)
    found = _understood(task, answer)
    if isinstance(found, PlanRejected):
        recorder.emit(PlanRefused(found.reason))
        return found
    return _made(found, "model", recorder)


def _understood(task: Task, answer: Completion) -> Plan | PlanRejected:
    if isinstance(answer.reply, PlanReply):
        return plan_from_parts(task, mended(answer.reply.parts, task, entry_name(task)))
    if isinstance(answer.reply, BrokenReply):
        return PlanRejected(f"the reply holds no plan: {answer.reply.reason}")
    return PlanRejected(f"the reply is {answer.reply.kind}, not a plan")


def _made(plan: Plan, source: str, recorder: Recorder) -> Plan:
    recorder.emit(PlanMade(plan.subtasks, source))
    return plan
