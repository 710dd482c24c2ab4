"""The Hierarchical environment on scripted programs, in the real (process) sandbox."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from hrl.graphs.decision import OPTIONS
from hrl.graphs.rivals import hierarchical_policy
from hrl.planner import needs_split
from hrl.sandbox.base import Job
from hrl.training.environment import register
from hrl.training.live_programs import LivePrograms
from hrl.training.option_environment import HierarchicalEnv, live_walks
from hrl.training.programs import ProgramPrices
from hrl.training.scripted_programs import KINDS, ScriptedPrograms, scenes
from hrl.training.trajectories import Trajectories
from hrl.training.walks import LiveWalk

PRICES = ProgramPrices(token=0.0, model_call=0.01, sandbox_run=0.0)


def walked(policy, program, workshop, trajectories=None):
    """A whole run of a policy; the options and the last info."""
    env = HierarchicalEnv(live_walks(ScriptedPrograms(), workshop), PRICES)
    observation, info = env.begin(LiveWalk(program, workshop, trajectories or Trajectories()))
    taken, done = [], False
    while not done:
        action = policy.act(observation, info["action_mask"]).action
        taken.append(OPTIONS[action])
        observation, _, terminated, truncated, info = env.step(action)
        done = terminated or truncated
    return taken, info


def scene(title, held_out=False):
    return next(one for one in scenes(held_out=held_out) if one.task.title == title)


@pytest.mark.parametrize("name", ["hrl/Executive-v0", "hrl/Hierarchical-v0"])
def test_both_environments_pass_gymnasiums_checker(name):
    register()
    register()
    env = gym.make(name)
    check_env(env.unwrapped, skip_render_check=True)
    env.close()


def test_an_episode_follows_the_masks_and_ends(workshop):
    env = HierarchicalEnv(live_walks(ScriptedPrograms(), workshop), PRICES)
    for seed in range(6):
        observation, info = env.reset(seed=seed)
        generator, done = np.random.default_rng(seed), False
        while not done:
            action = generator.choice(np.flatnonzero(info["action_mask"]))
            observation, _, terminated, truncated, info = env.step(action)
            assert env.observation_space.contains(observation)
            done = terminated or truncated
        assert not truncated


def test_an_illegal_option_changes_nothing_and_costs_one(workshop):
    env = HierarchicalEnv(live_walks(ScriptedPrograms(), workshop), PRICES)
    before, _ = env.reset(seed=1)
    after, gain, terminated, truncated, info = env.step(OPTIONS.index("integrate"))
    assert (after == before).all()
    assert (gain, terminated, truncated) == (-1.0, False, False)
    assert info["model_calls"] == 0


def test_the_programs_are_what_they_are_called(workshop):
    def verdict(program, tests):
        return workshop.sandbox.run(Job(program, tests, limits=workshop.limits)).verdict

    for one in (*scenes(held_out=False), *scenes(held_out=True)):
        tests = one.task.visible_tests + one.task.hidden_tests
        assert verdict(one.reference, tests) == "pass", one.task.title
        for part in one.parts:
            others = "\n".join(p.right for p in (*one.parts, one.main) if p is not part)
            assert verdict(part.wrong, (part.visible,)) == "fail", part.name
            assert verdict(part.fooled, (part.visible,)) == "pass", part.name
            assert verdict(f"{part.fooled}\n{others}", (one.main.visible,)) != "pass", part.name


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"hopeless"}))
@pytest.mark.parametrize("variant", range(4))
def test_every_kind_can_be_solved_and_a_hopeless_one_cannot(workshop, kind, variant):
    chain = hierarchical_policy("chain")
    tries = [hierarchical_policy("random", seed) for seed in range(12)]
    program = ScriptedPrograms.of(kind, scene("Squares"), variant)
    known = Trajectories()
    assert any(walked(policy, program, workshop, known)[1]["solved"] for policy in [chain, *tries])
    hopeless = ScriptedPrograms.of("hopeless", scene("Squares"), variant)
    assert not walked(chain, hopeless, workshop, known)[1]["solved"]


def test_an_option_is_discounted_by_the_steps_that_it_lasts(workshop):
    """Squares: two parts at once, then main; each is generate, test, stop."""
    env = HierarchicalEnv(live_walks(ScriptedPrograms(), workshop), PRICES, gamma=0.9)
    program = ScriptedPrograms.of("first-try", scene("Squares"), 1)
    _, info = env.begin(LiveWalk(program, workshop, Trajectories()))
    discounts, costs = [], []
    for option in ("plan", "execute", "integrate", "evaluate", "stop"):
        _, gain, *_, info = env.step(OPTIONS.index(option))
        discounts.append(info["discount"])
        costs.append(round(gain, 6))
    assert discounts == pytest.approx([0.9, 0.9**6, 0.9, 0.9**2, 0.9])
    assert costs == pytest.approx([-0.01, -0.03, 0.0, 0.0, 1.0])


def test_the_task_in_one_piece_is_tried_before_there_is_a_plan(workshop):
    program = ScriptedPrograms.of("whole", scene("Squares"), 0)
    taken, info = walked(hierarchical_policy("whole"), program, workshop)
    assert taken == ["execute", "integrate", "evaluate", "stop"]
    assert info["solved"]
    assert info["model_calls"] == 1


def test_after_the_piece_failed_the_task_is_planned(workshop):
    program = ScriptedPrograms.of("first-try", scene("Squares"), 1)
    env = HierarchicalEnv(live_walks(ScriptedPrograms(), workshop), PRICES)
    env.begin(LiveWalk(program, workshop, Trajectories()))
    for option in ("execute", "plan", "execute", "integrate", "evaluate", "stop"):
        *_, info = env.step(OPTIONS.index(option))
    assert info["solved"]


def test_programs_of_different_rounds_are_joined_without_asking_the_model(workshop):
    """The second round of `evens` is worse on what main needs; the first one goes with the third main."""
    program = ScriptedPrograms.of("combine", scene("Squares"), 0)
    env = HierarchicalEnv(live_walks(ScriptedPrograms(), workshop), PRICES)
    env.begin(LiveWalk(program, workshop, Trajectories()))
    for option in ("plan", *("execute", "integrate", "evaluate") * 2, "execute"):
        *_, info = env.step(OPTIONS.index(option))
    calls = info["model_calls"]
    for option in ("integrate", "stop"):
        *_, info = env.step(OPTIONS.index(option))
    assert info["solved"]
    assert info["model_calls"] == calls


def test_a_second_walk_recalls_and_a_longer_one_catches_up(workshop):
    program = ScriptedPrograms.of("re-execute", scene("Squares"), 0)
    known, chain = Trajectories(), hierarchical_policy("chain")
    first, info = walked(chain, program, workshop, known)
    size = len(known)
    again, same = walked(chain, program, workshop, known)
    assert (again, same["tokens"], len(known)) == (first, info["tokens"], size)
    fresh, other = Trajectories(), hierarchical_policy("one-pass")
    walked(other, program, workshop, known)
    walked(other, program, workshop, fresh)
    one, two = known.tree(program.name).led, fresh.tree(program.name).led
    assert all(one[path] == led for path, led in two.items())


def test_live_programs_are_drawn_by_number_and_hide_what_is_hidden():
    class Silent:
        name = fingerprint = style = "silent"

        def complete(self, calls):
            raise AssertionError("drawing a program asks no model")

        def close(self):
            pass

    live = LivePrograms(Silent(), "unseen_combinations", sizes=(2, 3))
    programs = [live.number(place) for place in range(4)]
    assert [program.kind for program in programs] == ["2 functions", "3 functions"] * 2
    assert len({program.name for program in programs}) == 4
    for place, program in enumerate(programs):
        again = live.number(place)
        assert (again.task, again.hidden) == (program.task, program.hidden)
        assert len(program.hidden) == len(program.task.visible_tests) == int(program.kind[0])
        assert needs_split(program.task)
        (hidden,) = program.task.hidden_tests
        shown = "".join(test.source for test in program.task.visible_tests)
        assert not set(hidden.source.splitlines()) & set(shown.splitlines())
        assert program.hidden[program.task.entry_point] == (hidden,)
