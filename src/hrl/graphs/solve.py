"""`hrl solve` and `hrl resume`: the whole machine on one screen.

    task ─► plan ─► execute ─► integrate ─► evaluate ─► stop ─► grade
              one Executive episode for each subtask, in parallel

1. `write_setup` fills the run directory (or `read_setup` reads it again).
2. `open_bench` opens models, sandbox, retrieval and policies.
3. `hierarchical_machine` is driven under a checkpointer until it stops, is stopped, or the environment fails.
4. `finish` or `fail` writes the result. Nothing already produced is lost in either.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable
from contextlib import closing

from langgraph.errors import GraphDrained

from hrl.budget import Ledger
from hrl.config import Settings
from hrl.errors import BadInput, HrlError, Interrupted
from hrl.evaluation import HiddenTests
from hrl.events import FileRecorder, Recorder, Stamped, read_trace
from hrl.graphs.account import Account
from hrl.graphs.announcing import announce
from hrl.graphs.bench import Workbench, open_bench
from hrl.graphs.checkpoints import open_checkpoints
from hrl.graphs.ending import Outcome, fail, finish
from hrl.graphs.hierarchical import RECURSION_LIMIT, hierarchical_machine
from hrl.graphs.setup import Setup, read_setup, write_setup
from hrl.graphs.state import RunState, first_state
from hrl.graphs.stopping import Stopper, stopping
from hrl.runs import RunDirectory, logging_to
from hrl.types import Task

Listeners = Iterable[Callable[[Stamped], None]]
STOPPED = "interrupted; `hrl resume` goes on from here"


def run_solve(
    task: Task, text: str, settings: Settings, run: RunDirectory, *, listeners: Listeners = ()
) -> Outcome:
    """Solve a task in a fresh run directory.

    Args:
        task: what to solve.
        text: the task as the user wrote it.
        settings: everything that the user set.
        run: a new run directory.
        listeners: called with every event, for displays.

    Raises:
        BadInput: a model or policy that is named cannot be used.
        StorageFailure: the run directory cannot be written at all.
    """
    with run.lock():
        return _session(write_setup(run, task, text, settings), listeners, resumed=False)


def resume(run: RunDirectory, *, listeners: Listeners = ()) -> Outcome:
    """Go on with a run that was killed, interrupted or stopped by its environment.

    Raises:
        RunError: it cannot be resumed.
        BadInput: as `run_solve`.
    """
    with run.lock():
        setup = read_setup(run)
        run.remove(run.result)
        return _session(setup, listeners, resumed=True)


def _session(setup: Setup, listeners: Listeners, *, resumed: bool) -> Outcome:
    """Drive the machine once; whatever ends it becomes an outcome, except bad input and bugs."""
    run, task = setup.run, setup.task
    account = Account.of(read_trace(run.events)) if run.events.exists() else Account()
    opened: list[Workbench] = []
    with logging_to(run), closing(FileRecorder(run.events, listeners)) as recorder:

        def abort() -> None:
            fail(run, task, recorder, Interrupted(STOPPED))
            for bench in opened:
                bench.sandbox.close()
            os._exit(Interrupted.exit_code)

        try:
            with stopping(abort) as stopper:
                state = _drive(setup, account, recorder, stopper, opened, resumed=resumed)
            return finish(run, task, recorder, state)
        except BadInput as problem:
            fail(run, task, recorder, problem)
            raise
        except HrlError as problem:
            return fail(run, task, recorder, problem)
        except (GraphDrained, KeyboardInterrupt):
            return fail(run, task, recorder, Interrupted(STOPPED))
        except Exception:
            run.append_log(traceback.format_exc())
            fail(run, task, recorder, HrlError("hrl itself failed; log.txt of the run holds the traceback"))
            raise


def _drive(
    setup: Setup,
    account: Account,
    recorder: Recorder,
    stopper: Stopper,
    opened: list[Workbench],
    *,
    resumed: bool,
) -> RunState:
    """Open everything, and run the machine from where its checkpoint stands to its end."""
    run, task, settings = setup.run, setup.task, setup.settings
    ledger = Ledger(settings.budget(task.budget))
    ledger.restore(account.spent, account.charged)
    hidden = HiddenTests(task.hidden_tests, opened=account.opened)
    with (
        open_checkpoints(run.checkpoint) as saver,
        open_bench(setup, recorder, ledger, hidden=hidden, graded=account.hidden) as bench,
    ):
        opened.append(bench)
        machine = hierarchical_machine(bench, saver)
        config = {
            "configurable": {"thread_id": run.id},
            "recursion_limit": RECURSION_LIMIT,
            "max_concurrency": settings.max_parallel,
        }
        before: RunState = machine.get_state(config).values
        announce(setup, bench, account, before, resumed=resumed)
        stopper.running = True
        start = None if before else first_state()
        end: RunState = machine.invoke(start, config, durability="sync", control=stopper.control)
        return end
