"""The ablation's recipe, switches and table, with trainings of a few steps."""

import json
import math
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hrl.executive import EXECUTIVE
from hrl.policies import load_policy
from hrl.training.environment import ExecutiveEnv, process_sandbox
from hrl.training.functions import functions
from hrl.training.reports import CachedSandbox
from hrl.types import dump

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))


@pytest.fixture
def ablation(bench):
    pytest.importorskip("scipy", reason="needs the extra: pip install 'hrl[analysis]'")
    import ablation

    return ablation


@pytest.fixture
def world(bench):
    import ablation_world

    return ablation_world


@pytest.fixture(scope="module")
def sandbox():
    with CachedSandbox(process_sandbox()) as box:
        yield box


def test_the_recipe_names_every_part_that_the_table_needs(ablation):
    variants = {one.name: one for one in ablation.read_variants(BENCH / "ablation.toml")}
    base = next(iter(variants.values()))
    kinds = {(one.recipe.learner.double, one.recipe.learner.dueling) for one in variants.values()}
    assert kinds == {(double, dueling) for double in (True, False) for dueling in (True, False)}
    assert {one.recipe.learner.n_step for one in variants.values()} == {1, 3, 5}
    assert variants["prioritised replay"].recipe.learner.priority_exponent > 0
    assert variants["LayerNorm"].recipe.learner.layer_norm
    assert not variants["no mask in the target"].recipe.learner.mask_target
    assert not variants["no mask in the choice"].world.masked_choice
    assert variants["no shaping"].recipe.prices == replace(base.recipe.prices, shaping=0.0)
    assert not variants["duplicates unseen"].world.duplicates
    assert not variants["no search"].world.search
    assert len({(one.recipe, one.world) for one in variants.values()}) == len(variants)


def test_a_field_that_does_not_exist_is_refused(ablation, tmp_path):
    path = tmp_path / "a.toml"
    path.write_text('[base]\nsteps = 5\n[[variants]]\nname = "x"\nlearner = { dubble = true }\n')
    with pytest.raises(SystemExit, match="dubble"):
        ablation.read_variants(path)


def test_trainings_of_every_kind_of_variant_make_a_table(ablation):
    variants = ablation.read_variants(BENCH / "ablation.toml", steps=60)
    wanted = (
        "double + dueling",
        "prioritised replay",
        "LayerNorm",
        "no mask at all",
        "duplicates unseen",
        "no search",
    )
    chosen = [one for one in variants if one.name in wanted]
    quick = {"hidden": (8,), "batch_size": 8, "learning_starts": 10}
    rows = []
    for one in chosen:
        recipe = replace(one.recipe, learner=replace(one.recipe.learner, **quick))
        rows.append(ablation.train(replace(one, recipe=recipe), 0, variants[0].recipe, 3))
    lines = ablation.table(rows, variants).splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == [one.name for one in chosen]
    legal = {row["variant"]: row["illegal"] for row in rows}
    assert not any(legal[name] for name in wanted if name != "no mask at all")


def settings_of(variants):
    return json.loads(json.dumps({"episodes": 500, "variants": [dump(one) for one in variants]}))


def test_figures_stay_when_variants_and_fields_are_added(ablation):
    variants = ablation.read_variants(BENCH / "ablation.toml")
    wanted, known = settings_of(variants), settings_of(variants[:3])
    for one in known["variants"]:  # as it was written before there was such a field
        del one["recipe"]["learner"]["layer_norm"]
    assert ablation.extends(known, wanted)
    assert not ablation.extends(known | {"episodes": 400}, wanted)
    assert not ablation.extends(wanted, known), "a variant that is not wanted any more"
    assert not ablation.extends(settings_of(variants[1:]), wanted), "judged at another base's prices"
    for field, value in (("n_step", 3), ("layer_norm", True), ("no_longer_there", 1)):
        other = json.loads(json.dumps(known))
        other["variants"][1]["recipe"]["learner"][field] = value
        assert not ablation.extends(other, wanted), field


def test_the_figures_that_are_there_are_of_this_recipe(ablation):
    known = json.loads((BENCH / "results" / "ablation.json").read_text())["settings"]
    assert ablation.extends(known, settings_of(ablation.read_variants(BENCH / "ablation.toml")))


def one_row(variant, seed):
    return {"variant": variant, "seed": seed, "made_by": os.getpid()}


def test_finished_trainings_are_kept_and_none_is_made_twice(bench, tmp_path):
    from trainings import run_trainings

    path, jobs = tmp_path / "rows.json", [(("a", 0), ("a", 0)), (("b", 0), ("b", 0)), (("a", 1), ("a", 1))]
    first = run_trainings(one_row, jobs[:2], settings={"steps": 1}, path=path, workers=1)
    again = run_trainings(one_row, jobs, settings={"steps": 1}, path=path, workers=1)
    assert again[:2] == first
    assert [(row["variant"], row["seed"]) for row in again] == [("a", 0), ("b", 0), ("a", 1)]
    assert again[2]["made_by"] != os.getpid()
    assert json.loads(path.read_text())["rows"] == again
    with pytest.raises(SystemExit, match="other settings"):
        run_trainings(one_row, jobs, settings={"steps": 2}, path=path, workers=1)


def fails_later(variant, seed):
    time.sleep(0 if variant == "bad" else 3)
    if variant == "bad":
        raise ValueError("no such training")
    return one_row(variant, seed)


