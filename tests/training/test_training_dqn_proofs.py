"""That every variant learns what can be checked, that the written gradient is the gradient, and resuming."""

import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_training_dqn import SMALL, Chain, Identity, oracle, q_of, trained
from torch.nn.functional import huber_loss, layer_norm, linear

from hrl.errors import RunError
from hrl.policies.network import Architecture
from hrl.training.checkpoint import read_checkpoint, write_checkpoint
from hrl.training.config import LearnerConfig
from hrl.training.learner import Learner
from hrl.training.loop import Training
from hrl.training.network import Adam, QNetwork
from hrl.training.replay import Row

VARIANTS = {
    "vanilla": {"double": False, "dueling": False},
    "double": {"double": True, "dueling": False},
    "dueling": {"double": False, "dueling": True},
    "double and dueling": {"double": True, "dueling": True},
    "prioritised replay": {"priority_exponent": 0.6, "importance_steps": 1_000},
    "LayerNorm": {"layer_norm": True},
    "prioritised replay and LayerNorm": {"priority_exponent": 0.6, "layer_norm": True},
    "vanilla with both of these": {
        "double": False,
        "dueling": False,
        "priority_exponent": 1.0,
        "layer_norm": True,
    },
}


def plain_q(weights, hidden, observation):
    """The network as its papers write it, for autograd."""
    for place in range(len(hidden)):
        observation = linear(observation, weights[f"body.{place}.weight"], weights[f"body.{place}.bias"])
        if f"norm.{place}.weight" in weights:
            gain, shift = weights[f"norm.{place}.weight"], weights[f"norm.{place}.bias"]
            observation = layer_norm(observation, [hidden[place]], gain, shift)
        observation = torch.relu(observation)
    advantage = linear(observation, weights["advantage.weight"], weights["advantage.bias"])
    if "value.weight" not in weights:
        return advantage
    value = linear(observation, weights["value.weight"], weights["value.bias"])
    return value + advantage - advantage.mean(dim=1, keepdim=True)


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    hidden=st.sampled_from([(7,), (5, 3), (4, 6, 5)]),
    dueling=st.booleans(),
    normed=st.booleans(),
    rows=st.integers(1, 9),
    delta=st.sampled_from([0.1, 1.0, 1000.0]),
)
def test_the_written_out_gradient_is_autograds(seed, hidden, dueling, normed, rows, delta):
    network = QNetwork(Architecture(4, hidden, 3, dueling, normed), seed)
    random = torch.Generator().manual_seed(seed)
    for value in network.norm.parameters():  # not the 1 and 0 that they begin with
        value.data += torch.randn(value.shape, generator=random)
    observation, y = torch.randn(rows, 4, generator=random), 3 * torch.randn(rows, 1, generator=random)
    action = torch.randint(3, (rows, 1), generator=random)

    weights = {name: value.clone().requires_grad_() for name, value in network.state_dict().items()}
    wanted = plain_q(weights, hidden, observation)
    huber_loss(wanted.gather(1, action), y, delta=delta).backward()

    with torch.no_grad():
        passed = network.activations(observation)
        q = network.heads(passed.outputs[-1])
        torch.testing.assert_close(q, wanted.detach())
        network.backward(passed, action, (q.gather(1, action) - y).clamp(-delta, delta) / rows)
    found = network.flat.grad
    for name, parameter in network.named_parameters():
        mine, found = found[: parameter.numel()], found[parameter.numel() :]
        torch.testing.assert_close(mine.view_as(parameter), weights[name].grad, msg=name)
    assert not len(found)


def batch_of(rows, random):
    return {
        "observation": random.normal(size=(rows, 2)).astype(np.float32),
        "action": random.integers(0, 3, rows),
        "reward": random.normal(size=rows).astype(np.float32) * 3,
        "next_observation": random.normal(size=(rows, 2)).astype(np.float32),
        "next_mask": np.ones((rows, 3), dtype=bool),
        "row_discount": np.full(rows, 0.9, np.float32),
    }


