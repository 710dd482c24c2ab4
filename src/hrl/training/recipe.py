"""Everything that decides about an Executive's weights, but the data: a recipe, kept in a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from hrl.curriculum.problem import Split
from hrl.errors import BadInput
from hrl.executive import EXECUTIVE, RewardSpec
from hrl.policies.base import DecisionSpec
from hrl.training.config import LearnerConfig
from hrl.types import dump, load

T = TypeVar("T")
STEPS = 100_000
# Rewards are mostly luck in these drills, so the step size falls. With n = 3 the uncorrected returns of
# the exploring policy made waiting (a useless search) look better than it is; n = 1 has no such
# bias, so exploration can stay high: a choice that is rarely taken is otherwise never corrected.
LEARNER = LearnerConfig(
    n_step=1,
    batch_size=256,
    update_every=4,
    tau=0.01,
    buffer_size=30_000,
    learning_rate_end=5e-5,
    learning_rate_steps=95_000,
    epsilon_end=0.25,
    epsilon_steps=10_000,
)


@dataclass(frozen=True, slots=True)
class ReplayRecipe:
    """How recorded problems take part; which records, the command says.

    Attributes:
        share: of exercises that are recorded ones; the rest are drills.
        failing: share of those whose first program fails the visible tests.
        later: share of these that begin after some repairs ("exploring starts": Sutton and Barto, 2nd ed.,
            section 5.3); see `hrl.training.recorded.later_starts`.
        folds: parts that problems are split into, by name.
        fold: the part that is never trained on; None: train on all.
        leave_out: records whose name contains this are never trained on; "": none.
        prices: the reward; `gamma` has to be the learner's.
    """

    share: float = 0.6
    failing: float = 0.85
    later: float = 0.0
    folds: int = 5
    fold: int | None = None
    leave_out: str = ""
    prices: RewardSpec = field(default_factory=RewardSpec)


@dataclass(frozen=True, slots=True)
class LiveFunctionsRecipe:
    """How functions of the curriculum take part, answered by a live model, and episodes of earlier runs.

    Attributes:
        model: a model's spec; "": no model is opened.
        rounds: each explores and then learns its part of the steps.
        functions: of the curriculum that a round explores; new ones each time.
        walks: of each function, beside the one that the policy so far takes (ten repairs in the first
            round).
        epsilon: share of random actions in those; in the first round all of them are random.
        split: of the curriculum.
        temperature: of the model.
        share: of exercises that are explored functions and episodes of runs.
        hard: share of those in which no first program passed.
        prices: the reward; `gamma` has to be the learner's.
    """

    model: str = ""
    rounds: int = 3
    functions: int = 500
    walks: int = 6
    epsilon: float = 0.4
    split: Split = "train"
    temperature: float = 0.2
    share: float = 0.4
    hard: float = 0.5
    prices: RewardSpec = field(default_factory=RewardSpec)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides about the weights.

    `replay.share` counts only where records are given, `live.share` where a model or runs are.
    """

    steps: int = STEPS
    seed: int = 0
    learner: LearnerConfig = LEARNER
    prices: RewardSpec = field(default_factory=RewardSpec)
    replay: ReplayRecipe = field(default_factory=ReplayRecipe)
    live: LiveFunctionsRecipe = field(default_factory=LiveFunctionsRecipe)


def read_recipe(path: Path) -> Recipe:
    """A recipe from a TOML file: `steps`, `seed`, `[learner]`, `[prices]`, `[replay]`, `[live]`.

    `blind` of `[learner]` names features of the Executive.

    Raises:
        BadInput: it cannot be read, or holds something else.
    """
    return read_as(Recipe(), path, EXECUTIVE)


def read_as(default: T, path: Path, decision: DecisionSpec | None = None) -> T:
    """A recipe of the default's kind from a TOML file; what the file leaves out is the kind's own default.

    With a decision process, `blind` of `[learner]` names features, of which the recipe keeps the places; that
    of `[joint.learner]` names the Executive's.

    Raises:
        BadInput: it cannot be read, or holds something else.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = _unknown(given, dump(default))
        if unknown:
            raise BadInput(f"the recipe {path} cannot be used: it has no field {unknown}")
        if decision:
            _place_blind(given.get("learner"), decision)
            joint = given.get("joint")
            _place_blind(joint.get("learner") if isinstance(joint, dict) else None, EXECUTIVE)
        return load(type(default), given)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadInput(f"the recipe {path} cannot be read: {problem}") from None
    except KeyError as name:
        raise BadInput(f"the recipe {path} cannot be used: there is no feature {name}") from None
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(f"the recipe {path} cannot be used: {place}: {first['msg']}") from None


def _place_blind(learner: Any, seen: DecisionSpec) -> None:
    """Places for the features that `blind` names; what is no table and no list is left to be refused."""
    if isinstance(learner, dict) and isinstance(learner.get("blind"), list):
        learner["blind"] = [seen.index(name) for name in learner["blind"]]


def _unknown(given: dict[str, Any], known: dict[str, Any]) -> str:
    """The first field that a recipe does not have, with its tables; "" when there is none."""
    for name, value in given.items():
        if name not in known:
            return name
        inner = known[name]
        deeper = _unknown(value, inner) if isinstance(value, dict) and isinstance(inner, dict) else ""
        if deeper:
            return f"{name}.{deeper}"
    return ""
