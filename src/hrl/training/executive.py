"""Training the Executive's policy: from a recipe to a directory with policy, card, metrics and checkpoint."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from hrl.errors import BadInput, RunError
from hrl.executive import EXECUTIVE, RewardSpec
from hrl.policies import GreedyPolicy, PolicyCard, load_policy, save_policy
from hrl.sandbox.base import Sandbox
from hrl.training.compare import Row, compare
from hrl.training.config import LearnerConfig
from hrl.training.drills import drill_source
from hrl.training.environment import ExecutiveEnv, process_sandbox
from hrl.training.learner import Learner
from hrl.training.loop import Training
from hrl.training.progress import Metrics
from hrl.training.reports import CachedSandbox
from hrl.types import dump

BASELINES = ("single-shot", "best-of-n", "debug-3", "debug-10", "always-verify", "random", "untrained")
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
class Recipe:
    """Everything that decides about the weights."""

    steps: int = STEPS
    seed: int = 0
    learner: LearnerConfig = LEARNER
    prices: RewardSpec = field(default_factory=RewardSpec)
    source: str = "drills"


def train_executive(
    out: Path,
    recipe: Recipe | None = None,
    *,
    resume: bool = False,
    sandbox: Sandbox | None = None,
    episodes: int = 500,
    command: str = "hrl train executive",
    console: Console | None = None,
) -> PolicyCard:
    """Train on drills and write `executive.safetensors`, its card, `metrics.jsonl` and a checkpoint.

    Args:
        out: the directory.
        recipe: steps, seed, learner and prices.
        resume: go on from the checkpoint in `out`.
        sandbox: where drills run; by default the process backend. The caller keeps it.
        episodes: length of the comparison with the baselines, on functions held out of training.
        command: what the card names as the way to make this policy.
        console: where the progress is drawn; None: nowhere.

    Raises:
        BadInput: `out` holds a training already and `resume` was not asked for.
        RunError: there is nothing to resume, or it was started with another recipe.
    """
    recipe = recipe or Recipe()
    _claim(out, recipe, resume=resume)
    own = None if sandbox else process_sandbox()
    try:
        cached = CachedSandbox(sandbox or own)  # type: ignore[arg-type]
        learner = _train(out, recipe, cached, resume=resume, console=console)
        table = _table(learner, recipe, cached, episodes)
    finally:
        if own:
            own.close()
    return save_policy(
        out / EXECUTIVE.name,
        learner.online.views(),
        EXECUTIVE,
        learner.architecture,
        name="executive",
        command=command,
        recipe=dump(recipe),
        seed=recipe.seed,
        steps=learner.steps,
        date=datetime.now(UTC).date().isoformat(),
        tables={"drills on held-out functions, greedy, paired by exercise": table},
        notes=(
            "Trained on scripted drills (fixed replies, real sandbox), not on a language model's replies.",
            "The table's exercises come from the same distribution as the training, over other functions.",
        ),
    )


def _train(out: Path, recipe: Recipe, sandbox: Sandbox, *, resume: bool, console: Console | None) -> Learner:
    env = ExecutiveEnv(drill_source(), sandbox, recipe.prices)
    learner = Learner(len(EXECUTIVE.features), len(EXECUTIVE.actions), recipe.learner, recipe.seed)
    checkpoint = out / "checkpoint.safetensors"
    training = Training(env, learner, seed=recipe.seed, checkpoint=checkpoint)
    if resume:
        training.resume(checkpoint)
    metrics = Metrics(out / "metrics.jsonl", step=learner.steps, total=recipe.steps, console=console)
    with metrics:
        training.run(recipe.steps, metrics)
    return learner


def _table(learner: Learner, recipe: Recipe, sandbox: Sandbox, episodes: int) -> list[Row]:
    """The trained policy and the baselines, without shaping."""
    env = ExecutiveEnv(drill_source(held_out=True), sandbox, RewardSpec(shaping=0.0))
    trained = GreedyPolicy("executive", learner.online.views(), learner.architecture)
    baselines = [load_policy(name, EXECUTIVE, seed=recipe.seed) for name in BASELINES]
    return compare([trained, *baselines], drill_source(held_out=True), env, episodes=episodes, seed=10_007)


def _claim(out: Path, recipe: Recipe, *, resume: bool) -> None:
    """Keep one recipe a directory."""
    path, mine = out / "recipe.json", json.loads(json.dumps(dump(recipe)))
    if resume:
        known = _read(path)
        different = sorted(key for key in mine if key != "steps" and known.get(key) != mine[key])
        if different:
            raise RunError(f"{out} was started with another {' and '.join(different)}; it cannot be resumed")
    elif path.exists():
        raise BadInput(f"{out} holds a training already: choose another directory, or add --resume")
    out.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(mine, indent=1) + "\n", encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    try:
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise RunError(f"{path.parent} holds no training that could be resumed") from None
    return known
