"""Targets by hand, and what a learner has to learn before anything else is worth trying."""

from dataclasses import replace

import gymnasium as gym
import numpy as np
import pytest
import torch

from hrl.training.config import LearnerConfig
from hrl.training.learner import Learner
from hrl.training.loop import Training
from hrl.training.replay import Transition

torch.set_num_threads(1)


def constant_network(network, advantages, value=0.0):
    """Whatever it sees: `value + advantages - mean(advantages)`."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
        network.advantage.bias.copy_(torch.tensor(advantages))
        if network.value is not None:
            network.value.bias.fill_(value)


# Four rows: an ordinary step, a terminated one, a truncated one, and an option of 4 primitive steps whose
# best next action is illegal. Online prefers action 2, then 1; the target network says 10, 20, 30.
ROWS = {
    "observation": torch.zeros(4, 2),
    "next_observation": torch.zeros(4, 2),
    "action": torch.zeros(4, dtype=torch.int64),
    "reward": torch.tensor([1.0, 2.0, 3.0, 4.0]),
    "row_discount": torch.tensor([0.9, 0.0, 0.9, 0.9**4]),
    "next_mask": torch.tensor([[True, True, True]] * 3 + [[True, True, False]]),
}


def targets(**variant):
    learner = Learner(2, 3, LearnerConfig(hidden=(4,), **variant), seed=0)
    constant_network(learner.online, [0.0, 5.0, 7.0])
    constant_network(learner.target, [-10.0, 0.0, 10.0], value=20.0)
    if learner.target.value is None:
        constant_network(learner.target, [10.0, 20.0, 30.0])
    return learner.targets(ROWS).tolist()


def test_targets_of_four_rows_by_hand():
    # 1 + .9·30; 2 + 0; a truncated row bootstraps like the first; 4 + .9^4·20, since action 2 is illegal.
    assert targets() == pytest.approx([28.0, 2.0, 30.0, 4 + 0.9**4 * 20])


def test_targets_are_the_same_without_dueling_heads():
    assert targets(dueling=False) == pytest.approx([28.0, 2.0, 30.0, 4 + 0.9**4 * 20])


def test_without_the_mask_an_illegal_action_enters_the_target():
    assert targets(mask_target=False)[3] == pytest.approx(4 + 0.9**4 * 30)


def test_double_chooses_with_the_online_network_and_vanilla_with_the_target_network():
    def value(double):
        learner = Learner(2, 3, LearnerConfig(hidden=(4,), dueling=False, double=double), seed=0)
        constant_network(learner.online, [9.0, 0.0, 0.0])
        constant_network(learner.target, [1.0, 2.0, 3.0])
        return learner.targets(ROWS)[0].item()

    assert value(double=True) == pytest.approx(1 + 0.9 * 1)
    assert value(double=False) == pytest.approx(1 + 0.9 * 3)


def test_the_target_network_follows_softly():
    learner = Learner(2, 3, LearnerConfig(hidden=(4,), tau=0.25, batch_size=4, learning_rate=0.0), seed=0)
    constant_network(learner.online, [0.0, 4.0, 8.0], value=1.0)
    constant_network(learner.target, [0.0, 0.0, 0.0], value=0.0)
    learner.update({name: column.numpy() for name, column in ROWS.items()})
    assert learner.target.advantage.bias.tolist() == pytest.approx([0.0, 1.0, 2.0])
    assert learner.target.value.bias.item() == pytest.approx(0.25)


def test_acting_needs_a_mask_that_allows_something():
    learner = Learner(2, 3, LearnerConfig(hidden=(4,)), seed=0)
    for mask in (None, np.zeros(3, dtype=bool)):
        with pytest.raises(ValueError, match="mask"):
            learner.act(np.zeros(2, dtype=np.float32), mask)


def test_exploration_stays_legal():
    learner = Learner(2, 3, LearnerConfig(hidden=(4,), epsilon_start=1.0), seed=0)
    mask = np.array([True, False, True])
    assert {learner.act(np.zeros(2, dtype=np.float32), mask) for _ in range(50)} == {0, 2}


def test_exploration_prefers_what_weighs_more_among_legal_actions():
    learner = Learner(2, 3, LearnerConfig(hidden=(4,), epsilon_start=1.0, explore=(1.0, 9.0, 90.0)), seed=0)
    mask = np.array([True, True, False])
    taken = [learner.act(np.zeros(2, dtype=np.float32), mask) for _ in range(400)]
    assert set(taken) == {0, 1}
    assert np.mean(taken) == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize("weights", [(1.0, 1.0), (1.0, 0.0, 1.0)])
def test_exploration_needs_a_weight_above_zero_for_every_action(weights):
    with pytest.raises(ValueError, match="3 weights"):
        Learner(2, 3, LearnerConfig(explore=weights), seed=0)


@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("hidden", [(), (4,), (4, 4)])
def test_a_blind_input_changes_no_value_however_much_is_learned(hidden, layer_norm):
    config = replace(SMALL, hidden=hidden, blind=(1, 3), layer_norm=layer_norm)
    learner = Learner(Chain.size, 3, config, seed=0)
    Training(Chain(), learner, seed=0).run(300)
    assert learner.updates
    places = np.eye(Chain.size, dtype=np.float32)
    for network in (learner.online, learner.target):
        nothing, *values = network(torch.from_numpy(np.vstack([0 * places[0], places])))
        assert [torch.equal(value, nothing) for value in values] == [n in (1, 3) for n in range(Chain.size)]


def test_epsilon_step_size_and_importance_change_on_absolute_steps():
    config = LearnerConfig(
        epsilon_steps=10,
        epsilon_end=0.0,
        learning_rate=1.0,
        learning_rate_end=0.5,
        learning_rate_steps=10,
        importance_exponent=0.5,
        importance_steps=10,
    )
    assert [config.epsilon(step) for step in (0, 5, 10, 20)] == [1.0, 0.5, 0.0, 0.0]
    assert [config.rate(step) for step in (0, 5, 10, 20)] == [1.0, 0.75, 0.5, 0.5]
    assert [config.importance(step) for step in (0, 5, 10, 20)] == [0.5, 0.75, 1.0, 1.0]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("priority_exponent", -0.1),
        ("priority_exponent", float("nan")),
        ("importance_exponent", -0.1),
        ("importance_exponent", 1.1),
    ],
)
def test_an_exponent_out_of_its_range_is_refused(field, value):
    with pytest.raises(ValueError, match=field):
        LearnerConfig(**{field: value})


class Identity(gym.Env):
    """Say which of four lights is on. The two loudest answers are illegal, and differ with the light."""

    observation_space = gym.spaces.Box(0, 1, (4,), np.float32)
    action_space = gym.spaces.Discrete(4)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.left = 8
        return self.light(), {"action_mask": self.mask()}

    def step(self, action):
        assert self.mask()[action], "an illegal action was taken"
        gain = float(action == self.on)
        self.left -= 1
        return self.light(), gain, False, self.left == 0, {"action_mask": self.mask()}

    def light(self):
        self.on = int(self.np_random.integers(4))
        return np.eye(4, dtype=np.float32)[self.on]

    def mask(self):
        mask = np.zeros(4, dtype=bool)
        mask[[self.on, (self.on + 1) % 4]] = True
        return mask


class Chain(gym.Env):
    """Eight places; right leads to 1 at the end, left leads to .1 at once. `jump` is never legal.

    Terminates at either end and truncates after 40 steps.
    """

    size = 8
    observation_space = gym.spaces.Box(0, 1, (8,), np.float32)
    action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place, self.taken = int(self.np_random.integers(1, self.size - 1)), 0
        return self.see(), self.info()

    def step(self, action):
        self.place += 1 if action == 1 else -1
        self.taken += 1
        gain = {0: 0.1, self.size - 1: 1.0}.get(self.place, 0.0)
        terminated = self.place in (0, self.size - 1)
        return self.see(), gain, terminated, not terminated and self.taken >= 40, self.info()

    def see(self):
        return np.eye(self.size, dtype=np.float32)[self.place]

    def info(self):
        return {"action_mask": np.array([True, True, False])}


def oracle(gamma):
    """Q of `Chain` by value iteration, for the places where one decides."""
    values = np.zeros(Chain.size)
    for _ in range(200):
        q = np.zeros((Chain.size, 2))
        for place in range(1, Chain.size - 1):
            for action, goes_to in ((0, place - 1), (1, place + 1)):
                ends = goes_to in (0, Chain.size - 1)
                gain = {0: 0.1, Chain.size - 1: 1.0}.get(goes_to, 0.0)
                q[place, action] = gain + (0.0 if ends else gamma * values[goes_to])
        values = q.max(axis=1)
    return q[1:-1]


SMALL = LearnerConfig(
    hidden=(32,),
    batch_size=32,
    buffer_size=5_000,
    learning_starts=100,
    epsilon_steps=1_000,
    epsilon_end=0.1,
    tau=0.02,
    learning_rate=3e-3,
    update_every=2,
    gamma=0.9,
)


def trained(env, steps, seed=0, **changes):
    learner = Learner(
        env.observation_space.shape[0], int(env.action_space.n), replace(SMALL, **changes), seed
    )
    training = Training(env, learner, seed=seed)
    training.run(steps)
    return training


def q_of(learner, size):
    with torch.no_grad():
        return learner.online(torch.eye(size)).numpy()


def test_a_masked_identity_is_learned():
    learner = trained(Identity(), 1_200, n_step=1).learner
    env = Identity()
    observation, info = env.reset(seed=123)
    right = 0
    for _ in range(8):
        values = np.where(info["action_mask"], q_of(learner, 4)[observation.argmax()], -1e9)
        observation, gain, _, _, info = env.step(int(values.argmax()))
        right += gain
    assert right == 8


@pytest.mark.parametrize("n_step", [1, 3])
def test_values_of_a_chain_come_near_a_tabular_oracle(n_step):
    # With n steps the uncorrected return follows the exploring policy, so it only has to choose alike.
    learner = trained(Chain(), 3_000, n_step=n_step, gamma=0.8).learner
    learned, right = q_of(learner, Chain.size)[1:-1, :2], oracle(0.8)
    assert (learned.argmax(axis=1) == right.argmax(axis=1)).all()
    if n_step == 1:
        np.testing.assert_allclose(learned, right, atol=0.1)


class Forbidden(gym.Env):
    """Two places. `wait` costs nothing and is legal in the first; `grab` would look best but never is."""

    observation_space = gym.spaces.Box(0, 1, (2,), np.float32)
    action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.taken = 0
        return self.see(), self.info()

    def step(self, action):
        self.taken += 1
        return self.see(), 0.0, False, self.taken == 10, self.info()

    def see(self):
        return np.eye(2, dtype=np.float32)[self.taken % 2]

    def info(self):
        return {"action_mask": np.array([True, True, False])}


def test_leaving_the_mask_out_of_the_target_learns_values_that_nothing_can_reach():
    """The negative control: every reward is 0, and only an illegal action's start value is not."""

    def highest(mask_target):
        learner = Learner(
            2, 3, replace(SMALL, dueling=False, mask_target=mask_target, n_step=1, update_every=1), seed=0
        )
        constant_network(learner.online, [0.0, 0.0, 5.0])
        constant_network(learner.target, [0.0, 0.0, 5.0])
        Training(Forbidden(), learner, seed=0).run(1_500)
        return np.abs(q_of(learner, 2)[:, :2]).max()

    assert highest(mask_target=True) < 0.5
    assert highest(mask_target=False) > 1.0


