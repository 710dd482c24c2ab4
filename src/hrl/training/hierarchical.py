"""Training the Hierarchical policy: from a recipe to a directory with policy, card and trajectories.

A round collects live (the Executive frozen) and then learns from everything that was collected so far. All
that a stage needs is kept, so a training that ends early goes on exactly where it was: replies, sandbox
reports and outcomes of options are never made twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from hrl.benchmarks.policies import PolicyRun, compare_policies
from hrl.config import Settings, load_settings
from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL
from hrl.graphs.rivals import RIVALS, hierarchical_policy
from hrl.policies import GreedyPolicy, PolicyCard, load_policy, save_policy
from hrl.policies.base import Policy
from hrl.sandbox.base import Sandbox
from hrl.training.collecting import Start, collect, counted
from hrl.training.directory import claim, stages, write_stages
from hrl.training.hierarchical_recipe import HierarchicalRecipe
from hrl.training.joint import fine_tune
from hrl.training.practice import Practice, fingerprint, open_practice
from hrl.training.program_table import PolicyOf, card_rows, measure_programs
from hrl.training.programs import Program
from hrl.training.stored import StoredStudy
from hrl.training.trajectories import TRAJECTORIES, Trajectories
from hrl.types import dump

_WALK, _START = 4, 5  # which of a recipe's random streams


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a training runs, beside what decides about its weights.

    Attributes:
        workers: programs that are collected at a time.
        episodes: programs of each of the card's tables, at most; 0: no table.
        resume: go on with what is in the directory.
    """

    workers: int = 1
    episodes: int = 100
    resume: bool = False
    console: Console | None = None


def train_hierarchical(
    out: Path,
    recipe: HierarchicalRecipe | None = None,
    *,
    executive: str = "default",
    joint: bool = False,
    settings: Settings | None = None,
    sandbox: Sandbox | None = None,
    conditions: Conditions | None = None,
    command: str = "hrl train hierarchical",
) -> PolicyCard:
    """Train, and write `hierarchical.safetensors` with its card; with `joint`, `executive.safetensors` too.

    Args:
        out: the directory; it keeps the trajectories, replies and reports as well.
        recipe: rounds, learner, prices, live programs.
        executive: the intra-option policy: a name or a file, as `--policy`.
        joint: fine-tune the Executive too, after the rounds with the frozen one.
        settings: of model and sandbox; None reads them.
        sandbox: see `hrl.training.practice.open_practice`.
        conditions: workers, table, resume.
        command: what the card names as the way to make this policy.

    Raises:
        BadInput: `out` holds a training already and `resume` was not asked for, or a name is unknown.
        RunError: there is nothing to resume, or it was started with something else.
        EnvironmentFailure: model or sandbox failed. What was produced is kept; `resume` goes on.
    """
    recipe, given = recipe or HierarchicalRecipe(), conditions or Conditions()
    frozen = load_policy(executive, EXECUTIVE, seed=recipe.seed)
    claim(out, {**dump(recipe), "executive": fingerprint(frozen)}, free=("rounds",), resume=given.resume)
    with open_practice(out, recipe, frozen, settings or load_settings(), sandbox=sandbox) as opened:
        practice = opened
        study = StoredStudy(
            out, recipe.learner, recipe.prices, recipe.seed, resume=given.resume, console=given.console
        )
        course = _Course(out, study, given)
        for number in range(recipe.rounds):
            course.round(practice, number)
        for number in range(recipe.joint.rounds if joint else 0):
            practice = course.joint_round(practice, number)
        trained = study.policy()
        tables = _tables(trained, practice, given)
        about: dict[str, Any] = {
            "command": command,
            "recipe": {**dump(recipe), **practice.depends},
            "seed": recipe.seed,
            "steps": study.learner.steps,
            "date": datetime.now(UTC).date().isoformat(),
            "tables": tables,
            "notes": _notes(practice, joint=joint),
        }
        if joint:
            _save_executive(out, practice.workshop.executive, about)
    return save_policy(
        out / HIERARCHICAL.name,
        trained.weights,
        HIERARCHICAL,
        trained.architecture,
        name="hierarchical",
        **about,
    )