def test_a_training_that_fails_costs_no_row_of_those_beside_it(bench, tmp_path):
    from trainings import run_trainings

    path, jobs = tmp_path / "rows.json", [((name, 0), (name, 0)) for name in ("bad", "good", "later")]
    with pytest.raises(ValueError, match="no such training"):
        run_trainings(fails_later, jobs, settings={}, path=path, workers=2)
    assert [row["variant"] for row in json.loads(path.read_text())["rows"]] == ["good"]


def test_differences_pair_seeds(ablation):
    mean, low, high = ablation.difference([1.0, 5.0, 3.0], [0.0, 4.0, 2.0])
    assert (mean, low, high) == (1.0, 1.0, 1.0)
    mean, low, high = ablation.difference([1.0, -1.0, 3.0], [0.0, 0.0, 0.0])
    assert low < mean == 1.0 < high


def test_intervals_of_few_seeds_cover_what_they_say(ablation):
    gaps = np.random.default_rng(0).normal(1.0, 2.0, size=(2000, 5))
    bounds = [ablation.difference(list(gap), [0.0] * 5)[1:] for gap in gaps]
    assert np.mean([low <= 1.0 <= high for low, high in bounds]) == pytest.approx(0.95, abs=0.015)
    assert ablation.difference([1.0], [0.0]) == (1.0, -math.inf, math.inf)


def test_a_bounded_episode_ends_and_counts_what_was_illegal(world, sandbox):
    env = world.Bounded(ExecutiveEnv(world.exercises(world.World()), sandbox), [])
    _, info = env.reset(seed=0)
    debug = EXECUTIVE.action("debug")
    assert not info["action_mask"][debug]
    for _ in range(world.BOUND):
        _, gain, terminated, truncated, _ = env.step(debug)
    assert (gain, terminated, truncated, env.illegal) == (-1.0, False, True, world.BOUND)


def test_hidden_features_read_nothing_and_others_are_left_alone(world, sandbox):
    hidden = [EXECUTIVE.index(name) for name in world.DUPLICATES]
    rest = [place for place in range(len(EXECUTIVE.features)) if place not in hidden]
    plain = ExecutiveEnv(world.exercises(world.World()), sandbox)
    env = world.Bounded(ExecutiveEnv(world.exercises(world.World()), sandbox), hidden)
    policy, seen = load_policy("debug-10", EXECUTIVE), []
    for seed in range(20):
        (observation, info), (other, _), done = plain.reset(seed=seed), env.reset(seed=seed), False
        while not done:
            action = policy.act(observation, info["action_mask"]).action
            observation, _, ended, cut, info = plain.step(action)
            other, *_ = env.step(action)
            assert not other[hidden].any()
            assert (other[rest] == observation[rest]).all()
            seen.append(observation[hidden].any())
            done = ended or cut
    assert any(seen)


def test_without_search_it_is_never_legal(world, sandbox):
    def searches(search):
        env = ExecutiveEnv(world.exercises(world.World(search=search)), sandbox)
        policy, legal = load_policy("always-verify", EXECUTIVE), 0
        for seed in range(15):
            (observation, info), done = env.reset(seed=seed), False
            while not done:
                legal += info["action_mask"][EXECUTIVE.action("search")]
                action = policy.act(observation, info["action_mask"]).action
                observation, _, ended, cut, info = env.step(action)
                done = ended or cut
        return legal

    assert searches(True) > 0
    assert searches(False) == 0


def test_template_drills_are_solved_by_their_templates(bench, sandbox):
    import templates

    from hrl.benchmarks.templates import TEMPLATES

    source = templates.TemplateSource(functions(held_out=False))
    env = ExecutiveEnv(source, sandbox)
    seen = set()
    for seed in range(25):
        exercise = source(np.random.default_rng(seed))
        env.begin(exercise)
        for action in TEMPLATES[exercise.kind]:
            _, _, terminated, _, info = env.step(EXECUTIVE.action(action))
        assert terminated
        assert info["solved"]
        assert info["model_calls"] == TEMPLATES[exercise.kind].count("debug") + 1
        seen.add(exercise.kind)
    assert seen == set(TEMPLATES)


def test_the_learner_bench_measures_ratios_decisions_and_threads(bench):
    import learner

    result = learner.measure(rounds=2, steps=60)
    assert result["steps_a_cpu_second"]["hrl"]["min"] > 0
    assert "hrl, n = 3" in result["ratio_of_hrl_to"]
    assert set(result["ratio_of_hrl_to"]) | set(result["missing"]) == {"hrl, n = 3", *learner.RIVALS}
    assert result["threads_while_training"] == 1
    assert result["decision_microseconds"]["median"] > 0
    assert "µs" in learner.table(result)


def test_the_walk_of_the_learner_bench_is_a_proper_environment(bench):
    from gymnasium.utils.env_checker import check_env
    from learner import Walk

    check_env(Walk(), skip_render_check=True)
    env, ended = Walk(), {"terminated": 0, "truncated": 0}
    random = np.random.default_rng(0)
    _, info = env.reset(seed=1)
    for _ in range(2_000):
        _, _, terminated, truncated, info = env.step(random.choice(np.flatnonzero(info["action_mask"])))
        ended["terminated"] += terminated
        ended["truncated"] += truncated
        if terminated or truncated:
            _, info = env.reset()
    assert min(ended.values()) > 0
