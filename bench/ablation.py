"""What each part of the learner and of its world is worth: one recipe, one table, the same drills for all.

    python bench/ablation.py --json bench/results/ablation.json --minutes 20

Every variant of `ablation.toml` is trained on scripted drills with every seed and judged, greedily, on the
same drills over functions that no training saw, at the base's prices without shaping. A difference to the
base pairs seeds; its 95 % interval is Student's. Finished trainings are read from the JSON file, so the
command can be repeated, and variants may be added to the recipe; `--variants` trains some of them alone. It
needs scipy, which comes with the extra: pip install 'hrl[analysis]'.

What the switches of `world` do: `masked_choice = false` lets the learner and the judged policy take illegal
actions (they change nothing and cost 1; an episode is cut after 60 steps); `duplicates = false` hides every
feature that tells of replies already seen (the mask still forbids to test a program twice); `search = false`
gives a search that finds nothing, so that it is never legal. Templates are always walked with the mask.
"""

from __future__ import annotations

import argparse
import math
import os
import time
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from ablation_world import DUPLICATES, Bounded, Unmasked, UnmaskedPolicy, World, exercises
from scipy import stats
from trainings import run_trainings

from hrl.benchmarks.templates import evaluate_templates
from hrl.executive import EXECUTIVE
from hrl.policies import GreedyPolicy
from hrl.training.compare import compare
from hrl.training.environment import ExecutiveEnv, process_sandbox
from hrl.training.learner import Learner
from hrl.training.loop import Training
from hrl.training.recipe import Recipe
from hrl.training.reports import CachedSandbox
from hrl.types import dump, load

MEASURES = ("solved", "return", "tokens", "actions", "illegal", "templates")


@dataclass(frozen=True)
class Variant:
    """One row of the table."""

    name: str
    recipe: Recipe
    world: World = field(default_factory=World)


def read_variants(path: Path, steps: int | None = None) -> list[Variant]:
    """The base, which is the first, and everything that is compared with it."""
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    base, variants = given["base"], []
    for one in given["variants"]:
        parts = {part: base.get(part, {}) | one.get(part, {}) for part in ("learner", "prices")}
        known = {part: dump(Recipe())[part] for part in parts} | {"world": dump(World())}
        for part, values in (parts | {"world": one.get("world", {})}).items():
            if unknown := set(values) - set(known[part]):
                raise SystemExit(f"{path}: {one['name']}: {part} has no {', '.join(sorted(unknown))}")
        recipe = load(Recipe, {"steps": steps or base["steps"], **parts})
        variants.append(Variant(one["name"], recipe, World(**one.get("world", {}))))
    return variants


def train(variant: Variant, seed: int, base: Recipe, episodes: int) -> dict[str, Any]:
    """Train and judge one variant with one seed."""
    started, world = time.process_time(), variant.world
    hidden = [] if world.duplicates else [EXECUTIVE.index(name) for name in DUPLICATES]
    kind = Learner if world.masked_choice else Unmasked
    learner = kind(len(EXECUTIVE.features), len(EXECUTIVE.actions), variant.recipe.learner, seed)
    with CachedSandbox(process_sandbox()) as sandbox:
        env = Bounded(ExecutiveEnv(exercises(world), sandbox, variant.recipe.prices), hidden)
        Training(env, learner, seed=seed).run(variant.recipe.steps)
        taken = time.process_time() - started
        weights = learner.weights()
        # What was always 0 in training must stay without effect where it is not.
        weights["body.0.weight"][:, hidden] = 0.0
        policy = GreedyPolicy(variant.name, weights, learner.architecture)
        held_out = exercises(world, held_out=True)
        judged = Bounded(ExecutiveEnv(held_out, sandbox, replace(base.prices, shaping=0.0)), [])
        chosen = policy if world.masked_choice else UnmaskedPolicy(policy)
        (row,) = compare([chosen], held_out, judged, episodes=episodes, seed=10_007)
        exact = evaluate_templates(policy, sandbox).exact
    row |= {"illegal": judged.illegal / episodes, "templates": exact, "cpu_seconds": round(taken, 1)}
    return {"variant": variant.name, "seed": seed, **{name: row[name] for name in (*MEASURES, "cpu_seconds")}}