@pytest.mark.parametrize(
    "variant",
    [
        *({"double": d, "dueling": u} for d in (True, False) for u in (True, False)),
        {"priority_exponent": 0.6},
        {"layer_norm": True},
        {"priority_exponent": 0.6, "layer_norm": True},
    ],
)
def test_each_variant_repeats_itself_bit_for_bit(variant):
    first, second = (trained(Chain(), 400, **variant).learner for _ in range(2))
    for one, other in zip(first.online.parameters(), second.online.parameters(), strict=True):
        assert torch.equal(one, other)
    third = trained(Chain(), 400, seed=1, **variant).learner
    assert not torch.equal(first.online.advantage.weight, third.online.advantage.weight)


def test_a_resumed_training_ends_in_the_same_bits(tmp_path):
    straight = trained(Chain(), 800)
    first = trained(Chain(), 400)
    first.save(tmp_path / "half.safetensors")
    learner = Learner(Chain.size, 3, SMALL, seed=99)
    second = Training(Chain(), learner, seed=99)
    second.resume(tmp_path / "half.safetensors")
    assert second.learner.steps == first.learner.steps
    second.run(800)
    assert second.episodes == straight.episodes
    plain, tensors = straight.learner.state()
    again, others = second.learner.state()
    assert again == plain
    assert set(others) == set(tensors)
    assert all(torch.equal(others[name], tensor) for name, tensor in tensors.items())


def test_a_learner_is_not_saved_in_the_middle_of_an_episode():
    learner = Learner(2, 2, LearnerConfig(hidden=(4,), n_step=3), seed=0)
    mask, see = np.ones(2, dtype=bool), np.zeros(2, dtype=np.float32)
    learner.observe(Transition(see, 0, 0.0, see, mask, False, False, 0.9))
    with pytest.raises(ValueError, match="between episodes"):
        learner.state()
