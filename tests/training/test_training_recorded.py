"""Recorded programs of real models as training exercises."""

import json

import numpy as np
import pytest

from hrl.benchmarks.datasets import to_json_line
from hrl.benchmarks.problem import Problem
from hrl.config import load_settings
from hrl.errors import BadInput, RunError, SandboxUnavailable
from hrl.executive import EXECUTIVE, RewardSpec
from hrl.policies import RulePolicy, load_policy
from hrl.policies.stopping import logistic
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Job
from hrl.training.config import LearnerConfig
from hrl.training.environment import ExecutiveEnv
from hrl.training.executive import Material, train_executive
from hrl.training.recipe import Recipe, ReplayRecipe, read_recipe
from hrl.training.recorded import all_jobs, fold_of, read_recorded, read_replays, recorded_source
from hrl.training.reports import CachedSandbox
from hrl.training.stop_rule import fit_stop_rule
from hrl.types import TestCode

RIGHT = "def {0}(x):\n    return x + 1\n"
WRONG = "def {0}(x):\n    return x + 2\n"
WORSE = "def {0}(x):\n    return x + 3\n"
# What each record holds: solved at once, rescued at step 2, looping, passing only the visible test.
RUNS = {
    "fine": (RIGHT,),
    "rescued": (WRONG, WORSE, RIGHT),
    "looping": (WRONG, WRONG, WRONG, RIGHT),
    "fooled": ("def {0}(x):\n    return 2\n",),
}


