"""Exploring live exercises: walks that take what is legal, several exercises at a time for a model's batches.

The walks of one exercise come one after the other and draw from their own generators, so what is found does
not depend on which thread was faster. Everything that a walk passes is kept with what stopping there is
worth, so that learning from it never has to guess.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import replace
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
from hrl.training.exercises import Exercise, StoredExercise
from hrl.training.from_runs import TRAJECTORIES, stored
from hrl.training.live_functions import BUDGET, LiveFunctions
from hrl.training.recipe import Recipe
from hrl.training.trajectories import Led, Trajectories
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
    workers: int,
    console: Console | None = None,
) -> list[StoredExercise]:
    """What a recipe's live functions lead to: read where `out` holds it, else explored.

    Args:
        out: keeps trajectories and replies, so that nothing is asked twice.
        recipe: names the model.
        settings: of model and sandbox runs.
        sandbox: runs programs.
        workers: exercises at a time.
        console: where progress is drawn; None: nowhere.

    Raises:
        ModelSpecError: the model cannot be used.
        EnvironmentFailure: the model or the sandbox failed. What was kept before stays.
    """
    given, stage = recipe.live, "explore"
    path, finished = out / TRAJECTORIES, stages(out)
    if stage in finished:
        return stored(Trajectories.of(path, EXECUTIVE))
    limits = Limits(seconds_per_test=settings.seconds_per_test, memory_mb=settings.memory_mb)
    sampling = Sampling(given.temperature, settings.top_p, settings.max_tokens, settings.seed)
    with ExitStack() as stack:
        replies = ReplyCache(out / "replies.sqlite")
        stack.callback(replies.close)
        model = open_model(given.model, settings, cache=replies)
        stack.callback(model.close)
        depends = {"model": model.fingerprint, "sampling": str(dump(sampling))}
        trajectories = stack.enter_context(Trajectories(path, depends, EXECUTIVE))
        done = stack.enter_context(counted(console, "exploring", given.functions))
        explore(
            LiveFunctions(model, given.split, recipe.seed, sampling),
            range(given.functions),
            sandbox,
            limits,
            trajectories,
            walks=given.walks,
            guides=(load_policy("debug-10", EXECUTIVE),),
            seed=(recipe.seed,),
            workers=workers,
            done=done,
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
    walks: int,
    guides: tuple[Policy, ...] = (),
    seed: tuple[int, ...] = (0,),
    workers: int = 1,
    done: Callable[[], None] = lambda: None,
) -> None:
    """Walk every exercise: once with each guide, and then at random.

    Args:
        functions: exercises by number.
        places: numbers of those that are walked; finished ones are left out.
        sandbox: runs programs.
        limits: of a run.
        trajectories: where outcomes are kept.
        walks: of each exercise, beside those of the guides; fewer where they found nothing new.
        guides: deterministic policies.
        seed: of the random actions.
        workers: exercises at a time.
        done: called after each exercise.

    Raises:
        EnvironmentFailure: the model or the sandbox failed. What was kept before stays.
    """
    halt = threading.Event()

    def one(place: int) -> None:
        exercise = functions.number(place)
        for number, guide in enumerate((*guides, *[None] * walks)):
            if halt.is_set():
                return
            generator = np.random.default_rng([*seed, place, number])
            _walk(functions.name(place), exercise, sandbox, limits, trajectories, guide, generator)
        done()

    pool = ThreadPoolExecutor(workers, thread_name_prefix="hrl-explore")
    try:
        futures = [pool.submit(_asking, functions, one, place) for place in places]
        wait(futures, return_when=FIRST_EXCEPTION)
        halt.set()
        for future in futures:
            future.result()
    finally:
        halt.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _asking(functions: LiveFunctions, one: Callable[[int], None], place: int) -> None:
    """Let batches wait for this thread while it works on an exercise."""
    if not isinstance(functions.model, BatchingModel):
        return one(place)
    with functions.model.expecting():
        return one(place)


def _walk(
    name: str,
    exercise: Exercise,
    sandbox: Sandbox,
    limits: Limits,
    trajectories: Trajectories,
    guide: Policy | None,
    generator: np.random.Generator,
) -> None:
    """One walk to the end, with a budget of its own."""
    walk = LiveEpisode(replace(exercise, ledger=Ledger(BUDGET, reserve=0.0)), sandbox, limits)
    trajectories.tree(name, exercise.kind)
    trajectories.keep(name, (), walk.here)
    while walk.here.legal and not walk.here.spent:
        if walk.here.mask[Action.STOP]:
            trajectories.keep(name, (*walk.path, int(Action.STOP)), walk.look(int(Action.STOP)))
        action = (
            guide.act(walk.here.observation, walk.here.mask).action if guide else _drawn(walk.here, generator)
        )
        path = (*walk.path, action)
        trajectories.keep(name, path, walk.take(action))


def _drawn(here: Led, generator: np.random.Generator) -> int:
    weights = np.array([WEIGHTS[Action(place)] for place in here.legal])
    return int(generator.choice(here.legal, p=weights / weights.sum()))