def test_importance_weights_enter_gradient_and_loss():
    config = LearnerConfig(hidden=(4,), buffer_size=8, priority_exponent=1.0, learning_rate=0.0)
    learner, random = Learner(2, 3, config, seed=0), np.random.default_rng(0)
    columns, weight = batch_of(4, random), np.array([1.0, 0.5, 0.25, 0.0], np.float32)
    online = {name: value.clone().requires_grad_() for name, value in learner.online.state_dict().items()}
    y = learner.targets({name: torch.from_numpy(column) for name, column in columns.items()})
    q = plain_q(online, (4,), torch.from_numpy(columns["observation"]))
    q = q.gather(1, torch.from_numpy(columns["action"]).unsqueeze(1)).squeeze(1)
    wanted = (torch.from_numpy(weight) * huber_loss(q, y.clone(), reduction="none")).mean()
    wanted.backward()
    loss = learner.update({**columns, "weight": weight, "place": np.arange(4)})
    assert loss == pytest.approx(wanted.item(), rel=1e-5)
    found = learner.online.flat.grad
    for name, parameter in learner.online.named_parameters():
        mine, found = found[: parameter.numel()], found[parameter.numel() :]
        torch.testing.assert_close(mine.view_as(parameter), online[name].grad, msg=name)


def test_after_an_update_the_drawn_rows_have_their_td_errors_as_priorities():
    config = LearnerConfig(hidden=(4,), buffer_size=4, priority_exponent=1.0, huber_delta=0.1)
    learner, random = Learner(2, 3, config, seed=0), np.random.default_rng(0)
    columns = batch_of(4, random)
    y = learner.targets({name: torch.from_numpy(column) for name, column in columns.items()})
    with torch.no_grad():
        q = learner.online(torch.from_numpy(columns["observation"]))
    error = (q.gather(1, torch.from_numpy(columns["action"]).unsqueeze(1)).squeeze(1) - y).abs()
    for number in range(4):
        learner.replay.add(
            Row(
                *(columns[name][number] for name in ("observation", "action", "reward")),
                *(columns[name][number] for name in ("next_observation", "next_mask", "row_discount")),
            )
        )
    learner.update({**columns, "weight": np.ones(4, np.float32), "place": np.arange(4)})
    assert error.max() > 1, "beyond huber_delta, so that a cut error would be seen"
    np.testing.assert_allclose(learner.replay.state()[1]["priority"], error.numpy() + 1e-6, rtol=1e-5)


def test_a_prioritised_learner_draws_the_surprising_row_most():
    config = replace(SMALL, batch_size=8, buffer_size=64, priority_exponent=1.0, learning_rate=0.0)
    learner = Learner(2, 3, replace(config, learning_rate_end=0.0), seed=0)
    here, mask = np.zeros(2, np.float32), np.ones(3, dtype=bool)
    for number in range(64):
        reward = 50.0 if number == 40 else 0.0
        learner.replay.add(Row(here, 0, reward, here, mask, 0.0))
    for _ in range(60):
        learner.update(learner.replay.sample(8, learner.generator, 0.4))
    places = learner.replay.sample(1_000, learner.generator, 0.4)["place"]
    assert (places == 40).mean() > 0.5


def test_one_update_is_adams_first_step_on_that_gradient():
    learner = Learner(2, 3, LearnerConfig(hidden=(4,), learning_rate=0.01, learning_rate_end=0.01), seed=0)
    before = learner.online.flat.clone()
    random = np.random.default_rng(0)
    learner.update(
        {
            "observation": random.random((8, 2), dtype=np.float32),
            "action": random.integers(0, 3, 8),
            "reward": np.full(8, 5.0, np.float32),
            "next_observation": random.random((8, 2), dtype=np.float32),
            "next_mask": np.ones((8, 3), dtype=bool),
            "row_discount": np.zeros(8, np.float32),
        }
    )
    # Without a past Adam moves each weight by its step size, against the sign of its gradient.
    gradient = learner.online.flat.grad
    assert (gradient != 0).any()
    torch.testing.assert_close(learner.online.flat - before, -0.01 * gradient.sign(), atol=1e-5, rtol=0)


@settings(deadline=None)
@given(seed=st.integers(0, 10**6), rates=st.lists(st.sampled_from([1e-2, 1e-3]), min_size=1, max_size=9))
def test_the_written_out_adam_is_torchs(seed, rates):
    random = torch.Generator().manual_seed(seed)
    mine = torch.randn(11, generator=random)
    theirs = torch.nn.Parameter(mine.clone())
    adam, other = Adam(mine), torch.optim.Adam([theirs])
    for rate in rates:
        gradient = torch.randn(11, generator=random)
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        other.param_groups[0]["lr"] = rate
        other.step()
        adam.step(rate)
    torch.testing.assert_close(mine, theirs.detach())


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_every_variant_learns_a_masked_identity(variant):
    learner = trained(Identity(), 1_200, n_step=1, **variant).learner
    env = Identity()
    for light in range(4):
        env.on = light
        values = np.where(env.mask(), q_of(learner, 4)[light], -1e9)
        assert values.argmax() == light


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_every_variant_comes_near_the_chains_tabular_oracle(variant):
    learner = trained(Chain(), 3_000, n_step=1, gamma=0.8, **variant).learner
    learned, right = q_of(learner, Chain.size)[1:-1, :2], oracle(0.8)
    assert (learned.argmax(axis=1) == right.argmax(axis=1)).all()
    np.testing.assert_allclose(learned, right, atol=0.1)


