"""Live functions answered by the bundled model, exploring them, and learning from what was stored."""

import json
from dataclasses import replace

import numpy as np
import pytest

from hrl.config import load_settings
from hrl.errors import BadInput, RunError, SandboxUnavailable
from hrl.events import MemoryRecorder
from hrl.executive import EXECUTIVE, Action, RewardSpec, Tools, run_episode
from hrl.llm import ReplyCache, open_model
from hrl.llm.requests import Sampling
from hrl.policies import load_policy
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Limits
from hrl.training.config import LearnerConfig
from hrl.training.environment import ExecutiveEnv
from hrl.training.episodes import LiveEpisode
from hrl.training.executive import Material, train_executive
from hrl.training.exercises import StoredExercise, StoredSource
from hrl.training.exploring import explore
from hrl.training.from_runs import episodes, of_runs
from hrl.training.live_functions import LiveFunctions
from hrl.training.recipe import LiveFunctionsRecipe, Recipe
from hrl.training.reports import CachedSandbox
from hrl.training.trajectories import Led, Trajectories, Tree

LIMITS = Limits(seconds_per_test=5.0)
QUICK = LearnerConfig(hidden=(16,), batch_size=16, learning_starts=20, buffer_size=500)
RECIPE = Recipe(
    steps=60,
    seed=3,
    learner=QUICK,
    live=LiveFunctionsRecipe(model="bundled", rounds=2, functions=3, walks=2, share=0.7),
)
GENERATE, TEST, DEBUG, _, STOP = range(5)


@pytest.fixture(scope="module")
def sandbox():
    box = CachedSandbox(open_sandbox(load_settings(sandbox="process")))
    yield box
    box.close()


@pytest.fixture(scope="module")
def replies():
    cache = ReplyCache(None)
    yield cache
    cache.close()


@pytest.fixture(scope="module")
def functions(replies):
    model = open_model("bundled", load_settings(), cache=replies)
    yield LiveFunctions(model, sampling=Sampling(temperature=0.2))
    model.close()


@pytest.fixture(scope="module")
def explored(functions, sandbox):
    found = Trajectories(None, {}, EXECUTIVE)
    guide = load_policy("debug-3", EXECUTIVE)
    explore(functions, range(8), sandbox, LIMITS, found, guide=guide, walks=3, epsilon=1.0, workers=4)
    return found


def test_a_place_has_one_task_and_the_kinds_take_turns(functions):
    kinds = [functions.number(place).kind for place in range(4)]
    assert kinds == ["live function", "live doctest", "live document", "live starter"]
    assert functions.number(2).episode == functions.number(2).episode
    assert functions.number(2).episode.has_documents
    other = replace(functions, split="validation").number(2)
    assert other.episode.subtask != functions.number(2).episode.subtask


def test_hidden_tests_are_outside_the_episode(functions):
    exercise = functions.number(0)
    shown = repr(exercise.episode)
    assert exercise.hidden
    assert all(test.source.strip() not in shown for test in exercise.hidden)


def test_everything_that_was_passed_knows_what_stopping_brings(explored):
    assert len(explored.names()) == 8
    for name in explored.names():
        tree = explored.tree(name)
        for path, led in tree.led.items():
            went_on = [choice for choice in tree.following(path) if choice != STOP]
            if led.legal and STOP in led.legal and went_on:
                assert tree.led[(*path, STOP)].legal == ()
            assert all(led.legal.count(choice) for choice in tree.following(path))
    ends = [
        led.solved for name in explored.names() for led in explored.tree(name).led.values() if not led.legal
    ]
    assert {True, False} <= set(ends)


def test_threads_decide_nothing_and_nothing_is_asked_again(functions, sandbox, replies, explored):
    misses, again = replies.counts.misses, Trajectories(None, {}, EXECUTIVE)
    guide = load_policy("debug-3", EXECUTIVE)
    explore(functions, range(8), sandbox, LIMITS, again, guide=guide, walks=3, epsilon=1.0, workers=1)
    assert replies.counts.misses == misses
    assert [again.tree(name).led for name in again.names()] == [
        explored.tree(name).led for name in explored.names()
    ]


def test_a_stored_exercise_pays_what_the_live_one_paid(functions, sandbox, explored):
    prices = RewardSpec(token=1e-3, model_call=0.1, sandbox_second=0.2, search=0.3, shaping=0.5)
    env = ExecutiveEnv(None, sandbox, prices, LIMITS)
    for place in range(8):
        name = functions.name(place)
        tree = explored.tree(name)
        for path in sorted(tree.led, key=len)[-3:]:
            told = []
            for one in (functions.number(place), StoredExercise(name, tree)):
                first, _ = env.begin(one)
                steps = [env.step(action) for action in path]
                told.append([(*first, *(value for step in steps for value in (*step[0], *step[1:4])))])
                infos = [step[4]["tokens"] for step in steps]
                told[-1].append(infos)
            assert told[0] == told[1]


