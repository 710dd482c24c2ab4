"""Collecting trajectories: walks over programs, several programs at a time, so that a model gets batches.

The walks of one program come one after the other and draw from their own generators, so what is collected
does not depend on which thread was faster. What is known already is recalled.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hrl.executive import Episode
from hrl.policies.base import Policy
from hrl.training.parallel import side_by_side
from hrl.training.programs import Program, Workshop
from hrl.training.trajectories import Trajectories
from hrl.training.walks import LiveWalk

Start = tuple[Program, Episode]


def collect(
    programs: Sequence[Program],
    workshop: Workshop,
    trajectories: Trajectories,
    policy: Policy,
    *,
    walks: int,
    easy_walks: int = 1_000,
    tokens: int = 1_000_000,
    epsilon: float,
    seed: tuple[int, ...],
    workers: int = 1,
    done: Callable[[], None] = lambda: None,
) -> list[Start]:
    """Walk every program: first as the policy says, then with random legal options among its own.

    The second walk begins differently from the first, and a random option is one that was not taken there
    yet, as long as there is one: so every program has both sides of what is compared most.

    Args:
        programs: different names.
        workshop: what they are solved with.
        trajectories: where outcomes are kept.
        policy: has to be deterministic.
        walks: of each program.
        easy_walks: of a program that the first walk brought to its end without a correction.
        tokens: no further walk of a program begins once its outcomes cost so many.
        epsilon: share of random options in all walks but the first.
        seed: of the random options.
        workers: programs at a time.
        done: called after each program.

    Returns:
        First states of the Executive's episodes that were carried out, in the order of the programs.

    Raises:
        EnvironmentFailure: the model or the sandbox failed. What was kept before stays.
    """
    halt = threading.Event()

    def walk_all(place: int) -> list[Start]:
        program, found, easy = programs[place], list[Start](), False
        for number in range(walks):
            generator = np.random.default_rng([*seed, place, number])
            walk = LiveWalk(program, workshop, trajectories, policy)
            while walk.here.legal and not halt.is_set():
                share = 0.0 if number == 0 else 1.0 if number == 1 and not walk.path else epsilon
                walk.take(_chosen(walk, policy, generator, share))
            found += [(program, start) for start in walk.starts]
            easy = _easy(walk) if number == 0 else easy
            if _tokens(walk) >= tokens or (easy and number + 1 >= easy_walks):
                break
        done()
        return found

    # After a failure what is under way ends its option.
    found = side_by_side(walk_all, range(len(programs)), workers=workers, name="collect", halt=halt)
    return [start for starts in found for start in starts]


def _easy(walk: LiveWalk) -> bool:
    """It ended well, and no option was taken twice."""
    return walk.here.passed and len(set(walk.path)) == len(walk.path)


def _tokens(walk: LiveWalk) -> int:
    """What all walks of its program cost so far."""
    return sum(led.tokens for led in walk.tree.led.values())


def _chosen(walk: LiveWalk, policy: Policy, generator: np.random.Generator, epsilon: float) -> int:
    if generator.random() < epsilon:
        untaken = set(walk.here.legal) - set(walk.tree.following(walk.path))
        return int(generator.choice(sorted(untaken) or walk.here.legal))
    return policy.act(walk.here.observation, walk.here.mask).action


@contextmanager
def counted(console: Console | None, title: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on a console; what it yields moves the bar by one. None draws nothing."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=console is None,
    )
    with bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)