def same(one, other):
    (plain, tensors), (again, others) = one.learner.state(), other.learner.state()
    assert again == plain
    assert set(others) == set(tensors)
    return all(torch.equal(others[name], tensor) for name, tensor in tensors.items())


def chained(path, seed=0):
    return Training(Chain(), Learner(Chain.size, 3, SMALL, seed), seed=seed, checkpoint=path)


@pytest.mark.parametrize("buffer_size", [5_000, 90], ids=["ring not yet full", "ring written over"])
@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_every_variant_resumes_in_the_same_bits(tmp_path, variant, buffer_size):
    variant = {**variant, "buffer_size": buffer_size}
    straight, first = trained(Chain(), 500, **variant), trained(Chain(), 250, **variant)
    first.save(tmp_path / "half.safetensors")
    second = trained(Chain(), 0, seed=7, **variant)
    second.resume(tmp_path / "half.safetensors")
    second.run(500)
    assert same(straight, second)


def test_an_exponent_of_zero_learns_in_the_bits_of_uniform_replay():
    changed = {"priority_exponent": 0.0, "importance_exponent": 1.0, "importance_steps": 3}
    assert same(trained(Chain(), 400), trained(Chain(), 400, **changed))
    assert not torch.equal(
        trained(Chain(), 400).learner.online.flat,
        trained(Chain(), 400, priority_exponent=0.6).learner.online.flat,
    )


def test_a_checkpoint_without_priorities_does_not_resume_a_prioritised_training(tmp_path):
    trained(Chain(), 150).save(tmp_path / "c.safetensors")
    with pytest.raises(RunError, match="priorit"):
        trained(Chain(), 0, priority_exponent=0.6).resume(tmp_path / "c.safetensors")


def test_a_training_that_ended_before_its_first_checkpoint_starts_anew(tmp_path):
    straight, again = chained(None), chained(tmp_path / "nothing.safetensors")
    again.resume(tmp_path / "nothing.safetensors")
    straight.run(200)
    again.run(200)
    assert same(straight, again)


def test_a_checkpoint_torn_while_it_was_written_is_never_read(tmp_path):
    straight, first = chained(None), chained(tmp_path / "c.safetensors")
    straight.run(400)
    first.run(200)
    (tmp_path / "c.safetensors.partial").write_bytes(b"half of a checkpo")
    second = chained(tmp_path / "c.safetensors", seed=3)
    second.resume(tmp_path / "c.safetensors")
    second.run(400)
    assert same(straight, second)


def test_a_checkpoint_of_another_version_is_refused_in_one_sentence(tmp_path):
    training = chained(tmp_path / "c.safetensors")
    training.run(150)
    plain, tensors = read_checkpoint(tmp_path / "c.safetensors")
    del tensors["adam.mean"]
    write_checkpoint(tmp_path / "old.safetensors", plain, tensors)
    with pytest.raises(RunError, match="another version"):
        training.resume(tmp_path / "old.safetensors")


def test_early_checkpoints_are_close_and_later_ones_further_apart(tmp_path):
    path, seen = tmp_path / "c.safetensors", []

    def look(_):
        if path.exists():
            seen.append(read_checkpoint(path)[0]["steps"])

    chained(path).run(1_500, look)
    steps = sorted(set(seen))
    assert steps[0] <= 100
    gaps = np.diff(steps)
    assert gaps[0] < gaps[-1] <= 2_000


def test_the_learner_runs_on_one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        chained(None).run(150)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


class SlowChain(Chain):
    """Every step takes five milliseconds."""

    def step(self, action):
        time.sleep(0.005)
        return super().step(action)


def test_the_account_of_time_tells_environment_learner_and_checkpoints_apart(tmp_path):
    training = Training(
        SlowChain(), Learner(Chain.size, 3, SMALL, 0), seed=0, checkpoint=tmp_path / "c.safetensors"
    )
    started = time.perf_counter()
    training.run(150)
    wall, account = time.perf_counter() - started, training.account
    assert account.environment >= 0.005 * training.learner.steps
    assert account.learner > 0
    assert account.checkpoints > 0
    assert account.environment + account.learner + account.checkpoints <= wall
