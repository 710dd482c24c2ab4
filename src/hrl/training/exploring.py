"""Exploring live exercises: walks that take what is legal, several exercises at a time for a model's batches.

The walks of one exercise come one after the other and draw from their own generators, so what is found does
not depend on which thread was faster. Everything that a walk passes is kept with what stopping there is
worth, so that learning from it never has to guess.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from rich.console import Console

from hrl.budget import Ledger
from hrl.config import Settings
from hrl.executive import EXECUTIVE, Action
from hrl.llm import BatchingModel, ReplyCache, open_model
from hrl.llm.requests import Sampling
from hrl.policies import load_policy
from hrl.policies.base import Policy
from hrl.sandbox.base import Limits, Sandbox
from hrl.training.collecting import counted
from hrl.training.directory import stages, write_stages
from hrl.training.episodes import LiveEpisode
from hrl.training.exercises import BUDGET, StoredExercise
from hrl.training.from_runs import stored
from hrl.training.live_functions import LiveFunctions
from hrl.training.parallel import side_by_side
from hrl.training.recipe import Recipe
from hrl.training.trajectories import TRAJECTORIES, Led, Trajectories
from hrl.types import dump

# How often each action is drawn where it is legal, beside the others: a program that was not tested says
# nothing, repairs are what has to be learned, and what stopping brings is known without drawing it.
WEIGHTS = {Action.GENERATE: 1.0, Action.TEST: 8.0, Action.DEBUG: 3.0, Action.SEARCH: 1.0, Action.STOP: 1.0}


def explored(
    out: Path,
    recipe: Recipe,
    settings: Settings,
    sandbox: Sandbox,
    *,
    number: int,
    policy: Policy | None,
    workers: int,
    console: Console | None = None,
) -> list[StoredExercise]:
    """What the live functions of a round and of those before it lead to.

    Args:
        out: keeps trajectories and replies, so that nothing is asked twice; a finished round is read.
        recipe: names the model.
        settings: of model and sandbox runs.
        sandbox: runs programs.
        number: of the round, from 0.
        policy: what was learned before it; None: nothing, so the walks are at random.
        workers: exercises at a time.
        console: where progress is drawn; None: nowhere.

    Raises:
        ModelSpecError: the model cannot be used.
        EnvironmentFailure: the model or the sandbox failed. What was kept before stays.
    """
    given, stage, finished = recipe.live, f"explore {number}", stages(out)
    if stage in finished:
        return stored(Trajectories.of(out / TRAJECTORIES, EXECUTIVE))
    sampling = replace(Sampling.of(settings), temperature=given.temperature)
    with ExitStack() as stack:
        replies = ReplyCache(out / "replies.sqlite")
        stack.callback(replies.close)
        model = open_model(given.model, settings, cache=replies)
        stack.callback(model.close)
        depends = {"model": model.fingerprint, "sampling": str(dump(sampling))}
        trajectories = stack.enter_context(Trajectories(out / TRAJECTORIES, depends, EXECUTIVE))
        explore(
            LiveFunctions(model, given.split, recipe.seed, sampling),
            range(number * given.functions, (number + 1) * given.functions),
            sandbox,
            Limits.of(settings),
            trajectories,
            guide=policy or load_policy("debug-10", EXECUTIVE),
            walks=given.walks,
            epsilon=given.epsilon if policy else 1.0,
            seed=(recipe.seed, number),
            workers=workers,
            done=stack.enter_context(counted(console, "exploring", given.functions)),
        )
    write_stages(out, [*finished, stage])
    return stored(trajectories)


def explore(
    functions: LiveFunctions,
    places: Iterable[int],
    sandbox: Sandbox,
    limits: Limits,
    trajectories: Trajectories,
    *,
    guide: Policy,
    walks: int,
    epsilon: float,
    seed: tuple[int, ...] = (0,),
    workers: int = 1,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Walk every exercise: once as the guide says, then with random actions among its own.

    Args:
        functions: exercises by number.
        places: numbers of those that are walked.
        sandbox: runs programs.
        limits: of a run.
        trajectories: where outcomes are kept.
        guide: a deterministic policy.
        walks: of each exercise, beside the guide's own.
        epsilon: share of random actions in those.
        seed: of the random actions.
        workers: exercises at a time.
        done: called after each exercise.

    Raises:
        EnvironmentFailure: the model or the sandbox failed. What was kept before stays.
    """
    halt = threading.Event()

    def one(place: int) -> None:
        exercise, name = functions.number(place), functions.name(place)
        trajectories.tree(name, exercise.kind)
        for number in range(walks + 1):
            generator = np.random.default_rng([*seed, place, number])
            fresh = replace(exercise, ledger=Ledger(BUDGET, reserve=0.0))
            walk = LiveEpisode(fresh, sandbox, limits)
            trajectories.keep(name, (), walk.here)
            while walk.here.legal and not walk.here.spent and not halt.is_set():
                if walk.here.mask[Action.STOP]:
                    trajectories.keep(name, (*walk.path, int(Action.STOP)), walk.look(Action.STOP))
                action = _chosen(walk.here, guide, generator, epsilon if number else 0.0)
                path = (*walk.path, action)
                trajectories.keep(name, path, walk.take(action))
        done()

    side_by_side(partial(_asking, functions, one), places, workers=workers, name="explore", halt=halt)


def _asking(functions: LiveFunctions, one: Callable[[int], None], place: int) -> None:
    """Let batches wait for this thread while it works on an exercise."""
    if not isinstance(functions.model, BatchingModel):
        return one(place)
    with functions.model.expecting():
        return one(place)


def _chosen(here: Led, guide: Policy, generator: np.random.Generator, epsilon: float) -> int:
    if generator.random() >= epsilon:
        return guide.act(here.observation, here.mask).action
    weights = np.array([WEIGHTS[Action(place)] for place in here.legal])
    return int(generator.choice(here.legal, p=weights / weights.sum()))