@pytest.fixture
def world(tmp_path):
    problems = [
        Problem(
            name,
            f"Add one: {name}.",
            name,
            f"def {name}(x)",
            (),
            (TestCode(f"assert {name}(1) == 2\nassert {name}(5) == 6\n"),),
        )
        for name in RUNS
    ]
    (tmp_path / "p.jsonl").write_text("".join(to_json_line(problem) + "\n" for problem in problems))
    rows = [
        {
            "task_id": name,
            "step": step,
            "completion": code.format(name),
            "visible_tests": [f"assert {name}(1) == 2"],
        }
        for name, codes in RUNS.items()
        for step, code in enumerate(codes)
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


@pytest.fixture(scope="module")
def box():
    with CachedSandbox(open_sandbox(load_settings(sandbox="process"))) as sandbox:
        yield sandbox


def records(world):
    return read_recorded(world / "r.jsonl", str(world / "p.jsonl"))


def walk(policy, one, sandbox):
    env = ExecutiveEnv(lambda _: one.exercise(), sandbox, RewardSpec(shaping=0.0))
    observation, info = env.begin(one.exercise())
    actions, done = [], False
    while not done:
        action = policy.act(observation, info["action_mask"]).action
        actions.append(EXECUTIVE.actions[action])
        observation, _, terminated, truncated, info = env.step(action)
        done = terminated or truncated
    return actions, info


def test_the_record_answers_its_tests_are_visible_and_the_benchmarks_are_hidden(world, box):
    found = {one.problem.id: one for one in records(world)}
    assert [test.source for test in found["fine"].problem.examples] == ["assert fine(1) == 2\n"]
    ten = load_policy("debug-10", EXECUTIVE)
    assert walk(ten, found["rescued"], box)[1]["solved"]
    assert walk(ten, found["looping"], box)[1]["solved"]
    assert not walk(load_policy("debug-10-fresh", EXECUTIVE), found["looping"], box)[1]["solved"]
    actions, info = walk(ten, found["fooled"], box)
    assert (actions, info["outcome"], info["solved"]) == (["generate", "test", "stop"], "passed", False)


def test_every_way_that_is_walked_again_costs_the_same_and_runs_nothing(world, box):
    ten = load_policy("debug-10", EXECUTIVE)
    (one,) = [one for one in records(world) if one.problem.id == "rescued"]
    first = walk(ten, one, box)

    class Nothing:
        backend = isolation = ""

        def run(self, job):
            raise AssertionError("nothing is run again")

        def close(self):
            pass

    again = walk(ten, one, Nothing())
    assert again[0] == first[0]
    masks = {"action_mask": 0, "available": 0}
    assert {**again[1], **masks} == {**first[1], **masks}
    assert first[1]["tokens"] > 0


def test_all_programs_are_graded_at_once_and_kept_on_disk(world, box):
    path = world / "reports.jsonl"
    jobs = list(all_jobs(records(world)))
    kept = CachedSandbox(box, path)
    assert kept.fill(jobs) == len({job.program for job in jobs}) * 2
    assert CachedSandbox(box, path).fill(jobs) == 0
    path.write_text(path.read_text()[:-20])
    assert CachedSandbox(box, path).fill(jobs) == 1
    assert CachedSandbox(box, path).fill(jobs) == 0
    path.write_text("what?\n" + path.read_text())
    with pytest.raises(RunError, match="line 1"):
        CachedSandbox(box, path)


def test_a_failing_sandbox_is_never_kept_nor_learned_from(world):
    class Broken:
        backend = isolation = ""

        def run(self, job):
            raise SandboxUnavailable("no engine")

    kept = CachedSandbox(Broken(), world / "reports.jsonl")
    with pytest.raises(SandboxUnavailable):
        kept.run(Job("x = 1\n", ()))
    with pytest.raises(SandboxUnavailable):
        recorded_source(records(world), ReplayRecipe(), kept)
    assert not (world / "reports.jsonl").exists()


def test_a_fold_and_a_model_can_be_left_out(world, box):
    every = records(world)
    folds = {one.problem.id: fold_of(one.key, 3) for one in every}
    source = recorded_source(every, ReplayRecipe(folds=3, fold=folds["rescued"]), box)
    drawn = {source(np.random.default_rng(n)).episode.task_id for n in range(60)}
    assert drawn == {name for name, fold in folds.items() if fold != folds["rescued"]}
    with pytest.raises(BadInput, match="no recorded problem"):
        recorded_source(every, ReplayRecipe(leave_out="r"), box)


def test_the_share_of_failing_first_programs_is_the_recipes(world, box):
    source = recorded_source(records(world), ReplayRecipe(failing=1.0), box)
    assert {one.problem.id for one in source.failed} == {"rescued", "looping"}
    drawn = {source(np.random.default_rng(n)).episode.task_id for n in range(40)}
    assert drawn == {"rescued", "looping"}


def test_a_share_of_the_problems_begins_after_repairs_that_brought_something_new(world, box):
    # `looping` comes back to its first program until its last, so only `rescued` has a later start.
    source = recorded_source(records(world), ReplayRecipe(failing=1.0, later=1.0), box)
    assert [[one.problem.id for one, _ in each] for each in source.starts] == [["rescued"]]
    later = source(np.random.default_rng(0))
    env = ExecutiveEnv(None, box, RewardSpec(shaping=0.0))
    observation, info = env.begin(later)
    assert observation[EXECUTIVE.index("debug_count")] == pytest.approx(0.1)
    assert observation[EXECUTIVE.index("last_duplicate")] == 0
    assert info["tokens"] == info["model_calls"] == 0  # What came before is nobody's cost.
    for action in ("debug", "test", "stop"):
        _, _, terminated, _, info = env.step(EXECUTIVE.action(action))
    assert terminated
    assert info["solved"]
    half = recorded_source(records(world), ReplayRecipe(failing=1.0, later=0.5), box)
    drawn = [half(np.random.default_rng(n)) for n in range(100)]
    assert 30 < sum(bool(one.begun) for one in drawn) < 70


def test_without_later_starts_the_same_problems_are_drawn_as_ever(world, box):
    source = recorded_source(records(world), ReplayRecipe(), box)
    assert source.starts == ()
    generator, again = np.random.default_rng(4), np.random.default_rng(4)
    for _ in range(20):
        pool = source.failed if again.random() < 0.85 else source.passed
        assert source(generator).episode.id == pool[again.integers(len(pool))].key


def test_training_takes_records_and_says_so_in_the_card(world, box):
    recorded, digests = read_replays([f"{world / 'p.jsonl'}:{world / 'r.jsonl'}"], None)
    quick = LearnerConfig(hidden=(8,), batch_size=16, learning_starts=20, buffer_size=500)
    fold = fold_of(next(one.key for one in recorded if one.problem.id == "rescued"), 3)
    recipe = Recipe(steps=150, learner=quick, replay=ReplayRecipe(share=0.5, folds=3, fold=fold))
    out = world / "out"
    card = train_executive(out, recipe, material=Material(recorded, digests), sandbox=box, episodes=2)
    assert list(card.recipe["data"]) == ["r.jsonl"]
    assert len(card.recipe["data"]["r.jsonl"]) == 64
    assert "recorded programs of real models (r)" in card.notes[0]
    (table,) = [rows for title, rows in card.tables.items() if "left out of training" in title]
    rows = {row["policy"]: row for row in table}
    left_out = [one for one in recorded if fold_of(one.key, 3) == fold]
    assert {row["episodes"] for row in rows.values()} == {len(left_out)}
    assert rows["debug-3"]["solved"] > rows["single-shot"]["solved"]
    assert (out / "reports.jsonl").exists()
    assert str(world) not in json.dumps(card.recipe) + card.command
    with pytest.raises(RunError, match="another data"):
        train_executive(out, recipe, sandbox=box, resume=True)


@pytest.mark.parametrize("given", ["mbpp", "mbpp:", "mbpp:nowhere.jsonl"])
def test_what_is_no_record_is_named(given):
    with pytest.raises(BadInput, match="give a benchmark and the file"):
        read_replays([given], None)


def test_a_recipe_is_read_with_all_its_numbers(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text(
        "steps = 7\n[learner]\nhidden = [4]\nblind = ['passed']\n"
        "[replay]\nfold = 1\n[replay.prices]\ntoken = 0.5\n"
    )
    recipe = read_recipe(path)
    assert (recipe.steps, recipe.learner.hidden, recipe.replay.fold) == (7, (4,), 1)
    assert recipe.replay.prices.token == 0.5
    assert recipe.learner.blind == (EXECUTIVE.index("passed"),)
    for text, sentence in (
        ("[replay]\nflod = 1\n", "no field replay.flod"),
        ("steps = 'many'\n", "steps: "),
        ("steps =", "cannot be read"),
        ("[learner]\nblind = ['weather']\n", "no feature 'weather'"),
    ):
        path.write_text(text)
        with pytest.raises(BadInput, match=sentence):
            read_recipe(path)


def test_the_stop_rule_is_fitted_to_what_the_loop_brings(world, box):
    failed = [one for one in records(world) if one.problem.id in ("rescued", "looping")]
    env = ExecutiveEnv(lambda _: failed[0].exercise(), box, RewardSpec(shaping=0.0))
    fitted = fit_stop_rule(failed, env, threshold=0.5)
    policy = RulePolicy("logistic", logistic(fitted=fitted), EXECUTIVE)
    assert [walk(policy, one, box)[1]["solved"] for one in failed] == [True, True]
