"""What a training of the Hierarchical policy works with: a model, a sandbox, the search, programs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hrl.config import Settings
from hrl.llm import BatchingModel, ReplyCache, open_model
from hrl.llm.requests import Sampling
from hrl.policies.base import Policy
from hrl.policies.greedy import GreedyPolicy
from hrl.retrieval import open_index
from hrl.retrieval.base import Retriever
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Limits, Sandbox
from hrl.training.environment import process_sandbox
from hrl.training.hierarchical_recipe import HierarchicalRecipe
from hrl.training.live_programs import LivePrograms
from hrl.training.programs import NothingFound, Program, Workshop
from hrl.training.reports import CachedSandbox
from hrl.training.scripted_programs import KINDS, ScriptedPrograms, scenes
from hrl.types import dump


@dataclass(frozen=True, slots=True)
class Practice:
    """Programs to practise on, and the workshop that they are solved in.

    Attributes:
        live: None where the recipe names no model.
    """

    recipe: HierarchicalRecipe
    workshop: Workshop
    live: LivePrograms | None

    def round(self, number: int) -> list[Program]:
        """The programs of a round, from 0: new ones each time, the same for the same seed."""
        given, found = self.recipe.live, dict[str, Program]()
        generator = np.random.default_rng([self.recipe.seed, 3, number])
        for place in range(number * given.programs, (number + 1) * given.programs):
            if self.live is None or generator.random() < given.scripted:
                program = ScriptedPrograms()(generator)
            else:
                program = self.live.number(place)
            found.setdefault(program.name, program)
        return list(found.values())

    def held_out(self, count: int) -> dict[str, list[Program]]:
        """Programs for tables, by title: at most so many scripted ones, and as many live ones; 0: none."""
        if not count:
            return {}
        scripted = [
            ScriptedPrograms.of(kind, scene, variant)
            for variant in range(4)
            for scene in scenes(held_out=True)
            for kind in KINDS
        ]
        found = {"scripted programs held out of training": scripted[:count]}
        if self.live is not None:
            others = replace(self.live, split="validation")
            found["the curriculum's validation split, hidden tests"] = [
                others.number(n) for n in range(count)
            ]
        return found

    def with_executive(self, executive: Policy) -> Practice:
        """The same with another intra-option policy."""
        return replace(self, workshop=replace(self.workshop, executive=executive))

    @property
    def depends(self) -> dict[str, str]:
        """What outcomes depend on beside the programs."""
        given = self.recipe.live
        return {
            "model": self.live.model.fingerprint if self.live else "scripted",
            "sampling": str(dump(self.live.sampling)) if self.live else "",
            "budget": str(dump(given.budget)),
            "executive": fingerprint(self.workshop.executive),
        }


def fingerprint(policy: Policy) -> str:
    """Its name, and a digest of its weights where it has any."""
    if not isinstance(policy, GreedyPolicy):
        return policy.name
    hasher = hashlib.sha256()
    for name in sorted(policy.weights):
        hasher.update(policy.weights[name].tobytes())
    return f"{policy.name}@{hasher.hexdigest()[:16]}"


@contextmanager
def open_practice(
    out: Path,
    recipe: HierarchicalRecipe,
    executive: Policy,
    settings: Settings,
    *,
    sandbox: Sandbox | None = None,
) -> Iterator[Practice]:
    """Open what the recipe asks for; replies and sandbox reports are kept in `out`.

    Args:
        out: an existing directory.
        recipe: names the model.
        executive: the frozen intra-option policy.
        settings: of model and sandbox.
        sandbox: where programs run; by default the configured one, or, where scripts hold every program,
            the process backend. The caller keeps it.

    Raises:
        BadInput: the model cannot be used.
        EnvironmentFailure: the model or the sandbox cannot be started.
    """
    with ExitStack() as stack:
        live = bool(recipe.live.model)
        box = sandbox or (open_sandbox(settings) if live else process_sandbox())
        if sandbox is None:
            stack.callback(box.close)
        replies = ReplyCache(out / "replies.sqlite" if live else None)
        stack.callback(replies.close)
        cached = CachedSandbox(box, out / "reports.jsonl" if live else None)
        workshop = Workshop(executive, cached, replies, _retriever(stack, live=live), Limits.of(settings))
        yield Practice(recipe, workshop, _live(recipe, settings, replies, stack) if live else None)


def _live(
    recipe: HierarchicalRecipe, settings: Settings, replies: ReplyCache, stack: ExitStack
) -> LivePrograms:
    given = recipe.live
    model: BatchingModel = open_model(given.model, settings, cache=replies)
    stack.callback(model.close)
    sampling = replace(Sampling.of(settings), temperature=given.temperature)
    return LivePrograms(model, given.split, recipe.seed, given.sizes, given.budget, sampling)


def _retriever(stack: ExitStack, *, live: bool) -> Retriever:
    """Live programs find what `hrl solve` finds in the standard library; scripts have nothing to look for."""
    if not live:
        return NothingFound()
    index = open_index(())
    close = getattr(index, "close", None)
    if close is not None:
        stack.callback(close)
    return index
