"""The Executive's environment and its training, on drills in the real (process) sandbox."""

import json

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from hrl.config import load_settings
from hrl.errors import BadInput, RunError
from hrl.executive import EXECUTIVE, RewardSpec
from hrl.policies import load_policy
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Job, Limits
from hrl.training.compare import compare, walk
from hrl.training.config import LearnerConfig
from hrl.training.drills import drill_source
from hrl.training.environment import ExecutiveEnv, register
from hrl.training.executive import train_executive
from hrl.training.functions import functions
from hrl.training.recipe import Recipe
from hrl.training.reports import CachedSandbox

PRICES = RewardSpec()
QUICK = LearnerConfig(hidden=(16,), batch_size=16, learning_starts=20, buffer_size=500)


@pytest.fixture(scope="module")
def sandbox():
    box = CachedSandbox(open_sandbox(load_settings(sandbox="process")))
    yield box
    box.close()


def test_the_environment_passes_gymnasiums_checker():
    register()
    register()
    env = gym.make("hrl/Executive-v0")
    check_env(env.unwrapped, skip_render_check=True)
    env.close()


def test_an_episode_follows_the_masks(sandbox):
    env = ExecutiveEnv(drill_source(), sandbox)
    for seed in range(5):
        observation, info = env.reset(seed=seed)
        generator, done = np.random.default_rng(seed), False
        while not done:
            action = generator.choice(np.flatnonzero(info["action_mask"]))
            observation, _, terminated, truncated, info = env.step(action)
            assert env.observation_space.contains(observation)
            done = terminated or truncated


def test_an_illegal_action_changes_nothing_and_costs_one(sandbox):
    env = ExecutiveEnv(drill_source(), sandbox)
    before, _ = env.reset(seed=1)
    after, gain, terminated, truncated, _ = env.step(EXECUTIVE.action("debug"))
    assert (after == before).all()
    assert (gain, terminated, truncated) == (-1.0, False, False)


def test_the_same_seed_draws_the_same_drills(sandbox):
    one, other = (ExecutiveEnv(drill_source(), sandbox) for _ in range(2))
    for number in range(5):
        seed = 7 if number == 0 else None
        first, second = one.reset(seed=seed), other.reset(seed=seed)
        assert (first[0] == second[0]).all()
        assert one._walk._episode == other._walk._episode


def test_the_drills_programs_are_what_they_are_called(sandbox):
    for function in (*functions(held_out=False), *functions(held_out=True)):

        def verdict(program, tests):
            return sandbox.run(Job(program, tests, limits=Limits(seconds_per_test=1.0))).verdict

        assert verdict(function.right, function.visible + function.hidden) == "pass", function.name
        assert verdict(function.fooled, function.visible) == "pass", function.name
        assert verdict(function.fooled, function.hidden) == "fail", function.name
        assert verdict(function.wrong[0], function.visible) != "pass", function.name


def test_stopping_with_a_program_that_only_fools_the_visible_tests_is_not_rewarded(sandbox):
    source = drill_source()
    env = ExecutiveEnv(source, sandbox)
    policy = load_policy("single-shot", EXECUTIVE)
    for number in range(200):
        exercise = source(np.random.default_rng(number))
        if exercise.kind == "first-try" and "fooled" in _first(exercise):
            assert not walk(policy, source, env, number)["solved"]
            return
    pytest.fail("no such drill among 200")


def _first(exercise):
    from hrl.executive.requests import generate_call
    from hrl.llm.requests import Sampling

    reply = exercise.model.complete([generate_call(exercise.episode, Sampling())])[0].reply
    name = exercise.episode.subtask.name
    function = next(entry for entry in functions(held_out=False) if entry.name == name)
    return "fooled" if getattr(reply, "code", "") == function.fooled else "other"


def test_a_comparison_is_paired_and_counts_costs(sandbox):
    source = drill_source(held_out=True)
    policies = [load_policy(name, EXECUTIVE) for name in ("debug-3", "debug-3", "single-shot")]
    rows = compare(policies, source, ExecutiveEnv(source, sandbox), episodes=12, seed=0)
    assert rows[0] == rows[1]
    assert rows[0]["solved"] > rows[2]["solved"]
    assert rows[0]["tokens"] > rows[2]["tokens"]


def train(out, sandbox, steps, prices=PRICES, **given):
    recipe = Recipe(steps=steps, seed=3, learner=QUICK, prices=prices)
    return train_executive(out, recipe, sandbox=sandbox, episodes=2, **given)


def test_the_same_seed_gives_the_same_weights_where_no_measured_second_has_a_price(tmp_path, sandbox):
    timeless = RewardSpec(sandbox_second=0.0)
    first = train(tmp_path / "first", sandbox, 200, prices=timeless)
    with CachedSandbox(open_sandbox(load_settings(sandbox="process"))) as fresh:
        again = train(tmp_path / "again", fresh, 200, prices=timeless)
    assert again.weights == first.weights


def test_an_interrupted_training_ends_in_the_same_weights(tmp_path, sandbox):
    straight = train(tmp_path / "straight", sandbox, 120)
    train(tmp_path / "halves", sandbox, 60)
    resumed = train(tmp_path / "halves", sandbox, 120, resume=True)
    assert resumed.weights == straight.weights
    steps = [
        json.loads(line)["step"] for line in (tmp_path / "halves/metrics.jsonl").read_text().splitlines()
    ]
    assert steps == sorted(set(steps))
    policy = load_policy(str(tmp_path / "halves"), EXECUTIVE)
    assert policy.name == "executive"


def test_the_card_holds_recipe_and_baselines(tmp_path, sandbox):
    card = train(tmp_path, sandbox, 60)
    assert card.recipe["seed"] == 3
    (rows,) = card.tables.values()
    assert {"executive", "untrained", "random", "debug-3"} <= {row["policy"] for row in rows}


def test_a_second_training_needs_another_place_or_resume_with_the_same_recipe(tmp_path, sandbox):
    train(tmp_path, sandbox, 60)
    with pytest.raises(BadInput, match="--resume"):
        train(tmp_path, sandbox, 60)
    with pytest.raises(RunError, match="another seed"):
        train_executive(tmp_path, Recipe(steps=90, seed=4, learner=QUICK), sandbox=sandbox, resume=True)
    with pytest.raises(RunError, match="no training"):
        train(tmp_path / "nothing", sandbox, 60, resume=True)