class _Course:
    """The stages of one training; each is left out when it was finished before."""

    def __init__(self, out: Path, study: StoredStudy, given: Conditions) -> None:
        self._out = out
        self._study = study
        self._given = given
        self._finished = set(stages(out) if given.resume else ())

    def round(self, practice: Practice, number: int) -> None:
        """Collect with the policy so far (a rule before there is one), then learn."""
        recipe = practice.recipe
        with Trajectories(self._out / TRAJECTORIES, practice.depends) as known:
            if self._opens(f"collect {number}"):
                policy = self._study.policy() if number else hierarchical_policy("early")
                self._collect(practice, practice.round(number), known, policy, (_WALK, number))
                self._close(f"collect {number}")
            self._study.learn(known, recipe.steps * (number + 1))

    def joint_round(self, practice: Practice, number: int) -> Practice:
        """Fine-tune the Executive on what comes about now; then collect with it, and learn from that."""
        recipe, place = practice.recipe, practice.recipe.rounds + number
        folder = self._out / f"joint-{number}"
        programs = practice.round(place)
        if self._opens(f"executive {number}"):
            policy = self._study.policy()
            starts = self._collect(practice, programs, Trajectories(), policy, (_START, place))
            tuned = fine_tune(
                folder,
                recipe.joint,
                practice.workshop.executive,
                starts,
                practice.workshop,
                seed=recipe.seed,
                resume=self._given.resume,
                console=self._given.console,
            )
            save_policy(
                folder / EXECUTIVE.name, tuned.weights, EXECUTIVE, tuned.architecture, name=tuned.name
            )
            self._close(f"executive {number}")
        practice = practice.with_executive(load_policy(str(folder), EXECUTIVE))
        with Trajectories(folder / TRAJECTORIES, practice.depends) as known:
            if self._opens(f"joint {number}"):
                self._collect(practice, programs, known, self._study.policy(), (_WALK, place))
                self._close(f"joint {number}")
            self._study.learn(known, recipe.steps * (place + 1))
        return practice

    def _collect(
        self,
        practice: Practice,
        programs: list[Program],
        known: Trajectories,
        policy: Policy,
        stream: tuple[int, int],
    ) -> list[Start]:
        live = practice.recipe.live
        with counted(self._given.console, "collecting", len(programs)) as done:
            return collect(
                programs,
                practice.workshop,
                known,
                policy,
                walks=live.walks,
                easy_walks=live.easy_walks,
                tokens=live.tokens,
                epsilon=live.epsilon,
                seed=(practice.recipe.seed, *stream),
                workers=self._given.workers,
                done=done,
            )

    def _opens(self, stage: str) -> bool:
        return stage not in self._finished

    def _close(self, stage: str) -> None:
        self._finished.add(stage)
        write_stages(self._out, self._finished)


def _tables(trained: GreedyPolicy, practice: Practice, given: Conditions) -> dict[str, list[dict[str, Any]]]:
    """The learned policy and its rivals on the same programs at the same budget."""
    policies: dict[str, PolicyOf] = {trained.name: lambda _: trained}
    policies |= {name: _drawn(name, practice.recipe.seed) for name in RIVALS}
    found = {}
    for title, programs in practice.held_out(given.episodes).items():
        runs = []
        with counted(given.console, "measuring", len(policies) * len(programs)) as done:
            for name, policy in policies.items():
                rows = measure_programs(
                    policy, programs, practice.workshop, workers=given.workers, done=lambda _: done()
                )
                runs.append(PolicyRun(name, (rows,)))
        found[title] = card_rows(compare_policies(runs, protocol="hidden tests", seed=practice.recipe.seed))
    return found


def _drawn(name: str, seed: int) -> PolicyOf:
    """A rival for each program, so that those that draw do not depend on who is faster."""
    return lambda place: hierarchical_policy(name, seed + place)


def _notes(practice: Practice, *, joint: bool) -> tuple[str, ...]:
    live, model = practice.recipe.live, practice.live.model.name if practice.live else ""
    notes = [
        f"Trained on programs of the curriculum's split {live.split}, answered by {model}."
        if model
        else "Trained on scripted programs (fixed replies, real sandbox), on no language model's replies.",
        f"The Executive inside is {practice.depends['executive']}.",
        "solved, low, high: share of programs whose hidden tests pass, with its 95 % interval over programs.",
    ]
    return (*notes, *(["The Executive beside it was fine-tuned with it."] if joint else []))


def _save_executive(out: Path, policy: Policy, about: dict[str, Any]) -> None:
    assert isinstance(policy, GreedyPolicy), "joint training ends with a network"
    save_policy(
        out / EXECUTIVE.name, policy.weights, EXECUTIVE, policy.architecture, name="executive", **about
    )
