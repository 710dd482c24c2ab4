"""Joint fine-tuning: the Executive learns on the very episodes that the Hierarchical policy brings about.

Both learners are the same, and so is the loop: an episode that began inside an option becomes an exercise
of the Executive's own environment, rewarded by hidden tests of its function. Drills are mixed in, so that
what it knew before stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from hrl.budget import Ledger
from hrl.errors import RunError
from hrl.executive import EXECUTIVE
from hrl.policies import GreedyPolicy
from hrl.policies.base import Policy
from hrl.training.collecting import Start
from hrl.training.drills import drill_source
from hrl.training.environment import ExecutiveEnv
from hrl.training.exercises import Exercise, MixedSource, Moment
from hrl.training.hierarchical_recipe import JointRecipe
from hrl.training.programs import Workshop
from hrl.training.study import Study


class StartSource:
    """Draws exercises from first states of episodes, each equally often.

    Args:
        starts: programs with first states of episodes; those without hidden tests of their own are left
            out, because nothing would judge them.
        workshop: whose search they use.

    Raises:
        RunError: none is left.
    """

    def __init__(self, starts: Sequence[Start], workshop: Workshop) -> None:
        self._starts = [start for start in starts if start[0].hidden.get(start[1].subtask.name)]
        self._memories: list[dict[tuple[int, ...], Moment]] = [{} for _ in self._starts]
        self._workshop = workshop
        if not self._starts:
            raise RunError("there are no episodes to fine-tune the Executive on")

    def __call__(self, generator: np.random.Generator) -> Exercise:
        """One of them, with a budget of its own; what it led to before is remembered."""
        place = int(generator.integers(len(self._starts)))
        program, episode = self._starts[place]
        return Exercise(
            kind=f"{episode.mode} {program.kind}",
            episode=episode,
            model=program.model(),
            retriever=self._workshop.retriever,
            ledger=Ledger(program.budget),
            hidden=program.hidden[episode.subtask.name],
            limits=program.limits or self._workshop.limits,
            memory=self._memories[place],
        )


def fine_tune(
    out: Path,
    recipe: JointRecipe,
    executive: Policy,
    starts: Sequence[Start],
    workshop: Workshop,
    *,
    seed: int,
    resume: bool,
    console: Console | None = None,
) -> GreedyPolicy:
    """Go on training the Executive; its checkpoint and metrics are in `out`.

    Args:
        out: a directory of its own.
        recipe: steps, learner and prices.
        executive: a network; training begins with its weights.
        starts: what `collect` gave back.
        workshop: its sandbox runs the programs.
        seed: of exploration, batches and exercises.
        resume: go on from the checkpoint, where there is one.
        console: where progress is drawn.

    Raises:
        RunError: the Executive is no network, or there is nothing to train on.
        EnvironmentFailure: the model or the sandbox failed; nothing is learned from that.
    """
    if not isinstance(executive, GreedyPolicy):
        raise RunError(f"the Executive {executive.name} is no network and cannot be fine-tuned")
    out.mkdir(parents=True, exist_ok=True)
    shape = executive.architecture
    config = replace(recipe.learner, hidden=shape.hidden, dueling=shape.dueling, layer_norm=shape.layer_norm)
    parts: list[tuple[float, Any]] = [(1.0 - recipe.drills, StartSource(starts, workshop))]
    parts += [(recipe.drills, drill_source())] if recipe.drills else []
    env = ExecutiveEnv(MixedSource(tuple(parts)), workshop.sandbox, recipe.prices, workshop.limits)
    weights = executive.weights
    study = Study(out, EXECUTIVE, env, config, seed, weights=weights, resume=resume, console=console)
    study.run(recipe.steps)
    return study.policy()