def extends(known: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether all variants of a file are among the wanted ones; what it does not say has hrl's default."""
    default = dump(Variant("", Recipe()))
    now = {one["name"]: one for one in wanted["variants"]}
    return (
        known["episodes"] == wanted["episodes"]
        and known["variants"][0]["name"] == wanted["variants"][0]["name"]
        and all(_completed(one, default) == now.get(one["name"]) for one in known["variants"])
    )


def _completed(known: dict[str, Any], default: dict[str, Any]) -> dict[str, Any]:
    deeper = {
        name: _completed(value, default[name])
        for name, value in known.items()
        if isinstance(value, dict) and isinstance(default.get(name), dict)
    }
    return default | known | deeper


def difference(mine: list[float], base: list[float]) -> tuple[float, float, float]:
    """The mean of paired differences with a 95 % interval over seeds (Student's t): all numbers for one."""
    gaps = np.array(mine) - np.array(base)
    mean, half = float(gaps.mean()), math.inf
    if len(gaps) > 1:
        # Resampling five seeds would cover .84 of the cases.
        half = float(stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / math.sqrt(len(gaps)))
    return mean, mean - half, mean + half


def table(rows: list[dict[str, Any]], variants: list[Variant]) -> str:
    """Markdown: the mean over seeds that the base has too, and the difference to the base."""
    by = {(row["variant"], row["seed"]): row for row in rows}
    lines = [
        "| variant | seeds | solved | return | less the base's | tokens | actions | illegal | templates |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for variant in variants:
        base = variants[0].name
        seeds = sorted(seed for name, seed in by if name == variant.name and (base, seed) in by)
        if not seeds:
            continue
        mine = {name: [by[variant.name, seed][name] for seed in seeds] for name in MEASURES}
        mean = {name: float(np.mean(values)) for name, values in mine.items()}
        gap, low, high = difference(mine["return"], [by[base, seed]["return"] for seed in seeds])
        shown = "" if variant.name == base else f"{gap:+.2f} [{low:+.2f}, {high:+.2f}]"
        lines.append(
            f"| {variant.name} | {len(seeds)} | {mean['solved']:.3f} | {mean['return']:.2f} | {shown} "
            f"| {mean['tokens']:.0f} | {mean['actions']:.1f} "
            f"| {mean['illegal']:.2f} | {mean['templates']:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--recipe", type=Path, default=Path(__file__).with_name("ablation.toml"))
    parser.add_argument("--variants", nargs="+", metavar="NAME", help="default: all of the recipe")
    parser.add_argument("--seeds", type=int, default=5, help="every variant with one, then with the next")
    parser.add_argument("--steps", type=int, help="default: the recipe's own")
    parser.add_argument("--episodes", type=int, default=500, help="of the judgement, the same for all")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no training after that")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    variants = read_variants(given.recipe, given.steps)
    base, names = variants[0].recipe, [one.name for one in variants]
    if unknown := set(given.variants or ()) - set(names):
        raise SystemExit(f"{given.recipe} has no variant {', '.join(sorted(unknown))}")
    rows = run_trainings(
        train,
        [
            ((one.name, seed), (one, seed, base, given.episodes))
            for seed in range(given.seeds)
            for one in variants
            if one.name in (given.variants or names)
        ],
        settings={"episodes": given.episodes, "variants": [dump(one) for one in variants]},
        path=given.json,
        workers=given.workers,
        minutes=given.minutes,
        extends=extends,
    )
    print(table(rows, variants))


if __name__ == "__main__":
    main()
