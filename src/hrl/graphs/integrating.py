"""The option `integrate`: join the parts' programs; search combinations of them before a model is asked.

The programs of earlier executes stay in the pool. Which of them go together is found on this machine: joined
programs run against the task's own tests, the likeliest first, each at most once in a run. What a model put
together runs against them too, so that no option is needed to see that it passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, product

from hrl.errors import BudgetExceeded
from hrl.events import BudgetSpent, Evaluated, Integrated, TestsRun
from hrl.executive.requests import job_key
from hrl.graphs.bench import Workbench
from hrl.graphs.progress import Progress
from hrl.graphs.state import Evaluation, RunState
from hrl.integrator import integrate, merge
from hrl.integrator.integrate import EPISODE
from hrl.planner import entry_name
from hrl.sandbox.base import Job
from hrl.types import Candidate, Plan, TestReport, dump

# Joined programs that one integration runs, and how many it looks at for that.
MOST_RUNS = 8
MOST_LOOKED_AT = 64


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found: `code` passes the task's tests, or is "" where nothing that was run does.

    Attributes:
        report: of the tests that `code` passes; None where it is "".
        failed: digests of the joined programs whose tests failed.
        looked: how many joined programs were looked at.
    """

    code: str
    failed: tuple[str, ...]
    looked: int
    report: TestReport | None = None


def merge_parts(state: RunState, bench: Workbench) -> RunState:
    """Candidates to a program: a combination that passes, else a merge; a model where a merge failed.

    Raises:
        SandboxUnavailable: the sandbox, not a program, failed.
    """
    progress = Progress.of(state)
    assert progress.plan is not None, "the mask allows no integration without a plan"
    found = search(progress, bench)
    update = RunState(
        tried=list(dict.fromkeys([*state.get("tried", ()), *found.failed])),
        searched=max(progress.searched, found.looked),
    )
    if found.report is not None:
        bench.recorder.emit(Integrated("search", found.code, (_note(found),)))
        return update | _evaluated(Candidate.of(found.code, "search"), found.report, bench)
    program = _merged(progress, progress.plan, bench)
    if program.origin == "model" and bench.task.visible_tests and program.digest not in update["tried"]:
        report = _tested(program, entry_name(bench.task), bench)
        if report is not None and report.verdict == "pass":
            return update | _evaluated(program, report, bench)
    # A program whose evaluation is known comes back with it: evaluating it again would bring nothing.
    same = progress.evaluation is not None and progress.evaluation.candidate.digest == program.digest
    evaluation = state.get("evaluation") if same else None
    return update | RunState(program=dump(program), evaluation=evaluation)


def search(progress: Progress, bench: Workbench) -> Search:
    """Run combinations of the pool's programs until one passes the task's visible tests.

    Nothing is run where there is one combination only, no visible test, or no budget left.

    Raises:
        SandboxUnavailable: the sandbox, not a program, failed.
    """
    task, plan = bench.task, progress.plan
    if plan is None or progress.joined < 2 or not task.visible_tests or progress.spent:
        return Search("", (), 0)
    entry, looked = entry_name(task), 0
    failed: list[str] = []
    for chosen in islice(joined(progress, plan), MOST_LOOKED_AT):
        looked += 1
        code = merge(plan, chosen, entry).code
        candidate = Candidate.of(code, "search") if code else None
        if candidate is None or candidate.digest in progress.tried or candidate.digest in failed:
            continue
        if len(failed) == MOST_RUNS:
            looked -= 1
            break
        report = _tested(candidate, entry, bench)
        if report is None:
            break
        if report.verdict == "pass":
            return Search(code, tuple(failed), looked, report)
        failed.append(candidate.digest)
    return Search("", tuple(failed), looked)


def joined(progress: Progress, plan: Plan) -> Iterator[dict[str, str]]:
    """Combinations of the pool's programs: the best of each part first, then with one part changed, then two.

    Args:
        progress: its pool holds at least one program of each part.
        plan: names the parts.
    """
    names = [subtask.name for subtask in plan.in_order()]
    pool = {name: [_code(entry.candidate) for entry in progress.pool.get(name, ())] for name in names}
    if not all(pool.values()):
        return
    first = {name: codes[0] for name, codes in pool.items()}
    others = [name for name in reversed(names) if len(pool[name]) > 1]
    for changed in range(len(others) + 1):
        for some in combinations(others, changed):
            for codes in product(*(pool[name][1:] for name in some)):
                yield {**first, **dict(zip(some, codes, strict=True))}


def after_failure(state: RunState, found: Evaluation) -> list[str]:
    """Digests of failed programs, with that of a failed evaluation."""
    tried = state.get("tried", [])
    return tried if found.passed else list(dict.fromkeys([*tried, found.candidate.digest]))


def evidence(progress: Progress) -> str:
    """Why the present program fails, in one line, from tests that may be shown; "" where nothing says so."""
    evaluation = progress.evaluation
    if progress.program is None or progress.passed:
        return ""
    if evaluation is None or evaluation.report is None:
        lost = progress.failing
        return f"parts that do not pass their own tests: {', '.join(lost)}" if lost else ""
    report = evaluation.report
    first = next((entry for entry in report.outcomes if entry.status != "pass"), None)
    said = f"{first.name}: {first.message}" if first else report.message
    return f"the merged program does not pass its tests ({report.error_class or report.verdict}): {said}"


def _merged(progress: Progress, plan: Plan, bench: Workbench) -> Candidate:
    found = integrate(
        bench.task,
        plan,
        progress.candidates,
        bench.models["integrator"],
        sampling=bench.sampling,
        recorder=bench.recorder,
        ledger=bench.ledger,
        attempt=progress.counts["integrate"] - 1,
        evidence=evidence(progress),
    )
    return Candidate.of(found.program.code, found.method)


def _evaluated(program: Candidate, report: TestReport, bench: Workbench) -> RunState:
    """A program that passed all visible tests is evaluated by that: no option and no run comes after it."""
    bench.recorder.emit(Evaluated(report, None))
    evaluation = dump(Evaluation(program, report, None, joined=True))
    return RunState(program=evaluation["candidate"], evaluation=evaluation, best=evaluation)


def _tested(candidate: Candidate, entry: str, bench: Workbench) -> TestReport | None:
    """What the visible tests say of a joined program; None where the budget allows no run."""
    job = Job(candidate.code, bench.task.visible_tests, entry, limits=bench.limits)
    try:
        bench.ledger.admit_sandbox_run()
    except BudgetExceeded as spent:
        bench.recorder.emit(BudgetSpent(spent.resource))
        return None
    key, report = job_key(job), bench.sandbox.run(job)
    bench.ledger.charge_sandbox_run(key)
    bench.recorder.emit(TestsRun(EPISODE, candidate.digest, "visible", key, report))
    return report


def _code(candidate: Candidate | None) -> str:
    return candidate.code if candidate else ""


def _note(found: Search) -> str:
    return f"a combination of known parts passes; {len(found.failed)} others did not"
