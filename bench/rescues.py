"""Rescues kept against tokens spent, on recorded programs of real models: the learned Executive and rules.

A rescue is a problem whose first program fails the visible tests and the hidden ones, and that ends with a
program that passes the hidden ones. Both axes are shares of the ten-round loop's (`debug-10`). Tokens are
everything after the first program, as `replay:` estimates them from lengths. Each learned policy, and each
logistic rule, is judged only on problems of the fold that it was not trained on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hrl.config import load_settings
from hrl.executive import EXECUTIVE, RewardSpec
from hrl.policies import GreedyPolicy, RulePolicy, load_policy, read_policy, save_policy
from hrl.policies.base import ActionMask, Choice, Observation, Policy
from hrl.policies.network import mean_network
from hrl.policies.stopping import logistic
from hrl.sandbox import open_sandbox
from hrl.training.environment import ExecutiveEnv
from hrl.training.executive import experience
from hrl.training.learner import Learner
from hrl.training.loop import Training
from hrl.training.recipe import Recipe, ReplayRecipe, read_recipe
from hrl.training.recorded import Recorded, all_jobs, first_passes, fold_of, read_replays, trained_on
from hrl.training.reports import CachedSandbox
from hrl.training.stop_rule import fit_stop_rule

SETS = ("humaneval", "mbpp")
FIXED = tuple(f"debug-{n}{kind}" for kind in ("", "-fresh") for n in (1, 2, 3, 4, 5, 7, 10))
OTHERS = ("best-of-n", "always-verify")
REX = tuple(f"rex-{n}" for n in (3, 5, 10))
THRESHOLDS = (0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.07, 0.1)
DRAWS = 2000
Table = NDArray[np.float64]  # (seeds, problems, 2): rescued, tokens


@dataclass(frozen=True)
class Loop:
    """The recorded problems whose first program fails, and what the ten-round loop makes of them."""

    records: tuple[Recorded, ...]
    env: ExecutiveEnv
    first_solves: dict[int, bool]
    whole: Table


class Margin:
    """A network that repairs only where that is worth more than stopping by a margin: one curve, one net."""

    def __init__(self, policy: GreedyPolicy, margin: float) -> None:
        self.name = f"{policy.name} margin {margin:g}"
        self._policy, self._margin = policy, margin

    def act(self, observation: Observation, mask: ActionMask) -> Choice:
        """The network's choice, or stop."""
        choice = self._policy.act(observation, mask)
        stop, debug = EXECUTIVE.action("stop"), EXECUTIVE.action("debug")
        if choice.values is None or not mask[stop] or choice.action not in (stop, debug) or not mask[debug]:
            return choice
        worth = choice.values[debug] - choice.values[stop] > self._margin
        return Choice(debug if worth else stop, choice.values)


def walk(policy: Policy, one: Recorded, env: ExecutiveEnv) -> tuple[bool, int]:
    """Whether the episode solves its problem, and its tokens after the first program."""
    observation, info = env.begin(one.exercise(env.prices))
    first, done = -1, False
    while not done:
        action = policy.act(observation, info["action_mask"]).action
        observation, _, terminated, truncated, info = env.step(action)
        first = info["tokens"] if first < 0 else first
        done = terminated or truncated
    return bool(info["solved"]), info["tokens"] - first


def measure(loop: Loop, chosen: Callable[[Recorded], Policy]) -> Table:
    """One row of seeds: each problem judged with the policy that is chosen for it."""
    rows = []
    for one in loop.records:
        solved, tokens = walk(chosen(one), one, loop.env)
        rows.append((float(solved and not loop.first_solves[id(one)]), float(tokens)))
    return np.array([rows])


def prepare(records: Sequence[Recorded], sandbox: CachedSandbox) -> Loop:
    """Grade what is not graded, and run the ten-round loop."""
    sandbox.fill(all_jobs(records))
    env = ExecutiveEnv(lambda _: records[0].exercise(), sandbox, RewardSpec(shaping=0.0))
    failed = tuple(one for one in records if not first_passes(one, sandbox))
    single, ten = load_policy("single-shot", EXECUTIVE), load_policy("debug-10", EXECUTIVE)
    solves = {id(one): walk(single, one, env)[0] for one in failed}
    loop = Loop(failed, env, solves, np.zeros((1, 0, 2)))
    return replace(loop, whole=measure(loop, lambda _: ten))


def learn(records: Sequence[Recorded], recipe: Recipe, sandbox: CachedSandbox) -> GreedyPolicy:
    """The policy that `hrl train executive` would make of these records."""
    env = ExecutiveEnv(experience(recipe, records, sandbox), sandbox, recipe.prices)
    learner = Learner(len(EXECUTIVE.features), len(EXECUTIVE.actions), recipe.learner, recipe.seed)
    Training(env, learner, seed=recipe.seed).run(recipe.steps)
    return GreedyPolicy("executive", learner.weights(), learner.architecture)


