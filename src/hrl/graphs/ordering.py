"""The episodes of `execute`: which may start now, where each begins, and what is kept of it."""

from __future__ import annotations

from hrl.executive import Episode, outcome, start_episode
from hrl.executive.actions import MAX_DEBUGS
from hrl.graphs.bench import Workbench
from hrl.graphs.progress import Progress
from hrl.graphs.state import EpisodeOrder, RunState, SubtaskResult, code_digest, digest
from hrl.integrator import prelude
from hrl.llm.requests import Helper
from hrl.planner import entry_name, stated_signatures
from hrl.types import Subtask, dump


def orders(state: RunState, bench: Workbench) -> list[EpisodeOrder]:
    """Episodes that may start now: those whose dependencies have nothing left to do."""
    progress = Progress.of(state)
    plan = progress.plan
    if plan is None:
        return []
    waiting = set(progress.todo)
    ready = [
        subtask
        for subtask in plan.in_order()
        if subtask.name in waiting and not waiting & {entry.name for entry in plan.ancestors(subtask.name)}
    ]
    return [
        EpisodeOrder(
            subtask=subtask.name,
            round=progress.round,
            born=_born(subtask, progress),
            wave=[f"{entry.name}-{progress.round}" for entry in ready],
            episode=dump(_first_episode(subtask, progress, bench)),
        )
        for subtask in ready
    ]


def take_episode(order: EpisodeOrder, episode: Episode) -> RunState:
    """What is kept of an episode that was ordered; its program joins the pool."""
    best = episode.best
    found = SubtaskResult(
        of=digest(episode.subtask),
        round=order["round"],
        outcome=outcome(episode),
        candidate=best.candidate if best else None,
        share=(best.report.share if best.report else 0.0) if best else -1.0,
        passages=episode.passages,
        resource=episode.resource,
        behind=code_digest(episode.prelude),
        born=order["born"],
    )
    kept = dump(found)
    return RunState(results={order["subtask"]: kept}, pool={order["subtask"]: [kept]})


def _first_episode(subtask: Subtask, progress: Progress, bench: Workbench) -> Episode:
    assert progress.plan is not None
    plan, known = progress.plan, progress.results.get(subtask.name)
    needs, born = [plan.subtask(name) for name in subtask.depends_on], _born(subtask, progress)
    before = prelude(plan, progress.candidates, subtask.name)
    # What failed behind other code may be right behind this: its first programs come again, from the cache.
    elsewhere = known is not None and known.behind != code_digest(before)
    number = born if elsewhere else progress.round
    return start_episode(
        bench.task.id,
        subtask,
        episode_id=f"{subtask.name}-{progress.round}",
        prelude=before,
        helpers=tuple(Helper(entry.name, entry.signature, entry.goal) for entry in needs),
        starter=_starter(subtask, bench),
        entry_point=subtask.name,
        has_documents=bench.retriever.has_documents,
        passages=known.passages if known else (),
        attempt_offset=(number - 1) * MAX_DEBUGS,
        repeated=number > born,
        draft=any(progress.results[need.name].outcome == "failed" for need in plan.ancestors(subtask.name)),
    )


def _born(subtask: Subtask, progress: Progress) -> int:
    """The `execute` of a subtask's first episode: the present one where it had none."""
    known = progress.results.get(subtask.name)
    return known.born if known and known.born else progress.round


def _starter(subtask: Subtask, bench: Workbench) -> str:
    """The starter code belongs to the subtask that it begins, else to the entry point."""
    code = bench.task.starter_code
    begun = stated_signatures(code)
    owner = subtask.name in begun or (subtask.name == entry_name(bench.task))
    return code if owner else ""
