"""Everything that decides about the Hierarchical policy's weights: a recipe, kept in a TOML file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hrl.curriculum.problem import Split
from hrl.errors import BadInput
from hrl.executive import RewardSpec
from hrl.graphs.decision import HIERARCHICAL
from hrl.training.config import LearnerConfig
from hrl.training.live_programs import SIZES
from hrl.training.programs import BUDGET, ProgramPrices
from hrl.training.recipe import read_as
from hrl.types import Budget

LEARNER = LearnerConfig(
    n_step=1,
    gamma=0.998,
    batch_size=128,
    update_every=2,
    tau=0.01,
    buffer_size=20_000,
    learning_rate_end=1e-4,
    learning_rate_steps=8_000,
    epsilon_end=0.3,
    epsilon_steps=2_000,
)
# Epsilon and the step size start low, because the Executive begins with the frozen policy's weights.
FINE_TUNING = LearnerConfig(
    n_step=1,
    batch_size=128,
    update_every=2,
    learning_rate=2e-4,
    learning_rate_end=5e-5,
    learning_rate_steps=4_000,
    epsilon_start=0.2,
    epsilon_end=0.1,
    epsilon_steps=4_000,
)


@dataclass(frozen=True, slots=True)
class LiveProgramsRecipe:
    """What is collected before each round of learning.

    Attributes:
        model: a model's spec; "": scripted programs alone, and no model is opened.
        programs: new programs of a round.
        scripted: share of them that are scripted; all of them where there is no model.
        walks: of each program: one by the policy so far (the rule `early` in the first round), the others
            with random options among its own.
        easy_walks: the same of a program that the first walk brought to its end without a correction.
        tokens: no further walk of a program begins once its outcomes cost so many; hopeless ones would take
            most of the time.
        epsilon: share of those random options.
        split, sizes: of the curriculum's programs.
        temperature: of the model.
        budget: of one run.
    """

    model: str = ""
    programs: int = 60
    scripted: float = 0.0
    walks: int = 8
    easy_walks: int = 8
    tokens: int = 1_000_000
    epsilon: float = 0.5
    split: Split = "train"
    sizes: tuple[int, ...] = SIZES
    temperature: float = 0.2
    budget: Budget = BUDGET


@dataclass(frozen=True, slots=True)
class JointRecipe:
    """How the Executive is fine-tuned beside the Hierarchical policy, after its own rounds.

    Attributes:
        rounds: each collects with the present Executive, trains it on the episodes that came about, then
            collects again and goes on with the Hierarchical policy.
        steps: of the Executive, in each round.
        drills: share of its exercises that are scripted drills, so that it forgets nothing.
        learner: its learner.
        prices: its reward; `gamma` has to be the learner's.
    """

    rounds: int = 1
    steps: int = 4_000
    drills: float = 0.4
    learner: LearnerConfig = FINE_TUNING
    prices: RewardSpec = field(default_factory=RewardSpec)


@dataclass(frozen=True, slots=True)
class HierarchicalRecipe:
    """Everything that decides about the weights, but the model's and the Executive's own.

    Attributes:
        rounds: each collects, then learns from everything that was collected so far.
        steps: options of stored walks, learned from in each round.
    """

    seed: int = 0
    rounds: int = 2
    steps: int = 4_000
    learner: LearnerConfig = LEARNER
    prices: ProgramPrices = field(default_factory=ProgramPrices)
    live: LiveProgramsRecipe = field(default_factory=LiveProgramsRecipe)
    joint: JointRecipe = field(default_factory=JointRecipe)


def read_hierarchical_recipe(path: Path) -> HierarchicalRecipe:
    """A recipe from a TOML file: `seed`, `rounds`, `steps`, `[learner]`, `[prices]`, `[live]`, `[joint]`.

    `blind` of `[learner]` names features of this level, that of `[joint.learner]` the Executive's.

    Raises:
        BadInput: it cannot be read, holds something else, or bounds wall seconds.
    """
    recipe = read_as(HierarchicalRecipe(), path, HIERARCHICAL)
    if recipe.live.budget.seconds is not None:
        raise BadInput(f"the recipe {path} cannot be used: wall seconds differ each time; bound tokens")
    return recipe
