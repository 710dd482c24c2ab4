"""The Hierarchical policy's training, on scripted programs in the real (process) sandbox."""

import json
from dataclasses import replace

import numpy as np
import pytest

from hrl.config import load_settings
from hrl.errors import BadInput, RunError, SandboxUnavailable
from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL, OPTIONS
from hrl.graphs.rivals import hierarchical_policy
from hrl.policies import Architecture, GreedyPolicy, fresh_weights, load_policy
from hrl.training.collecting import collect
from hrl.training.config import LearnerConfig
from hrl.training.hierarchical import Conditions, train_hierarchical
from hrl.training.hierarchical_recipe import (
    HierarchicalRecipe,
    JointRecipe,
    LiveProgramsRecipe,
    read_hierarchical_recipe,
)
from hrl.training.joint import fine_tune
from hrl.training.option_environment import HierarchicalEnv
from hrl.training.program_table import measure_programs
from hrl.training.programs import ProgramPrices
from hrl.training.scripted_programs import ScriptedPrograms, scenes
from hrl.training.stored import StoredStudy, StoredWalks
from hrl.training.trajectories import Led, StoredWalk, Trajectories
from hrl.training.walks import STOP, LiveWalk

QUICK = LearnerConfig(
    hidden=(32,), n_step=1, batch_size=32, learning_starts=50, buffer_size=4000, tau=0.02, epsilon_steps=500
)
PRICES = ProgramPrices(token=0.0, model_call=0.01, sandbox_run=0.0)
RULE = hierarchical_policy("early")
RECIPE = HierarchicalRecipe(
    seed=3, rounds=2, steps=150, learner=QUICK, prices=PRICES, live=LiveProgramsRecipe(programs=3, walks=3)
)


def programs(kind, *, held_out=False):
    return [
        ScriptedPrograms.of(kind, scene, variant) for scene in scenes(held_out=held_out) for variant in (0, 2)
    ]


def share(policy, some, workshop):
    rows = measure_programs(policy, some, workshop)
    return float(np.mean([row.solved for row in rows]))


def test_the_corrective_cycle_is_learned_from_stored_walks(tmp_path, workshop):
    """The first integration fails, and executing again repairs it: on programs that training never saw."""
    known = Trajectories()
    chain = hierarchical_policy("chain")
    collect(programs("re-execute"), workshop, known, chain, walks=12, epsilon=0.6, seed=(0,))
    study = StoredStudy(tmp_path, QUICK, PRICES, 0, resume=False)
    study.learn(known, 4000)
    learned, unseen = study.policy(), programs("re-execute", held_out=True)
    assert share(lambda _: learned, unseen, workshop) == 1.0
    randoms = share(lambda place: hierarchical_policy("random", place), unseen * 3, workshop)
    assert randoms < 0.7
    assert share(lambda _: hierarchical_policy("one-pass"), unseen, workshop) == 0.0


def test_a_hopeless_program_is_given_up_earlier_than_the_chain_does(tmp_path, workshop):
    known = Trajectories()
    collect(
        programs("hopeless"), workshop, known, hierarchical_policy("chain"), walks=4, epsilon=0.6, seed=(0,)
    )
    study = StoredStudy(tmp_path, QUICK, PRICES, 0, resume=False)
    study.learn(known, 1500)
    unseen = programs("hopeless", held_out=True)[:2]
    learned = measure_programs(lambda _: study.policy(), unseen, workshop)
    chain = measure_programs(lambda _: hierarchical_policy("chain"), unseen, workshop)
    assert sum(row.model_calls for row in learned) < 0.5 * sum(row.model_calls for row in chain)


def train(out, workshop, recipe=RECIPE, *, joint=False, episodes=0, **given):
    return train_hierarchical(
        out,
        recipe,
        joint=joint,
        settings=load_settings(),
        sandbox=workshop.sandbox,
        conditions=Conditions(episodes=episodes, **given),
    )


def test_the_same_seed_gives_the_same_bits_whoever_is_faster(tmp_path, workshop):
    one = train(tmp_path / "one", workshop, workers=1)
    other = train(tmp_path / "other", workshop, workers=3)
    assert one.weights == other.weights
    different = train(tmp_path / "third", workshop, recipe=replace(RECIPE, seed=4))
    assert different.weights != one.weights


