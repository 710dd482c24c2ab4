"""Other libraries' DQN with the same network, batch, buffer and one update a step, for `bench/learner.py`.

Each is set up as its own documentation does it, on the CPU, without logging; what costs time and is no part
of DQN (`Monitor`, log intervals) is left out where the library allows that, so that no ratio comes from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gymnasium as gym

from hrl.training.config import LearnerConfig

Advance = Callable[[int], int]
MakeEnv = Callable[[], gym.Env[Any, Any]]
Make = Callable[[MakeEnv, tuple[int, ...], LearnerConfig], Advance]
HARD = 10_000  # steps between two copies of the target network: Stable-Baselines3's own default


def stable_baselines3(*, soft: bool) -> Make:
    """Its DQN; `soft` moves the target network at every step as the learner here does."""

    def make(env: MakeEnv, hidden: tuple[int, ...], config: LearnerConfig) -> Advance:
        from stable_baselines3 import DQN
        from stable_baselines3.common.logger import configure
        from stable_baselines3.common.vec_env import DummyVecEnv

        model = DQN(
            "MlpPolicy",
            DummyVecEnv([env]),
            learning_rate=config.learning_rate,
            buffer_size=config.buffer_size,
            learning_starts=config.learning_starts,
            batch_size=config.batch_size,
            gamma=config.gamma,
            train_freq=1,
            gradient_steps=1,
            tau=config.tau if soft else 1.0,
            target_update_interval=1 if soft else HARD,
            exploration_initial_eps=config.epsilon_end,
            exploration_final_eps=config.epsilon_end,
            policy_kwargs={"net_arch": list(hidden)},
            seed=0,
            device="cpu",
        )
        model.set_logger(configure(None, []))

        def advance(steps: int) -> int:
            before: int = model.num_timesteps
            model.learn(steps, log_interval=10**9, reset_num_timesteps=not before)
            return int(model.num_timesteps) - before

        return advance

    return make


def tianshou(env: MakeEnv, hidden: tuple[int, ...], config: LearnerConfig) -> Advance:
    """Its DQN without Double; collect one step, update once."""
    from tianshou.algorithm import DQN
    from tianshou.algorithm.modelfree.dqn import DiscreteQLearningPolicy
    from tianshou.algorithm.optim import AdamOptimizerFactory
    from tianshou.data import Collector, VectorReplayBuffer
    from tianshou.env import DummyVectorEnv
    from tianshou.utils.net.common import Net

    one = env()
    shape, actions = one.observation_space.shape, int(one.action_space.n)
    policy = DiscreteQLearningPolicy(
        model=Net(state_shape=shape, action_shape=actions, hidden_sizes=list(hidden)),
        action_space=one.action_space,
        observation_space=one.observation_space,
        eps_training=config.epsilon_end,
    )
    algorithm = DQN(
        policy=policy,
        optim=AdamOptimizerFactory(lr=config.learning_rate),
        gamma=config.gamma,
        target_update_freq=HARD,
        is_double=False,
        huber_loss_delta=config.huber_delta,
    )
    buffer = VectorReplayBuffer(config.buffer_size, 1)
    collector = Collector(algorithm, DummyVectorEnv([env]), buffer, exploration_noise=True)
    collector.reset()
    collector.collect(n_step=config.learning_starts, random=True)

    def advance(steps: int) -> int:
        from tianshou.utils.torch_utils import policy_within_training_step, torch_train_mode

        with policy_within_training_step(policy), torch_train_mode(algorithm):
            for _ in range(steps):
                collector.collect(n_step=1)
                algorithm.update(buffer=buffer, sample_size=config.batch_size)
        return steps

    return advance


def torchrl(env: MakeEnv, hidden: tuple[int, ...], config: LearnerConfig) -> Advance:
    """Its DQN loss, collector and buffer, put together as its tutorial does; plain DQN, soft target."""
    import torch
    from tensordict.nn import TensorDictSequential
    from torchrl.collectors import Collector
    from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
    from torchrl.envs import GymWrapper
    from torchrl.modules import MLP, EGreedyModule, QValueActor
    from torchrl.objectives import DQNLoss, SoftUpdate

    wrapped = GymWrapper(env(), categorical_action_encoding=True)
    spec = wrapped.action_spec
    inputs = wrapped.observation_spec["observation"].shape[-1]
    net = MLP(
        in_features=inputs, out_features=spec.space.n, num_cells=list(hidden), activation_class=torch.nn.ReLU
    )
    actor = QValueActor(net, in_keys=["observation"], spec=spec)
    explore = EGreedyModule(spec, eps_init=config.epsilon_end, eps_end=config.epsilon_end)
    collector = Collector(
        wrapped,
        TensorDictSequential(actor, explore),
        frames_per_batch=1,
        total_frames=-1,
        init_random_frames=config.learning_starts,
    )
    buffer = TensorDictReplayBuffer(
        storage=LazyTensorStorage(config.buffer_size), batch_size=config.batch_size
    )
    loss = DQNLoss(actor, action_space=spec, loss_function="smooth_l1", delay_value=True)
    loss.make_value_estimator(gamma=config.gamma)
    target = SoftUpdate(loss, tau=config.tau)
    optimizer = torch.optim.Adam(loss.parameters(), lr=config.learning_rate)
    frames = iter(collector)

    def advance(steps: int) -> int:
        for _ in range(steps):
            buffer.extend(next(frames))
            if len(buffer) < config.learning_starts:
                continue
            loss(buffer.sample())["loss"].backward()
            optimizer.step()
            optimizer.zero_grad()
            target.step()
        return steps

    return advance


RIVALS: dict[str, Make] = {
    "Stable-Baselines3": stable_baselines3(soft=False),
    "Stable-Baselines3, soft target": stable_baselines3(soft=True),
    "tianshou": tianshou,
    "torchrl": torchrl,
}
