"""Run as a program: starts a run in a child for each moment, which kills itself with SIGKILL at that moment.

Usage: python graphs_killed.py FOLDER. Prints a JSON object: moment → run directory.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from graphs_scenes import PIPELINE, new_run, pipeline_answers, settings_for

from hrl.events import Stamped
from hrl.graphs.solve import run_solve

# (kind of event, the how-many-th of its kind) → the process dies right after that line of the trace.
MOMENTS = {
    "at the start": ("run.started", 1),
    "after the plan was answered": ("model.answered", 1),
    "after the plan": ("plan.made", 1),
    "in the middle of a batch": ("model.answered", 2),
    "after a test failed": ("tests.run", 2),
    "when the last part begins": ("episode.started", 3),
    "while integrating": ("integrated", 1),
    "while evaluating": ("tests.run", 5),
    "after the hidden tests": ("hidden.opened", 1),
    "at the very end": ("run.finished", 1),
}


def main(folder: Path) -> None:
    """Kill one run for each moment; they wait for the disk more than for the processor, so all at once."""
    children = {moment: _start(folder / str(number), moment) for number, moment in enumerate(MOMENTS)}
    runs = {}
    for moment, (child, run) in children.items():
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"{moment}: the run was not killed ({status})"
        assert os.WTERMSIG(status) == signal.SIGKILL
        runs[moment] = run
    json.dump(runs, sys.stdout)


def _start(folder: Path, moment: str) -> tuple[int, str]:
    settings = settings_for(folder, pipeline_answers())
    run = new_run(settings, PIPELINE)
    child = os.fork()
    if child == 0:
        run_solve(PIPELINE, "# Pipeline\n", settings, run, listeners=[Killer(*MOMENTS[moment])])
        os._exit(0)
    return child, str(run.path)


class Killer:
    """Kills its own process after the given event."""

    def __init__(self, kind: str, count: int) -> None:
        self._kind = kind
        self._left = count

    def __call__(self, stamped: Stamped) -> None:
        self._left -= stamped.event.kind == self._kind
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