class Failing:
    """A sandbox that cannot be used after so many runs."""

    def __init__(self, sandbox, runs):
        self.backend, self.isolation = sandbox.backend, sandbox.isolation
        self.sandbox, self.left = sandbox, runs

    def run(self, job):
        self.left -= 1
        if self.left < 0:
            raise SandboxUnavailable("the sandbox went away")
        return self.sandbox.run(job)

    def close(self):
        pass


@pytest.mark.parametrize("runs", [0, 7, 20])
def test_a_training_that_the_sandbox_ended_goes_on_to_the_same_bits(tmp_path, workshop, runs):
    straight = train(tmp_path / "straight", workshop)
    broken = replace(workshop, sandbox=Failing(workshop.sandbox, runs))
    with pytest.raises(SandboxUnavailable):
        train(tmp_path / "ended", broken)
    kept = (tmp_path / "ended/trajectories.jsonl").read_text().splitlines()
    resumed = train(tmp_path / "ended", workshop, resume=True)
    assert resumed.weights == straight.weights
    after = (tmp_path / "ended/trajectories.jsonl").read_text().splitlines()
    assert after[: len(kept)] == kept
    assert sorted(after) == sorted((tmp_path / "straight/trajectories.jsonl").read_text().splitlines())


def test_more_rounds_later_are_the_same_as_at_once(tmp_path, workshop):
    straight = train(tmp_path / "straight", workshop)
    train(tmp_path / "halves", workshop, recipe=replace(RECIPE, rounds=1))
    resumed = train(tmp_path / "halves", workshop, resume=True)
    assert resumed.weights == straight.weights


def test_the_card_names_recipe_executive_and_rivals(tmp_path, workshop):
    card = train(tmp_path, workshop, episodes=5)
    assert card.version == HIERARCHICAL.version
    assert card.recipe["executive"].startswith("executive@")
    (rows,) = card.tables.values()
    assert {"hierarchical", "chain", "whole", "random", "untrained"} <= {row["policy"] for row in rows}
    assert all(row["low"] <= row["solved"] <= row["high"] for row in rows)
    assert load_policy(str(tmp_path), HIERARCHICAL).name == "hierarchical"


def test_a_directory_holds_one_training(tmp_path, workshop):
    train(tmp_path, workshop)
    with pytest.raises(BadInput, match="--resume"):
        train(tmp_path, workshop)
    with pytest.raises(RunError, match="another seed"):
        train(tmp_path, workshop, recipe=replace(RECIPE, seed=9), resume=True)
    with pytest.raises(RunError, match="no training"):
        train(tmp_path / "nothing", workshop, resume=True)


def test_joint_training_tunes_both_and_goes_on_exactly(tmp_path, workshop):
    recipe = replace(RECIPE, rounds=1, joint=JointRecipe(steps=80, learner=QUICK))
    card = train(tmp_path / "one", workshop, recipe, joint=True)
    tuned, shipped = load_policy(str(tmp_path / "one"), EXECUTIVE), load_policy("default", EXECUTIVE)
    assert any((tuned.weights[name] != shipped.weights[name]).any() for name in shipped.weights)
    straight = train(tmp_path / "frozen", workshop, recipe)
    assert straight.weights != card.weights
    again = train(tmp_path / "frozen", workshop, recipe, joint=True, resume=True)
    assert again.weights == card.weights


def test_fine_tuning_keeps_the_shape_of_the_executives_network(tmp_path, workshop):
    shape = Architecture(len(EXECUTIVE.features), (8,), len(EXECUTIVE.actions), False, layer_norm=True)
    executive = GreedyPolicy("executive", fresh_weights(shape, 0), shape)
    known, chain = Trajectories(), hierarchical_policy("chain")
    starts = collect(programs("re-execute")[:1], workshop, known, chain, walks=1, epsilon=0.0, seed=(0,))
    recipe = JointRecipe(steps=60, learner=QUICK)
    tuned = fine_tune(tmp_path, recipe, executive, starts, workshop, seed=0, resume=False)
    assert tuned.architecture == shape
    assert (tuned.weights["norm.0.weight"] != executive.weights["norm.0.weight"]).any()


