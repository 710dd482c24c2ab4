"""Where the time of a live training goes: model, sandbox, learner, checkpoints, and everything between.

    python bench/live.py --json bench/results/live.json

The Executive trains, as `hrl train` would, on functions of the curriculum that the bundled model answers,
with no reply and no report remembered. Model and sandbox are clocked at their seams, the learner and its
checkpoints by the training's own account; the rest is the Executive's bookkeeping. Shares are of one run's
wall time, so a busy machine moves them little. Loading the model comes before.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hrl.config import load_settings
from hrl.executive import EXECUTIVE
from hrl.llm import open_model
from hrl.llm.base import ChatModel
from hrl.llm.requests import Call, Completion
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Job, Sandbox
from hrl.training.environment import ExecutiveEnv
from hrl.training.learner import Learner
from hrl.training.live_functions import LiveFunctions
from hrl.training.loop import EpisodeResult, Training
from hrl.training.recipe import LEARNER
from hrl.types import TestReport


class ClockedModel:
    """A model, and the wall seconds that it took."""

    def __init__(self, model: ChatModel) -> None:
        self.name, self.fingerprint, self.style = model.name, model.fingerprint, model.style
        self.seconds, self.calls = 0.0, 0
        self._model = model

    def complete(self, calls: Sequence[Call]) -> list[Completion]:
        started = time.perf_counter()
        answers = self._model.complete(calls)
        self.seconds += time.perf_counter() - started
        self.calls += len(calls)
        return answers

    def close(self) -> None:
        self._model.close()


class ClockedSandbox:
    """A sandbox, and the wall seconds that it took."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.backend, self.isolation = sandbox.backend, sandbox.isolation
        self.seconds, self.runs = 0.0, 0
        self._sandbox = sandbox

    def run(self, job: Job) -> TestReport:
        started = time.perf_counter()
        report = self._sandbox.run(job)
        self.seconds += time.perf_counter() - started
        self.runs += 1
        return report

    def close(self) -> None:
        self._sandbox.close()


def measure(spec: str, backend: str, steps: int) -> dict[str, Any]:
    """Train for so many steps; seconds and shares by where they went."""
    settings = load_settings(sandbox=backend)
    model, sandbox = ClockedModel(open_model(spec, settings)), ClockedSandbox(open_sandbox(settings))
    learner = Learner(
        len(EXECUTIVE.features),
        len(EXECUTIVE.actions),
        # An update every fourth step from the first full batch on, as in a long training.
        replace(LEARNER, learning_starts=1, batch_size=min(LEARNER.batch_size, max(4, steps // 4))),
        seed=0,
    )

    def report(result: EpisodeResult) -> None:
        print(f"step {result.step} of {steps}, {result.info['outcome']}", file=sys.stderr, flush=True)

    load = os.getloadavg()[0]
    try:
        functions = LiveFunctions(model)
        # Another one every time.
        env = ExecutiveEnv(lambda generator: functions.number(int(generator.integers(2**32))), sandbox)
        with tempfile.TemporaryDirectory() as folder:
            training = Training(env, learner, seed=0, checkpoint=Path(folder) / "checkpoint.safetensors")
            started = time.perf_counter()
            training.run(steps, report)
            wall = time.perf_counter() - started
    finally:
        sandbox.close()
        model.close()
    account = training.account
    seconds = {
        "model": model.seconds,
        "sandbox": sandbox.seconds,
        "learner": account.learner,
        "checkpoints": account.checkpoints,
    }
    seconds["executive and loop"] = wall - sum(seconds.values())
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "model": spec,
        "sandbox": sandbox.backend,
        "load": [round(load, 1), round(os.getloadavg()[0], 1)],
        "steps": learner.steps,
        "updates": learner.updates,
        "calls": model.calls,
        "runs": sandbox.runs,
        "wall_seconds": round(wall, 2),
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "shares": {name: round(value / wall, 5) for name, value in seconds.items()},
        "model_and_sandbox": round((seconds["model"] + seconds["sandbox"]) / wall, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--sandbox", default="process")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    result = measure(given.model, given.sandbox, given.steps)
    print("| part | seconds | share |\n|---|---|---|")
    for name, value in result["seconds"].items():
        print(f"| {name} | {value} | {result['shares'][name]:.2%} |")
    print(f"\nmodel and sandbox: {result['model_and_sandbox']:.2%} of {result['wall_seconds']} s")
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
