"""The first events of a session: what runs with what, or what a resumed run does not do again."""

from __future__ import annotations

from hrl import __version__
from hrl.events import RunResumed, RunStarted, Warned
from hrl.graphs.account import Account
from hrl.graphs.bench import Workbench
from hrl.graphs.progress import Progress
from hrl.graphs.setup import Setup
from hrl.graphs.state import RunState


def announce(setup: Setup, bench: Workbench, account: Account, state: RunState, *, resumed: bool) -> None:
    """Emit `RunStarted` once for a run, `RunResumed` for every later session, and warnings."""
    recorder = bench.recorder
    if not account.started:
        recorder.emit(_started(setup, bench))
        for note in setup.notes:
            recorder.emit(Warned(note))
        if bench.sandbox.backend == "process":
            recorder.emit(Warned(f"the sandbox is only a process: {bench.sandbox.isolation}"))
    if resumed:
        recorder.emit(RunResumed(skipped(state, account), len(bench.replies)))


def skipped(state: RunState, account: Account) -> tuple[str, ...]:
    """What is not done again, in words."""
    progress = Progress.of(state)
    found = []
    if progress.plan is not None:
        found.append(f"the plan of {_count(len(progress.plan.subtasks), 'subtask')}")
    if progress.results:
        found.append(f"the episodes of {', '.join(progress.results)}")
    done = {name for name, _ in account.codes} - {""}
    running = [name for name in done if account.subtask_of.get(name) not in (None, "", *progress.results)]
    if running:
        found.append(f"the steps so far of {', '.join(sorted(running))}")
    if progress.program is not None:
        found.append("the integration")
    if progress.evaluation is not None:
        found.append("the evaluation")
    if account.model_calls:
        found.append(_count(account.model_calls, "model call"))
    return tuple(found)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _started(setup: Setup, bench: Workbench) -> RunStarted:
    return RunStarted(
        verb="solve",
        run=setup.run.id,
        task_id=setup.task.id,
        title=setup.task.title,
        models={role: model.name for role, model in bench.models.items()},
        prompts={role: model.style for role, model in bench.models.items()},
        policy=bench.executive_policy.name,
        sandbox=bench.sandbox.backend,
        isolation=bench.sandbox.isolation,
        seed=setup.settings.seed,
        budget=bench.ledger.budget,
        version=__version__,
    )
