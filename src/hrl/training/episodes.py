"""One episode of the Executive, action by action: carried out through `hrl.executive.step`, or recalled.

The lower level's counterpart of `walks`: a live episode goes wherever its mask allows, a stored one only
where live ones have been (`trajectories.StoredWalk`).
"""

from __future__ import annotations

import numpy as np

from hrl.events import MemoryRecorder
from hrl.executive import (
    Action,
    Cost,
    Tools,
    action_mask,
    budget_left,
    observe,
    outcome,
    potential,
    step,
)
from hrl.policies.base import ActionMask
from hrl.sandbox.base import Limits, Sandbox
from hrl.training.exercises import Exercise, Moment, passes_hidden
from hrl.training.trajectories import Led, Options


class LiveEpisode:
    """Takes the steps that `hrl solve` takes; what the exercise remembers is not done again.

    Args:
        exercise: its ledger is used up by this.
        sandbox: runs programs, hidden tests at the end among them.
        limits: of a run, where the exercise has none.
    """

    def __init__(self, exercise: Exercise, sandbox: Sandbox, limits: Limits) -> None:
        self.name, self.kind = exercise.episode.id, exercise.kind
        self.path: Options = ()
        self._exercise = exercise
        self._episode = exercise.episode
        self._tools = Tools(
            model=exercise.model,
            sandbox=sandbox,
            retriever=exercise.retriever,
            recorder=MemoryRecorder(),
            ledger=exercise.ledger,
            sampling=exercise.sampling,
            limits=exercise.limits or limits,
        )
        self.here = self._led(Cost())
        for option in exercise.begun:
            self.take(option)

    @property
    def available(self) -> ActionMask:
        """Every legal action."""
        return self.here.mask

    def take(self, option: int) -> Led:
        """Take it, or recall where it led."""
        memory, path = self._exercise.memory, (*self.path, option)
        known = memory.get(path) if memory is not None else None
        if known is None:
            known = self._taken(option)
            if memory is not None:
                memory[path] = known
        else:
            self._episode = known.episode
            self._tools.ledger.restore(known.spent, set())
        self.path, self.here = path, known.led
        return known.led

    def look(self, option: int) -> Led:
        """Where a legal action leads; the episode stays where it is."""
        path, here, episode, spent = self.path, self.here, self._episode, self._tools.ledger.spent()
        led = self.take(option)
        self.path, self.here, self._episode = path, here, episode
        self._tools.ledger.restore(spent, set())
        return led

    def _taken(self, option: int) -> Moment:
        taken = step(self._episode, Action(option), self._tools)
        self._episode = taken.episode
        solved = taken.terminated and passes_hidden(
            self._episode, self._exercise, self._tools.sandbox, self._tools.limits
        )
        led = self._led(taken.cost, solved=solved, spent=taken.truncated)
        return Moment(self._episode, self._tools.ledger.spent(), led)

    def _led(self, cost: Cost, *, solved: bool = False, spent: bool = False) -> Led:
        episode = self._episode
        legal = np.flatnonzero(action_mask(episode)) if episode.status != "stopped" else ()
        return Led(
            seen=tuple(observe(episode, budget_left(episode, self._tools)).tolist()),
            legal=tuple(int(place) for place in legal),
            steps=1,
            tokens=cost.tokens,
            model_calls=cost.model_calls,
            sandbox_runs=cost.sandbox_runs,
            passed=outcome(episode) == "passed",
            solved=solved,
            seconds=cost.seconds,
            searches=cost.searches,
            share=potential(episode),
            spent=spent,
        )