def learned(
    records: Sequence[Recorded], recipe: Recipe, sandbox: CachedSandbox, seeds: int, nets: Path
) -> list[dict[int, GreedyPolicy]]:
    """For each seed one policy a fold, trained without it; trainings of an earlier run are read."""
    found: list[dict[int, GreedyPolicy]] = []
    for seed in range(seeds):
        folds: dict[int, GreedyPolicy] = {}
        for fold in range(recipe.replay.folds):
            mine = replace(recipe, seed=seed, replay=replace(recipe.replay, fold=fold))
            path = nets / f"{hashlib.sha256(repr(mine).encode()).hexdigest()[:16]}"
            if not path.with_suffix(".json").exists():
                made = learn(records, mine, sandbox)
                save_policy(path, made.weights, EXECUTIVE, made.architecture, name="executive", seed=seed)
                left_out = recipe.replay.leave_out or "nothing"
                print(f"trained: seed {seed}, fold {fold}, left out {left_out}", file=sys.stderr, flush=True)
            folds[fold] = read_policy(path, EXECUTIVE)
        found.append(folds)
    return found


def row(
    name: str, table: Table, loop: Loop, groups: Sequence[str], keep: NDArray[np.bool_]
) -> dict[str, Any]:
    """Shares of the whole loop with 95 % intervals: problems and seeds resampled together."""
    whole = loop.whole[0][keep]
    mine = table[:, keep]
    names, place = np.unique(np.array(groups)[keep], return_inverse=True)
    random = np.random.default_rng(0)
    weights = random.multinomial(len(names), [1 / len(names)] * len(names), size=DRAWS)[:, place]
    seeds = random.integers(len(mine), size=(DRAWS, len(mine)))
    sums = np.einsum("dp,spk->dsk", weights, mine)
    with np.errstate(invalid="ignore"):  # A draw without a single rescue says nothing of their share.
        drawn = np.take_along_axis(sums, seeds[:, :, None], axis=1).mean(axis=1) / (weights @ whole)
    value = mine.mean(axis=0).sum(axis=0) / whole.sum(axis=0)
    low, high = np.nanpercentile(drawn, [2.5, 97.5], axis=0)
    kept, tokens = ([round(float(x[n]), 4) for x in (value, low, high)] for n in (0, 1))
    return {
        "policy": name,
        "rescues": round(float(mine.mean(axis=0)[:, 0].sum()), 2),
        "kept": kept,
        "tokens": tokens,
        "seeds": len(mine),
    }


def mean_policy(policies: Sequence[GreedyPolicy]) -> GreedyPolicy:
    """One policy whose values are the mean of all of theirs."""
    weights, wide = mean_network([one.weights for one in policies], policies[0].architecture)
    return GreedyPolicy(f"{policies[0].name} mean of {len(policies)}", weights, wide)


def by_fold(policies: dict[int, Any], folds: int) -> Callable[[Recorded], Policy]:
    """The policy of a problem's own fold, which did not see it."""
    return lambda one: policies[fold_of(one.key, folds)]


def markdown(title: str, rows: Iterable[dict[str, Any]]) -> str:
    """The table for readers."""
    lines = [f"### {title}", "", "| policy | rescues | kept | tokens |", "|---|---|---|---|"]
    for one in rows:
        kept, tokens = (f"{v[0]:.3f} [{v[1]:.3f}, {v[2]:.3f}]" for v in (one["kept"], one["tokens"]))
        lines.append(f"| {one['policy']} | {one['rescues']:g} | {kept} | {tokens} |")
    return "\n".join(lines) + "\n"