def test_a_stored_exercise_goes_only_where_others_have_been(explored):
    tree = explored.tree(explored.names()[0])
    env = ExecutiveEnv(StoredSource([StoredExercise("one", tree)], 0.5), None, RewardSpec())
    try:
        for seed in range(6):
            _, info = env.reset(seed=seed)
            generator, done = np.random.default_rng(seed), False
            while not done:
                assert (info["action_mask"] == info["available"]).all()
                unknown = env._walk.here.mask & ~info["available"]
                if unknown.any():
                    assert env.step(int(np.flatnonzero(unknown)[0]))[1] == -1.0
                _, _, terminated, truncated, info = env.step(
                    generator.choice(np.flatnonzero(info["available"]))
                )
                done = terminated or truncated
    finally:
        env.close()


def test_hard_exercises_are_drawn_as_often_as_asked():
    def tree(*passing):
        found = Tree("x")
        for path in ((), (GENERATE,), (GENERATE, TEST), (GENERATE, TEST, DEBUG, TEST)):
            found.led[path] = Led((0.0,), (STOP,), passed=path in passing)
        return found

    easy = StoredExercise("easy", tree((GENERATE, TEST)))
    hard = [StoredExercise(name, tree((GENERATE, TEST, DEBUG, TEST))) for name in ("mended", "other")]
    source, generator = StoredSource([easy, *hard], 0.3), np.random.default_rng(0)
    drawn = [source(generator).name for _ in range(2000)]
    assert 0.65 < drawn.count("easy") / 2000 < 0.75
    assert 0.4 < drawn.count("mended") / (2000 - drawn.count("easy")) < 0.6


def test_looking_ahead_moves_nothing(functions, sandbox):
    walk = LiveEpisode(functions.number(0), sandbox, LIMITS)
    walk.take(GENERATE)
    walk.take(TEST)
    here, path = walk.here, walk.path
    ahead = walk.look(STOP)
    assert (walk.here, walk.path) == (here, path)
    assert walk.take(STOP) == ahead


def test_a_trace_holds_what_the_steps_cost(functions, sandbox):
    """`from_runs` reads from events what a live episode says of itself."""
    policy, compared = load_policy("always-verify", EXECUTIVE), 0
    for place in range(4):
        exercise, recorder = functions.number(place), MemoryRecorder()
        tools = Tools(
            exercise.model,
            sandbox,
            exercise.retriever,
            recorder,
            exercise.ledger,
            exercise.sampling,
            LIMITS,
        )
        run_episode(exercise.episode, policy, tools)
        (read,) = episodes(recorder.events)
        walk = LiveEpisode(functions.number(place), sandbox, LIMITS)
        tree = read.tree()
        for step, action in enumerate(read.actions):
            expected = walk.take(action)
            got = tree.led[read.actions[: step + 1]]
            if action == Action.STOP:
                # What a trace without hidden tests calls solved is that its own tests pass.
                assert (got.legal, got.share, got.tokens, got.solved) == ((), 0.0, 0, expected.passed)
            else:
                assert got.seen == pytest.approx(expected.seen, abs=1e-4)  # a trace has four places
                assert replace(got, seen=(), share=0.0) == replace(expected, seen=(), share=0.0)
                assert got.share == pytest.approx(expected.share, abs=1e-4)
                compared += 1
    assert compared > 10


def test_training_explores_then_learns_and_says_so(tmp_path, sandbox):
    out = tmp_path / "first"
    card = train_executive(out, RECIPE, sandbox=sandbox, episodes=2, workers=4)
    assert "functions of the curriculum's split train, by bundled" in card.notes[0]
    assert json.loads((out / "stages.json").read_text()) == ["explore 0", "explore 1"]
    kept = (out / "trajectories.jsonl").read_bytes()
    again = train_executive(out, replace(RECIPE, steps=90), sandbox=sandbox, episodes=2, resume=True)
    assert again.steps >= 90
    assert (out / "trajectories.jsonl").read_bytes() == kept

    learned = tmp_path / "second"
    recipe = replace(RECIPE, live=replace(RECIPE.live, model=""))
    material = Material(runs=of_runs([out]), run_names=["first"])
    card = train_executive(learned, recipe, material=material, sandbox=sandbox, episodes=2)
    assert card.recipe["data"] == {"runs": ["first"]}
    assert "6 episodes of earlier runs" in card.notes[0]
    assert not (learned / "trajectories.jsonl").exists()


def test_a_sandbox_that_fails_while_exploring_ends_it_and_keeps_what_was_found(tmp_path, sandbox):
    class Failing:
        backend = isolation = ""
        runs = 0

        def run(self, job):
            self.runs += 1
            if self.runs > 3:
                raise SandboxUnavailable("the engine is gone")
            return sandbox.run(job)

        def close(self):
            pass

    with pytest.raises(SandboxUnavailable):
        train_executive(tmp_path, RECIPE, sandbox=Failing(), episodes=2)
    held = len((tmp_path / "trajectories.jsonl").read_text().splitlines())
    assert held > 1
    card = train_executive(tmp_path, RECIPE, sandbox=sandbox, episodes=2, resume=True)
    assert card.steps >= 60


def test_runs_that_cannot_be_learned_from_are_named(tmp_path):
    with pytest.raises(BadInput, match="nowhere is no directory"):
        of_runs([tmp_path / "nowhere"])
    (tmp_path / "trajectories.jsonl").write_text(
        '{"format": "hrl-trajectories/2", "version": 1, "depends": {}}\n'
    )
    with pytest.raises(RunError, match="holds outcomes of"):
        of_runs([tmp_path])