def test_a_stored_walk_goes_only_where_others_have_been(workshop):
    program = ScriptedPrograms.of("first-try", scenes(held_out=False)[0], 1)
    known = Trajectories()
    live = LiveWalk(program, workshop, known)
    for option in ("plan", "execute"):
        live.take(OPTIONS.index(option))
    stored = StoredWalk(program.name, known.tree(program.name))
    assert stored.here.mask[OPTIONS.index("execute")], "the task in one piece is legal"
    assert np.flatnonzero(stored.available).tolist() == [OPTIONS.index("plan")]
    assert stored.take(0).seen == known.tree(program.name).led[(0,)].seen
    stored.take(1)
    assert not stored.available.any()
    with pytest.raises(KeyError):
        stored.take(2)


def test_the_second_walk_begins_differently_and_an_easy_program_gets_fewer(workshop):
    def ends(kind):
        program, known = ScriptedPrograms.of(kind, scenes(held_out=False)[0], 1), Trajectories()
        collect([program], workshop, known, RULE, walks=5, easy_walks=2, epsilon=0.6, seed=(0,))
        tree = known.tree(program.name)
        assert tree.following(()) == [OPTIONS.index("plan"), OPTIONS.index("execute")]
        return sum(path[-1:] == (STOP,) for path in tree.led)

    assert ends("first-try") == 2
    assert ends("re-execute") > 2


def test_what_nobody_took_is_left_out_of_the_targets(workshop):
    program, known = ScriptedPrograms.of("first-try", scenes(held_out=False)[0], 1), Trajectories()
    LiveWalk(program, workshop, known).take(OPTIONS.index("plan"))
    env = HierarchicalEnv(lambda _: StoredWalk(program.name, known.tree(program.name)))
    _, info = env.reset(seed=0)
    assert np.flatnonzero(info["action_mask"]).tolist() == [OPTIONS.index("plan")]
    *_, truncated, info = env.step(OPTIONS.index("plan"))
    assert truncated
    assert np.flatnonzero(info["action_mask"]).tolist() == [OPTIONS.index("execute")], (
        "its value still counts"
    )


def test_learning_without_trajectories_is_refused():
    with pytest.raises(RunError, match="nothing was collected"):
        StoredWalks().use(Trajectories())


def test_trajectories_survive_their_file_and_a_torn_line(tmp_path):
    path, led = tmp_path / "t.jsonl", Led((0.1, 1.0), (0, 1), tokens=7)
    with Trajectories(path, {"model": "a"}) as first:
        first.tree("p", "kind")
        first.keep("p", (), led)
        first.keep("p", (STOP,), replace(led, solved=True))
        first.keep("p", (STOP,), led)
    with path.open("a") as file:
        file.write('{"program": "p", "ki')
    with Trajectories(path, {"model": "a"}) as second:
        assert second.tree("p").kind == "kind"
        assert second.tree("p").led == {(): led, (STOP,): replace(led, solved=True)}
        assert second.names() == ["p"]
    with pytest.raises(RunError, match="model a"):
        Trajectories(path, {"model": "b"})
    path.write_text(path.read_text() + json.dumps({"program": "p"}) + "\n")
    with pytest.raises(RunError, match="line 4"):
        Trajectories(path, {"model": "a"})


def test_a_recipe_is_read_and_checked(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text("rounds = 3\n[live]\nmodel = 'bundled'\nsizes = [2, 6]\n[prices]\ntoken = 0.5\n")
    recipe = read_hierarchical_recipe(path)
    assert (recipe.rounds, recipe.live.sizes, recipe.prices.token) == (3, (2, 6), 0.5)
    path.write_text("[live]\nwalk = 3\n")
    with pytest.raises(BadInput, match=r"live\.walk"):
        read_hierarchical_recipe(path)
    path.write_text("[live.budget]\nseconds = 3\n")
    with pytest.raises(BadInput, match="wall seconds"):
        read_hierarchical_recipe(path)