def paint(path: Path, rows: Sequence[dict[str, Any]], title: str) -> None:
    """Kept rescues against tokens, a line for each family of policies."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "hrl"  # The same figures are the same file.
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5.5))
    families = ("debug", "fresh", "logistic", "rex", "executive margin", "executive")
    for family in families:
        mine = [one for one in rows if family_of(one["policy"]) == family]
        mine.sort(key=lambda one: one["tokens"][0])
        x, y = ([one[name][0] for one in mine] for name in ("tokens", "kept"))
        axes.plot(
            x, y, "*" if family == "executive" else "o-", ms=14 if family == "executive" else 4, label=family
        )
    axes.axhline(0.95, color="grey", lw=0.6)
    axes.axvline(0.30, color="grey", lw=0.6)
    axes.set(
        xlabel="tokens, share of the ten-round loop's", ylabel="rescues kept", title=title, xlim=(0, 1.05)
    )
    axes.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def family_of(name: str) -> str:
    """The line of the picture that a policy belongs to."""
    if name.startswith("executive"):
        return "executive margin" if "margin" in name else "executive"
    if name.endswith("-fresh"):
        return "fresh"
    return name.split("-", maxsplit=1)[0].split(" ", maxsplit=1)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder with the benchmarks and replay/ldb_*.jsonl")
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--reports", type=Path, required=True, help="keeps sandbox reports between runs")
    parser.add_argument("--nets", type=Path, required=True, help="keeps trained networks between runs")
    parser.add_argument("--folds", type=int, help="parts of the problems; the recipe's by default")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--without", default="", help="also leave out records whose name contains this")
    parser.add_argument("--without-seeds", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--picture", type=Path)
    given = parser.parse_args()
    recipe: Recipe = read_recipe(given.recipe)
    if given.folds:
        recipe = replace(recipe, replay=replace(recipe.replay, folds=given.folds))
    files = [(n, f) for n in SETS for f in sorted((Path(given.data) / "replay").glob(f"ldb_{n}_*.jsonl"))]
    records, digests = read_replays([f"{name}:{file}" for name, file in files], given.data)
    with CachedSandbox(open_sandbox(load_settings()), given.reports) as sandbox:
        tables = compute(records, recipe, sandbox, given)
    found = {
        "recipe": given.recipe.name,
        "folds": recipe.replay.folds,
        "seeds": given.seeds,
        "data": digests,
        "tables": tables,
    }
    for title, rows in tables.items():
        print(markdown(title, rows))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if given.picture:
        title = next(iter(tables))
        paint(given.picture, tables[title], title)


def compute(
    records: Sequence[Recorded], recipe: Recipe, sandbox: CachedSandbox, given: argparse.Namespace
) -> dict[str, list[dict[str, Any]]]:
    """Every table by its title."""
    loop = prepare(records, sandbox)
    replay: ReplayRecipe = recipe.replay
    tables: dict[str, Table] = {}
    for name in (*FIXED, *OTHERS):
        policy = load_policy(name, EXECUTIVE)
        tables[name] = measure(loop, lambda _, policy=policy: policy)
    for name in REX:
        rex = [load_policy(name, EXECUTIVE, seed=seed) for seed in range(given.seeds)]
        tables[name] = np.concatenate([measure(loop, lambda _, one=one: one) for one in rex])
    add_logistic(tables, loop, replay)
    nets = learned(records, recipe, sandbox, given.seeds, given.nets)
    add_learned(tables, "executive", nets, loop, recipe)
    groups = [one.key for one in loop.records]
    every = np.ones(len(groups), dtype=np.bool_)
    shown = {"all problems, each unseen in training": every}
    shown |= {
        name: np.array([name == one.record for one in loop.records])
        for name in sorted({o.record for o in records})
    }
    found = {
        title: [row(n, t, loop, groups, keep) for n, t in tables.items()] for title, keep in shown.items()
    }
    if given.without:
        alone = replace(recipe, replay=replace(replay, leave_out=given.without))
        nets = learned(records, alone, sandbox, given.without_seeds, given.nets)
        keep = np.array([given.without in one.record for one in loop.records])
        fixed = (*FIXED, *OTHERS, *REX)
        unseen: dict[str, Table] = {name: table for name, table in tables.items() if name in fixed}
        add_logistic(unseen, loop, alone.replay)
        add_learned(unseen, "executive", nets, loop, alone)
        title = f"{given.without}: model and problems unseen in training"
        found[title] = [row(n, t, loop, groups, keep) for n, t in unseen.items()]
    return found


def add_logistic(tables: dict[str, Table], loop: Loop, replay: ReplayRecipe) -> None:
    """The stop rule at every threshold, fitted for each fold on what the recipe would train on."""
    rules = {}
    for fold in range(replay.folds):
        mine = [one for one in loop.records if trained_on(one, replace(replay, fold=fold))]
        rules[fold] = fit_stop_rule(mine, loop.env, threshold=0.0)
    for cut in THRESHOLDS:
        fitted = {f: RulePolicy("logistic", logistic(cut, rule), EXECUTIVE) for f, rule in rules.items()}
        tables[f"logistic {cut:g}"] = measure(loop, by_fold(fitted, replay.folds))


def add_learned(
    tables: dict[str, Table], name: str, nets: list[dict[int, GreedyPolicy]], loop: Loop, recipe: Recipe
) -> None:
    """The learned policy, all seeds' networks as one, and each with margins in units of one solved task."""
    folds, unit = recipe.replay.folds, recipe.replay.prices.solved
    tables[name] = np.concatenate([measure(loop, by_fold(net, folds)) for net in nets])
    together = {fold: mean_policy([net[fold] for net in nets]) for fold in range(folds)}
    tables[f"{name} mean of {len(nets)}"] = measure(loop, by_fold(together, folds))
    for margin in (-0.02, -0.01, -0.005, 0.005, 0.01, 0.02, 0.04):
        shifted = [{f: Margin(policy, margin * unit) for f, policy in net.items()} for net in nets]
        tables[f"{name} margin {margin:g}"] = np.concatenate(
            [measure(loop, by_fold(net, folds)) for net in shifted]
        )


if __name__ == "__main__":
    main()
