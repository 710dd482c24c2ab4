"""One run of a program, option by option: what is known is recalled, everything else is carried out.

What was carried out is put into the trajectories; `trajectories.StoredWalk` goes only where others have been.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hrl.budget import Spent
from hrl.executive import Episode
from hrl.graphs.bench import Workbench
from hrl.graphs.decision import OPTIONS
from hrl.graphs.driving import Taken, sight, take
from hrl.graphs.ending import final_verdict
from hrl.graphs.progress import Progress
from hrl.graphs.state import RunState, first_state
from hrl.policies.base import ActionMask, Policy
from hrl.training.programs import Program, Workshop
from hrl.training.trajectories import Led, Options, Trajectories

STOP = OPTIONS.index("stop")


class LiveWalk:
    """Carries options out through `hrl.graphs.driving`, from the start again where it was recalled so far.

    Args:
        program: what is solved.
        workshop: what it is solved with.
        trajectories: what is known already, and where outcomes are kept.
        policy: named in the workbench; it decides nothing here.

    Attributes:
        starts: first states of the Executive's episodes that were carried out in this walk.
    """

    def __init__(
        self, program: Program, workshop: Workshop, trajectories: Trajectories, policy: Policy | None = None
    ) -> None:
        self.name, self.kind = program.name, program.kind
        self.tree = trajectories.tree(program.name, program.kind)
        self.path: Options = ()
        self.starts: list[Episode] = []
        self._program = program
        self._workshop = workshop
        self._policy = policy or workshop.executive
        self._trajectories = trajectories
        self._live: tuple[Workbench, RunState] | None = None
        self._done = 0
        known = self.tree.led.get(())
        self.here = known or self._begun()

    @property
    def available(self) -> ActionMask:
        """Every legal option."""
        return self.here.mask

    def take(self, option: int) -> Led:
        """Recall or carry out; see `trajectories.Walk`."""
        if not self.here.mask[option]:
            raise ValueError(f"{OPTIONS[option]} is not legal now")
        path = (*self.path, option)
        known = self.tree.led.get(path)
        if known is None:
            known = self._carried_out(option)
            self._trajectories.keep(self.name, path, known)
        self.path, self.here = path, known
        return known

    def _begun(self) -> Led:
        bench, state = self._opened()
        led = _led(bench, Taken(state, 0), bench.ledger.spent())
        self._trajectories.keep(self.name, (), led)
        return led

    def _opened(self) -> tuple[Workbench, RunState]:
        if self._live is None:
            self._live = self._workshop.bench(self._program, self._policy), first_state()
        return self._live

    def _carried_out(self, option: int) -> Led:
        bench, state = self._opened()
        for earlier in self.path[self._done :]:
            state = self._taken(state, earlier, bench).state
        before = bench.ledger.spent()
        taken = self._taken(state, option, bench)
        led = _led(bench, taken, before)
        # Grading is free: it measures the answer and is no choice of the policy.
        return led if option != STOP else replace(led, legal=(), sandbox_runs=0)

    def _taken(self, state: RunState, option: int, bench: Workbench) -> Taken:
        taken = take(state, OPTIONS[option], bench)
        self.starts += taken.starts
        self._live = bench, taken.state
        self._done += 1
        return taken


def _led(bench: Workbench, taken: Taken, before: Spent) -> Led:
    observation, mask = sight(taken.state, bench)
    spent = bench.ledger.spent()
    progress = Progress.of(taken.state)
    return Led(
        seen=tuple(float(value) for value in observation),
        legal=tuple(int(place) for place in np.flatnonzero(mask)),
        steps=taken.steps,
        tokens=spent.tokens - before.tokens,
        model_calls=spent.model_calls - before.model_calls,
        sandbox_runs=spent.sandbox_runs - before.sandbox_runs,
        passed=progress.best is not None and progress.best.passed,
        solved=bool(taken.state.get("answer")) and final_verdict(bench.task, taken.state).solved,
    )
