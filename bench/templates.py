"""Whether a policy trained on the three episode templates walks them exactly: four variants, several seeds.

    python bench/templates.py --json bench/results/templates.json

Training draws scripted episodes of the three shapes over the functions of `drills.yaml`: the first program
is right; the first repair is; or the second repair is, once it was shown the attached document. Most episodes
of the first two shapes have a document too, which they do not need: without that nothing but the price of a
search would say when it is due. The walks are those of `hrl eval templates`, over other functions with other
bugs. Wall time is that of one training, its sandbox runs included, with as many at once as there are workers.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from trainings import run_trainings

from hrl.benchmarks.templates import evaluate_templates
from hrl.budget import DEFAULT_BUDGET, Ledger
from hrl.executive import EXECUTIVE, RewardSpec, start_episode
from hrl.policies import GreedyPolicy, untrained
from hrl.training.config import LearnerConfig
from hrl.training.drills import DrillModel, Script
from hrl.training.environment import ExecutiveEnv, process_sandbox
from hrl.training.exercises import Exercise
from hrl.training.functions import Function, functions
from hrl.training.learner import Learner
from hrl.training.loop import Training
from hrl.training.reports import CachedSandbox
from hrl.types import Passage, Subtask, dump

STEPS = 20_000
# Units of 1/20 of a solved task, as in `executive.toml`: at a scale of 1 Adam's noise hides prices. A search
# costs more than there, because it is due only where a repair has failed already.
LEARNER = LearnerConfig(
    n_step=1,
    batch_size=128,
    update_every=2,
    tau=0.01,
    buffer_size=STEPS,
    learning_rate_end=5e-5,
    learning_rate_steps=STEPS,
    epsilon_end=0.2,
    epsilon_steps=STEPS // 4,
    huber_delta=1000.0,
)
PRICES = RewardSpec(
    solved=20.0, token=4e-4, model_call=1.0, sandbox_second=0.2, search=6.0, shaping=4.0, gamma=LEARNER.gamma
)
VARIANTS = {
    "double + dueling": (True, True),
    "double": (True, False),
    "dueling": (False, True),
    "vanilla": (False, False),
}


@dataclass(frozen=True)
class Shelf:
    """The task's document, if it has one, and another page of a library for every other question."""

    has_documents: bool
    library: bool

    def search(self, query: str, *, limit: int = 3) -> tuple[Passage, ...]:
        """The same passages for the same query."""
        notes = (Passage("notes.md", "The rule", "How the function has to behave. " * 8, 2.0),)
        page = f"page {crc32(query.encode()) % 50}"
        library = (Passage(f"library.{page}", page, "Apply a function of two arguments. " * 8, 1.0),)
        return (notes * self.has_documents + library * self.library)[:limit]


@dataclass(frozen=True)
class TemplateSource:
    """Episodes of the three shapes, each as often."""

    functions: tuple[Function, ...]

    def __call__(self, generator: np.random.Generator) -> Exercise:
        """One episode."""
        function = self.functions[generator.integers(len(self.functions))]
        template = str(generator.choice(["first-try", "one-repair", "search-and-repair"]))
        first, *others = generator.permutation(list(function.wrong)).tolist()
        documents = template == "search-and-repair" or bool(generator.random() < 0.75)
        script = Script(
            generates=(function.right if template == "first-try" else first,),
            repairs=(function.right if template == "one-repair" else others[0], *others[1:]),
            informed_repair=function.right if template == "search-and-repair" else None,
        )
        episode = start_episode(
            "template",
            Subtask(function.name, function.goal, function.signature, function.visible),
            episode_id="template",
            entry_point=function.name,
            has_documents=documents,
        )
        return Exercise(
            kind=template,
            episode=episode,
            model=DrillModel(script, function.right),
            retriever=Shelf(documents, library=bool(generator.random() < 0.7)),
            ledger=Ledger(DEFAULT_BUDGET),
            hidden=function.hidden,
        )


def train(variant: str, seed: int, steps: int) -> dict[str, Any]:
    """One training and its walks."""
    wall, cpu = time.perf_counter(), time.process_time()
    double, dueling = VARIANTS[variant]
    config = replace(LEARNER, double=double, dueling=dueling)
    learner = Learner(len(EXECUTIVE.features), len(EXECUTIVE.actions), config, seed)
    source = TemplateSource(functions(held_out=False) + functions(held_out=True))
    with CachedSandbox(process_sandbox()) as sandbox:
        Training(ExecutiveEnv(source, sandbox, PRICES), learner, seed=seed).run(steps)
        took = time.perf_counter() - wall, time.process_time() - cpu
        report = evaluate_templates(GreedyPolicy(variant, learner.weights(), learner.architecture), sandbox)
        before = evaluate_templates(untrained(EXECUTIVE, seed), sandbox)
    return {
        "variant": variant,
        "seed": seed,
        "exact": report.exact,
        "templates": report.by_template(),
        "untrained": before.exact,
        "wall_seconds": round(took[0], 1),
        "cpu_seconds": round(took[1], 1),
        "wrong": [" ".join(walk.actions) for walk in report.walks if not walk.exact],
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown."""
    lines = [
        "| variant | seeds | exact, mean | exact, worst seed | untrained | longest training (s) |",
        "|---|---|---|---|---|---|",
    ]
    for name in VARIANTS:
        mine = [row for row in rows if row["variant"] == name]
        exact = [row["exact"] for row in mine]
        lines.append(
            f"| {name} | {len(mine)} | {np.mean(exact):.1%} | {min(exact):.1%} "
            f"| {np.mean([row['untrained'] for row in mine]):.1%} "
            f"| {max(row['wall_seconds'] for row in mine)} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    rows = run_trainings(
        train,
        [((name, seed), (name, seed, given.steps)) for seed in range(given.seeds) for name in VARIANTS],
        settings={"steps": given.steps, "learner": dump(LEARNER), "prices": dump(PRICES)},
        path=given.json,
        workers=given.workers,
    )
    print(table(rows))


if __name__ == "__main__":
    main()
