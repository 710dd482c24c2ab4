"""A training of the Executive that is killed again and again ends in the weights of one left alone.

The trainings are processes of their own. Most die by SIGKILL in the middle of an episode, while a seeded
number of programs ran, so that a fast and a slow machine see the same; two are killed from outside at a
seeded moment after a checkpoint, wherever they then are. Sandbox reports come from the undisturbed training:
how long a program took must not decide here.
"""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from hrl.executive import EXECUTIVE
from hrl.policies import load_policy
from hrl.training.checkpoint import read_checkpoint
from hrl.training.executive import train_executive
from hrl.training.recipe import read_recipe

RECIPE = """
steps = 300
seed = 5
[learner]
hidden = [16]
batch_size = 16
learning_starts = 20
buffer_size = 200  # smaller than the training is long: the ring's seam is part of what is resumed
n_step = 3
"""
TRAIN = """
import os, signal, sys
from pathlib import Path
from hrl.training.environment import process_sandbox
from hrl.training.executive import train_executive
from hrl.training.recipe import read_recipe
from hrl.training.reports import CachedSandbox


class Mortal(CachedSandbox):
    # Kills its own process instead of giving the report number `after`.
    after = int(sys.argv[4])

    def run(self, job):
        self.after -= 1
        if not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().run(job)


recipe, out, reports = map(Path, sys.argv[1:4])
sandbox = Mortal(process_sandbox(), reports)
train_executive(out, read_recipe(recipe), resume=(out / "recipe.json").exists(), sandbox=sandbox, episodes=2)
"""
PATIENCE = 240.0


def started(recipe, out, reports, after=0):
    """A training that goes on from what is in `out`, and dies at its report number `after`."""
    return subprocess.Popen([sys.executable, "-c", TRAIN, recipe, out, reports, str(after)])


def written(path):
    """A number that changes with every checkpoint."""
    return path.stat().st_mtime_ns if path.exists() else 0


def kill_after_a_checkpoint(process, checkpoint, delay):
    known, until = written(checkpoint), time.monotonic() + PATIENCE
    while written(checkpoint) == known and process.poll() is None and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE)


@pytest.mark.timeout(900)  # six processes, each of which imports torch: minutes on a busy machine
def test_a_training_killed_at_any_moment_and_resumed_ends_in_the_same_weights(tmp_path):
    recipe, reports, out = tmp_path / "recipe.toml", tmp_path / "reports.jsonl", tmp_path / "killed"
    recipe.write_text(RECIPE)
    straight = train_executive(tmp_path / "straight", read_recipe(recipe), reports=reports, episodes=2)
    checkpoint, random, resumed_at = out / "checkpoint.safetensors", np.random.default_rng(11), []
    for first, last in ((2, 6), (45, 60), (45, 60)):
        process = started(recipe, out, reports, random.integers(first, last))
        assert process.wait(PATIENCE) == -signal.SIGKILL
        resumed_at.append(read_checkpoint(checkpoint)[0]["steps"] if checkpoint.exists() else 0)
    assert resumed_at[0] == 0
    assert 0 < resumed_at[1] < resumed_at[2] < 300, resumed_at
    for _ in range(2):
        kill_after_a_checkpoint(started(recipe, out, reports), checkpoint, random.uniform(0, 0.03))
    assert started(recipe, out, reports).wait(PATIENCE) == 0

    theirs, ours = (load_policy(str(place), EXECUTIVE).weights for place in (tmp_path / "straight", out))
    assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)
    assert json.loads((out / "executive.json").read_text())["weights"] == straight.weights
    (plain, tensors), (again, others) = (
        read_checkpoint(place / "checkpoint.safetensors") for place in (tmp_path / "straight", out)
    )
    assert again == plain
    assert all((others[name] == tensors[name]).all() for name in tensors)
