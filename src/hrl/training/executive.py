"""Training the Executive's policy: from a recipe to a directory with policy, card, metrics and checkpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from hrl.config import load_settings
from hrl.errors import BadInput, RunError
from hrl.executive import EXECUTIVE, RewardSpec
from hrl.policies import GreedyPolicy, PolicyCard, load_policy, save_policy
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Sandbox
from hrl.training.compare import Row, compare
from hrl.training.drills import drill_source
from hrl.training.environment import ExecutiveEnv, process_sandbox
from hrl.training.exercises import Exercise, MixedSource, Source
from hrl.training.learner import Learner
from hrl.training.loop import Training
from hrl.training.progress import Metrics
from hrl.training.recipe import Recipe
from hrl.training.recorded import Recorded, all_jobs, recorded_source, trained_on
from hrl.training.reports import CachedSandbox
from hrl.types import dump

BASELINES = ("single-shot", "best-of-n", "debug-3", "debug-10", "always-verify", "random", "untrained")
STOPPING = ("debug-10-fresh", "logistic", "rex")


def train_executive(
    out: Path,
    recipe: Recipe | None = None,
    *,
    records: Sequence[Recorded] = (),
    digests: Mapping[str, str] | None = None,
    resume: bool = False,
    sandbox: Sandbox | None = None,
    reports: Path | None = None,
    episodes: int = 500,
    command: str = "hrl train executive",
    console: Console | None = None,
) -> PolicyCard:
    """Train and write `executive.safetensors`, its card, `metrics.jsonl` and a checkpoint.

    Args:
        out: the directory.
        recipe: steps, seed, learner and prices.
        records: recorded problems to train on beside the drills; `recipe.replay` says how.
        digests: of the files that they come from, for the card.
        resume: go on from the checkpoint in `out`.
        sandbox: where programs run; by default the process backend for drills, and the configured one as
            soon as there are recorded programs. The caller keeps it.
        reports: a file that keeps sandbox reports for the next training; None: `reports.jsonl` in `out`
            where there are recorded programs.
        episodes: length of the comparison with the baselines, on functions held out of training.
        command: what the card names as the way to make this policy.
        console: where the progress is drawn; None: nowhere.

    Raises:
        BadInput: `out` holds a training already and `resume` was not asked for.
        RunError: there is nothing to resume, or it was started with another recipe.
        SandboxUnavailable: recorded programs cannot be run; nothing is learned from that.
    """
    recipe = recipe or Recipe()
    data = dict(digests or {})
    _claim(out, recipe, data, resume=resume)
    box = sandbox or (open_sandbox(load_settings()) if records else process_sandbox())
    kept = reports or (out / "reports.jsonl" if records else None)
    try:
        cached = CachedSandbox(box, kept)
        learner = _train(
            out, recipe, experience(recipe, records, cached), cached, resume=resume, console=console
        )
        trained = GreedyPolicy("executive", averaged(learner), learner.architecture)
        drills = _table(trained, recipe, cached, episodes)
        tables = {"drills on held-out functions, greedy, paired by exercise": drills}
        tables |= left_out(trained, recipe, records, cached)
    finally:
        if sandbox is None:
            box.close()
    return save_policy(
        out / EXECUTIVE.name,
        averaged(learner),
        EXECUTIVE,
        learner.architecture,
        name="executive",
        command=command,
        recipe={**dump(recipe), "data": data},
        seed=recipe.seed,
        steps=learner.steps,
        date=datetime.now(UTC).date().isoformat(),
        tables=tables,
        notes=_notes(records),
    )


def averaged(learner: Learner) -> dict[str, NDArray[np.float32]]:
    """The target network: a running mean of the online one, so that the last batches do not decide."""
    return {name: value.numpy() for name, value in learner.target.state_dict().items()}


def _notes(records: Sequence[Recorded]) -> tuple[str, ...]:
    table = "The table's exercises come from the same distribution as the drills, over other functions."
    if not records:
        drills = "Trained on scripted drills (fixed replies, real sandbox), on no language model's replies."
        return drills, table
    names = ", ".join(sorted({one.record for one in records}))
    return f"Trained on scripted drills and on recorded programs of real models ({names}).", table


def experience(recipe: Recipe, records: Sequence[Recorded], sandbox: CachedSandbox) -> Source:
    """Drills, and recorded problems where there are any."""
    if not records:
        return drill_source()
    recorded = recorded_source(records, recipe.replay, sandbox)
    return MixedSource(((1.0 - recipe.replay.share, drill_source()), (recipe.replay.share, recorded)))


def _train(
    out: Path, recipe: Recipe, source: Source, sandbox: Sandbox, *, resume: bool, console: Console | None
) -> Learner:
    env = ExecutiveEnv(source, sandbox, recipe.prices)
    learner = Learner(len(EXECUTIVE.features), len(EXECUTIVE.actions), recipe.learner, recipe.seed)
    checkpoint = out / "checkpoint.safetensors"
    training = Training(env, learner, seed=recipe.seed, checkpoint=checkpoint)
    if resume:
        training.resume(checkpoint)
    metrics = Metrics(out / "metrics.jsonl", step=learner.steps, total=recipe.steps, console=console)
    with metrics:
        training.run(recipe.steps, metrics)
    return learner


def _table(trained: GreedyPolicy, recipe: Recipe, sandbox: Sandbox, episodes: int) -> list[Row]:
    """The trained policy and the baselines, without shaping."""
    source = drill_source(held_out=True)
    env = ExecutiveEnv(source, sandbox, RewardSpec(shaping=0.0))
    baselines = [load_policy(name, EXECUTIVE, seed=recipe.seed) for name in BASELINES]
    return compare([trained, *baselines], source, env, episodes=episodes, seed=10_007)


def left_out(
    trained: GreedyPolicy, recipe: Recipe, records: Sequence[Recorded], sandbox: CachedSandbox
) -> dict[str, list[Row]]:
    """The trained policy and the baselines on the recorded problems that the recipe leaves out, if any."""
    unseen = [one for one in records if not trained_on(one, recipe.replay)]
    if not unseen:
        return {}
    sandbox.fill(all_jobs(unseen))
    prices = RewardSpec(
        token=recipe.replay.prices.token / recipe.replay.prices.solved, model_call=0, shaping=0
    )
    turns = cycle(unseen)  # Every policy takes each of them once, in this order.

    def source(_: np.random.Generator) -> Exercise:
        return next(turns).exercise(prices)

    baselines = [load_policy(name, EXECUTIVE, seed=recipe.seed) for name in (*BASELINES, *STOPPING)]
    env = ExecutiveEnv(source, sandbox, prices)
    rows = compare([trained, *baselines], source, env, episodes=len(unseen), seed=recipe.seed)
    return {"recorded problems left out of training, greedy, paired by problem": rows}


def _claim(out: Path, recipe: Recipe, data: dict[str, str], *, resume: bool) -> None:
    """Keep one recipe, with one set of data, a directory."""
    path, mine = out / "recipe.json", json.loads(json.dumps({**dump(recipe), "data": data}))
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
