"""Training the Executive's policy: from a recipe to a directory with policy, card, metrics and checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import numpy as np
from rich.console import Console

from hrl.config import Settings, load_settings
from hrl.executive import EXECUTIVE, RewardSpec
from hrl.policies import GreedyPolicy, PolicyCard, load_policy, save_policy
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Sandbox
from hrl.training.compare import Row, compare
from hrl.training.directory import claim
from hrl.training.drills import drill_source
from hrl.training.environment import ExecutiveEnv, process_sandbox
from hrl.training.exercises import Exercise, MixedSource, Source, StoredExercise, StoredSource
from hrl.training.exploring import explored
from hrl.training.recipe import Recipe
from hrl.training.recorded import Recorded, all_jobs, recorded_source, trained_on
from hrl.training.reports import CachedSandbox
from hrl.training.study import Study
from hrl.types import dump

BASELINES = ("single-shot", "best-of-n", "debug-3", "debug-10", "always-verify", "random", "untrained")
STOPPING = ("debug-10-fresh", "logistic", "rex")


@dataclass(frozen=True, slots=True)
class Material:
    """What a training learns from beside drills and what its recipe explores.

    Attributes:
        records: recorded problems of real models; `recipe.replay` says how.
        digests: of the files that they come from, for the card.
        runs: episodes of earlier runs and trainings; `recipe.live` says how.
        run_names: names of those runs and trainings, for the card.
    """

    records: Sequence[Recorded] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    runs: Sequence[StoredExercise] = ()
    run_names: Sequence[str] = ()


def train_executive(
    out: Path,
    recipe: Recipe | None = None,
    *,
    material: Material | None = None,
    resume: bool = False,
    settings: Settings | None = None,
    sandbox: Sandbox | None = None,
    reports: Path | None = None,
    workers: int = 1,
    episodes: int = 500,
    command: str = "hrl train executive",
    console: Console | None = None,
) -> PolicyCard:
    """Train and write `executive.safetensors`, its card, `metrics.jsonl` and a checkpoint.

    Args:
        out: the directory.
        recipe: steps, seed, learner, prices and live functions.
        material: everything else that is learned from.
        resume: go on from what is in `out`.
        settings: of model and sandbox; None reads them.
        sandbox: where programs run; by default the process backend for drills, and the configured one as
            soon as there are programs of a model. The caller keeps it.
        reports: a file that keeps sandbox reports for the next training; None: `reports.jsonl` in `out`
            where there are programs of a model.
        workers: live functions that are explored at a time.
        episodes: length of the comparison with the baselines, on functions held out of training.
        command: what the card names as the way to make this policy.
        console: where the progress is drawn; None: nowhere.

    Raises:
        BadInput: `out` holds a training already and `resume` was not asked for.
        RunError: there is nothing to resume, or it was started with another recipe.
        EnvironmentFailure: the model or the sandbox failed. What was produced is kept; `resume` goes on.
    """
    recipe, given = recipe or Recipe(), material or Material()
    settings = settings or load_settings()
    data = {**given.digests, **({"runs": list(given.run_names)} if given.run_names else {})}
    claim(out, {**dump(recipe), "data": data}, free=("steps",), resume=resume)
    of_models = bool(given.records or recipe.live.model)
    box = sandbox or (open_sandbox(settings) if of_models else process_sandbox())
    kept = reports or (out / "reports.jsonl" if of_models else None)
    try:
        cached = CachedSandbox(box, kept)
        course = _Course(out, recipe, given, cached, resume=resume, console=console)
        for number in range(recipe.live.rounds if recipe.live.model else 0):
            lived = explored(
                out,
                recipe,
                settings,
                cached,
                number=number,
                policy=course.policy() if number else None,
                workers=workers,
                console=console,
            )
            course.learn(recipe.steps * (number + 1) // recipe.live.rounds, lived)
        if not recipe.live.model:
            course.learn(recipe.steps)
        trained = course.policy()
        drills = _table(trained, recipe, cached, episodes)
        tables = {"drills on held-out functions, greedy, paired by exercise": drills}
        tables |= left_out(trained, recipe, given.records, cached)
    finally:
        if sandbox is None:
            box.close()
    return save_policy(
        out / EXECUTIVE.name,
        trained.weights,
        EXECUTIVE,
        trained.architecture,
        name="executive",
        command=command,
        recipe={**dump(recipe), "data": data},
        seed=recipe.seed,
        steps=course.learner.steps,
        date=datetime.now(UTC).date().isoformat(),
        tables=tables,
        notes=_notes(recipe, given),
    )


def _notes(recipe: Recipe, given: Material) -> tuple[str, ...]:
    table = "The table's exercises come from the same distribution as the drills, over other functions."
    parts = []
    if given.records:
        names = ", ".join(sorted({one.record for one in given.records}))
        parts.append(f"recorded programs of real models ({names})")
    if recipe.live.model:
        parts.append(f"functions of the curriculum's split {recipe.live.split}, by {recipe.live.model}")
    if given.runs:
        parts.append(f"{len(given.runs)} episodes of earlier runs")
    if not parts:
        drills = "Trained on scripted drills (fixed replies, real sandbox), on no language model's replies."
        return drills, table
    return f"Trained on scripted drills and on {'; '.join(parts)}.", table


def experience(
    recipe: Recipe,
    records: Sequence[Recorded],
    sandbox: CachedSandbox,
    lived: Sequence[StoredExercise] = (),
) -> Source:
    """Drills, and recorded problems and episodes of live models where there are any."""
    parts: list[tuple[float, Source]] = []
    if records:
        parts.append((recipe.replay.share, recorded_source(records, recipe.replay, sandbox)))
    if lived:
        priced = [replace(one, prices=recipe.live.prices) for one in lived]
        parts.append((recipe.live.share, StoredSource(priced, recipe.live.hard)))
    drills = max(0.0, 1.0 - sum(share for share, _ in parts))
    return MixedSource(((drills, drill_source()), *parts)) if parts else drill_source()


class _Course(Study):
    """The Executive's learning: from what is given, and from what was lived by then."""

    def __init__(
        self,
        out: Path,
        recipe: Recipe,
        given: Material,
        sandbox: CachedSandbox,
        *,
        resume: bool,
        console: Console | None,
    ) -> None:
        self._env = ExecutiveEnv(None, sandbox, recipe.prices)
        super().__init__(
            out, EXECUTIVE, self._env, recipe.learner, recipe.seed, resume=resume, console=console
        )
        self._recipe, self._given, self._sandbox = recipe, given, sandbox

    def learn(self, until: int, lived: Sequence[StoredExercise] = ()) -> None:
        """Learn until so many steps were taken altogether; `lived` is learned from beside what is given."""
        if self.learner.steps >= until:
            return
        every = [*self._given.runs, *lived]
        self._env.practise(experience(self._recipe, self._given.records, self._sandbox, every))
        self.run(until)


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
    given = recipe.replay.prices
    prices = RewardSpec(
        token=given.token / given.solved, model_call=given.model_call / given.solved, shaping=0.0
    )
    turns = cycle(unseen)  # Every policy takes each of them once, in this order.

    def source(_: np.random.Generator) -> Exercise:
        return next(turns).exercise(prices)

    baselines = [load_policy(name, EXECUTIVE, seed=recipe.seed) for name in (*BASELINES, *STOPPING)]
    env = ExecutiveEnv(source, sandbox, prices)
    rows = compare([trained, *baselines], source, env, episodes=len(unseen), seed=recipe.seed)
    return {"recorded problems left out of training, greedy, paired by problem": rows}
