"""What each option does: state in, update of the state out. No langgraph here; the machines call these.

`execute` is not here as one function, because its episodes run in parallel (`ordering`); `integrate` has a
file of its own (`integrating`).
"""

from __future__ import annotations

from hrl.errors import BudgetExceeded
from hrl.evaluation import freeze, grading_job
from hrl.events import BudgetSpent, Evaluated, HiddenOpened, OptionChosen, PlanMade
from hrl.executive import Episode, start_episode
from hrl.executive.actions import MAX_DEBUGS
from hrl.graphs.bench import Workbench
from hrl.graphs.decision import HIERARCHICAL, OPTIONS, WHOLE, observe_run, option_mask, redo
from hrl.graphs.integrating import after_failure, evidence
from hrl.graphs.progress import Progress
from hrl.graphs.replanning import REVISED, revise, shape_of, words_of
from hrl.graphs.state import Evaluation, RunState, dumped
from hrl.planner import entry_name, needs_split, propose, signature_of, single_plan
from hrl.types import Plan, PlanRejected, Subtask, TestReport, dump


def consider(state: RunState, bench: Workbench) -> Progress:
    """The state as a decision sees it: with what is spent by now, and whether there is something to plan."""
    spent = state.get("spent") or bench.ledger.exhausted() or ""
    splits = state["splits"] if "splits" in state else needs_split(bench.task)
    return Progress.of({**state, "spent": spent, "splits": splits})


def choose_option(state: RunState, bench: Workbench) -> RunState:
    """Ask the Hierarchical policy, and note what the chosen option needs."""
    progress = consider(state, bench)
    seen, mask = observe_run(progress, bench.ledger.left()), option_mask(progress)
    choice = bench.hierarchical_policy.act(seen, mask)
    option = OPTIONS[choice.action]
    bench.recorder.emit(
        OptionChosen(
            option=option,
            mask={name: bool(legal) for name, legal in zip(OPTIONS, mask, strict=True)},
            values=dict(zip(OPTIONS, choice.values, strict=True)) if choice.values is not None else None,
            policy=bench.hierarchical_policy.name,
            cycle=progress.failures,
            features=HIERARCHICAL.named(seen),
        )
    )
    return chosen(progress, option, bench)


def chosen(progress: Progress, option: str, bench: Workbench) -> RunState:
    """What a chosen option needs; `execute` without a plan takes the task in one piece."""
    counts = {**progress.counts, option: progress.counts.get(option, 0) + 1}
    update = RunState(option=option, counts=counts, spent=progress.spent, splits=progress.splits)
    if option != "execute":
        return update
    update["round"] = progress.round + 1
    update["known"] = progress.programs
    update["todo"] = redo(progress)
    if progress.plan is None:
        plan = single_plan(bench.task)
        bench.recorder.emit(PlanMade(plan.subtasks, WHOLE))
        update |= _planned(plan, WHOLE, progress, bench)
        update["todo"] = [subtask.name for subtask in plan.subtasks]
    return update


def make_plan(state: RunState, bench: Workbench) -> RunState:
    """Plan, or plan anew after a failure: first within what the words allow, then by asking the model."""
    progress = Progress.of(state)
    revision = revise(progress, bench.task) if progress.plan_source in ("model", REVISED) else None
    if revision is not None:
        bench.recorder.emit(PlanMade(revision.subtasks, REVISED))
        return _planned(revision, REVISED, progress, bench)
    try:
        plan, source = propose(
            bench.task,
            bench.models["planner"],
            attempt=progress.counts["plan"] - 1,
            refused=progress.refused or evidence(progress),
            sampling=bench.sampling,
            recorder=bench.recorder,
            ledger=bench.ledger,
        )
    except BudgetExceeded as problem:
        bench.recorder.emit(BudgetSpent(problem.resource))
        return RunState(spent=problem.resource)
    if isinstance(plan, PlanRejected):
        return RunState(refused=plan.reason)
    return _planned(plan, source, progress, bench)


def remaining(state: RunState, bench: Workbench) -> RunState:
    """After a wave: what the present `execute` still has to run; a changed part voids the program."""
    progress = consider(state, bench)
    done = {name for name, found in progress.results.items() if found.round == progress.round}
    todo = [] if progress.spent else [name for name in progress.todo if name not in done]
    return RunState(todo=todo, spent=progress.spent, program=None, evaluation=None)


def evaluation_episode(state: RunState, bench: Workbench) -> Episode:
    """The Executive's evaluation mode: the merged program against all visible tests."""
    progress = Progress.of(state)
    assert progress.program is not None, "the mask allows no evaluation without a program"
    task, entry, number = bench.task, entry_name(bench.task), progress.counts["evaluate"]
    goal = task.statement.strip() or task.title
    known = progress.results.get(entry)
    return start_episode(
        task.id,
        Subtask(entry, goal, signature_of(task, entry), task.visible_tests),
        mode="evaluate",
        episode_id=f"evaluate-{number}",
        candidate=progress.program,
        entry_point=entry,
        has_documents=bench.retriever.has_documents,
        passages=known.passages if known else (),
        attempt_offset=(number - 1) * MAX_DEBUGS,
        repeated=number > 1,
    )


def take_evaluation(state: RunState, bench: Workbench, episode: Episode) -> RunState:
    """Note the evaluation; a repaired program replaces the merged one, and the best one is never lost."""
    progress = Progress.of(state)
    assert episode.best is not None, "evaluation mode starts with a program"
    report = episode.best.report
    visible, written = (report, None) if episode.suite == "visible" else (None, report)
    found = Evaluation(episode.best.candidate, visible, written)
    bench.recorder.emit(Evaluated(visible, written))
    best = found if progress.best is None or found.rank > progress.best.rank else progress.best
    return RunState(
        program=dump(found.candidate),
        evaluation=dump(found),
        best=dump(best),
        tried=after_failure(state, found),
        spent=progress.spent or episode.resource,
    )


def freeze_answer(state: RunState, bench: Workbench) -> RunState:
    """The best program becomes the answer; nothing changes it afterwards."""
    progress = Progress.of(state)
    code = progress.program.code if progress.program else bench.task.starter_code
    if progress.best is not None:
        code = progress.best.candidate.code
    if code.strip():
        bench.keep(code)
    return RunState(answer=code, evaluation=dumped(progress.best or progress.evaluation))


def grade(state: RunState, bench: Workbench) -> RunState:
    """Open the hidden tests, once, for the frozen answer.

    Grading measures the answer and cannot improve it, so a spent budget does not forbid it; it is charged.
    """
    code = state["answer"]
    if not bench.hidden or not code.strip():
        return RunState(hidden=None)
    return RunState(hidden=dump(bench.graded or _graded(code, bench)))


def _graded(code: str, bench: Workbench) -> TestReport:
    answer = freeze(code, entry_name(bench.task))
    report = bench.sandbox.run(grading_job(answer, bench.hidden.open(answer), bench.limits))
    bench.ledger.charge_sandbox_run(f"hidden:{answer.candidate.digest}")
    bench.recorder.emit(HiddenOpened(bench.hidden.opened, report))
    return report


def _planned(plan: Plan, source: str, progress: Progress, bench: Workbench) -> RunState:
    """A plan; what was made of another one is left behind. The same plan again only says that it is that."""
    if plan == progress.plan:
        return RunState(refused="", same=progress.round)
    return RunState(
        plan=dump(plan),
        plan_source=source,
        planned=progress.round,
        plans=list(dict.fromkeys([*progress.plans, shape_of(plan)])),
        words=words_of(plan, bench.task),
        searched=0,
        refused="",
        program=None,
        evaluation=None,
    )
