"""Environment steps a CPU-second of the learner, against other libraries' DQN; time of a decision; threads.

    pip install stable-baselines3                  # where its requirements suit; tianshou, torchrl likewise
    python bench/learner.py --json bench/results/learner.json

All contenders live in one process and take turns in blocks of steps, so that a shared machine is as fast or
slow for one as for the other; what counts is the median of the ratios of neighbouring blocks, in CPU seconds
of the process. The environment, the network (64 → 128 → 128 → 5), batch, buffer, discount, exploration and
one update a step are the same; the learner here has masks, Double, Dueling and a soft target besides. Others
get the environment without masks in `info`, because they would copy what they do not read, and no `Monitor`.
A library that is not installed is left out and named.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from learner_rivals import RIVALS, Advance

from hrl.executive import EXECUTIVE
from hrl.policies import load_policy
from hrl.training.config import LearnerConfig
from hrl.training.learner import Learner
from hrl.training.loop import Training

INPUTS, ACTIONS, HIDDEN = 64, 5, (128, 128)
STATES, LENGTH = 256, 40
MASKED = LearnerConfig(
    hidden=HIDDEN,
    n_step=1,
    batch_size=64,
    buffer_size=50_000,
    learning_starts=200,
    learning_rate=1e-3,
    learning_rate_end=1e-3,
    epsilon_start=0.05,
    epsilon_end=0.05,
)


class Walk(gym.Env[Any, Any]):
    """A fixed random graph of 256 places; one table look-up a step, so that the learner is what is timed.

    Each place is seen as 64 numbers and allows two to five of five moves; an illegal one stays and costs 1.
    Terminates at every 16th place and truncates after 40 steps.
    """

    observation_space = gym.spaces.Box(-1, 1, (INPUTS,), np.float32)
    action_space = gym.spaces.Discrete(ACTIONS)

    def __init__(self, *, masked: bool = True) -> None:
        random = np.random.default_rng(0)
        self._sees = list(random.uniform(-1, 1, (STATES, INPUTS)).astype(np.float32))
        legal = random.random((STATES, ACTIONS)) < 0.5
        legal[:, :2] = True
        leads = random.integers(STATES, size=(STATES, ACTIONS))
        self._leads = np.where(legal, leads, np.arange(STATES)[:, None]).tolist()
        self._gains = np.where(legal, random.normal(0, 0.1, (STATES, ACTIONS)), -1.0).tolist()
        self._masks = list(legal) if masked else None

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, Any]:
        super().reset(seed=seed)
        self._place, self._left = int(self.np_random.integers(1, 16)), LENGTH
        return self._sees[self._place].copy(), self._info()

    def step(self, action: Any) -> tuple[Any, float, bool, bool, Any]:
        action = int(action)
        gain, self._place = self._gains[self._place][action], self._leads[self._place][action]
        self._left -= 1
        ended = self._place % 16 == 0
        return self._sees[self._place].copy(), gain, ended, not ended and not self._left, self._info()

    def _info(self) -> dict[str, Any]:
        return {"action_mask": self._masks[self._place].copy()} if self._masks else {}


def here(n_step: int = 1) -> Advance:
    """Masked Double + Dueling DQN, as `hrl train` runs it."""
    training = Training(Walk(), Learner(INPUTS, ACTIONS, replace(MASKED, n_step=n_step), 0), seed=0)

    def advance(steps: int) -> int:
        before = training.learner.steps
        training.run(before + steps)
        return training.learner.steps - before

    return advance


def contenders() -> tuple[dict[str, Advance], dict[str, str]]:
    """Those that can be had, and why others cannot."""
    found, missing = {"hrl": here(), "hrl, n = 3": here(3)}, {}
    for name, make in RIVALS.items():
        try:
            found[name] = make(lambda: Walk(masked=False), HIDDEN, MASKED)
        except ImportError as problem:
            missing[name] = str(problem)
    return found, missing


def paces(found: dict[str, Advance], rounds: int, steps: int) -> dict[str, list[float]]:
    """Steps a CPU-second of every contender in every round; who begins changes by turns."""
    for advance in found.values():
        advance(MASKED.learning_starts + 300)
    names = list(found)
    measured: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            started = time.process_time()
            taken = found[name](steps)
            measured[name].append(taken / (time.process_time() - started))
        print(f"round {number + 1} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    return measured


def spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }


def decision(act: Callable[[Any, Any], Any], times: int) -> dict[str, float]:
    """Microseconds of one decision on observations and masks drawn at random."""
    random = np.random.default_rng(0)
    sees = random.random((64, len(EXECUTIVE.features))).astype(np.float32)
    masks = random.random((64, len(EXECUTIVE.actions))) < 0.6
    masks[:, -1] = True
    took = []
    for number in range(times):
        observation, mask = sees[number % 64], masks[number % 64]
        started = time.perf_counter_ns()
        act(observation, mask)
        took.append((time.perf_counter_ns() - started) / 1000)
    return {"median": round(statistics.median(took), 1), "p90": round(float(np.quantile(took, 0.9)), 1)}


def measure(rounds: int, steps: int) -> dict[str, Any]:
    """Everything that the table shows."""
    load = os.getloadavg()[0]
    torch.set_num_threads(2)
    here()(1)
    pinned = torch.get_num_threads()
    found, missing = contenders()
    torch.set_num_threads(1)
    measured = paces(found, rounds, steps)
    versus = {
        other: spread([mine / theirs for mine, theirs in zip(measured["hrl"], values, strict=True)])
        for other, values in measured.items()
        if other != "hrl"
    }
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "torch": torch.__version__,
        "load": [round(load, 1), round(os.getloadavg()[0], 1)],
        "rounds": rounds,
        "steps": steps,
        "steps_a_cpu_second": {name: spread(values) for name, values in measured.items()},
        "ratio_of_hrl_to": versus,
        "missing": missing,
        "decision_microseconds": decision(load_policy("default", EXECUTIVE).act, 20_000),
        "threads_while_training": pinned,
    }


def table(result: dict[str, Any]) -> str:
    """Markdown."""
    lines = [
        "| learner | steps / CPU-second | hrl is faster by (median of pairs) | range |",
        "|---|---|---|---|",
    ]
    for name, pace in result["steps_a_cpu_second"].items():
        ratio = result["ratio_of_hrl_to"].get(name)
        shown = f"{ratio['median']:.2f} | {ratio['min']:.2f} to {ratio['max']:.2f}" if ratio else "1 |"
        lines.append(f"| {name} | {pace['median']:.0f} | {shown} |")
    lines += [f"\nnot installed: {name} ({why})" for name, why in result["missing"].items()]
    took = result["decision_microseconds"]
    lines += [
        f"\none decision of the shipped policy: {took['median']} µs (nine of ten under {took['p90']} µs); "
        f"threads while training: {result['threads_while_training']}; "
        f"load before and after: {result['load'][0]}, {result['load'][1]}"
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--steps", type=int, default=3000, help="of each contender in each round")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    result = measure(given.rounds, given.steps)
    print(table(result))
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
