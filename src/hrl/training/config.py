"""What can be set about learning; every variant of the algorithm is a value here, not another class."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LearnerConfig:
    """Masked DQN and its variants.

    Attributes:
        hidden: widths of the hidden layers.
        double: choose the next action with the online network (van Hasselt et al. 2016).
        dueling: V + A - mean(A) (Wang et al. 2016).
        layer_norm: LayerNorm (Ba et al. 2016) after every hidden linear layer, before its ReLU.
        mask_target: leave illegal next actions out of the target; False only for the negative control.
        n_step: length of the n-step window, at least 1.
        gamma: discount of one primitive step.
        learning_rate: Adam's step size at step 0.
        learning_rate_end: the same from step `learning_rate_steps` on; linear between.
        update_every: steps between two updates.
        tau: share by which the target network moves towards the online one at each update.
        buffer_size: rows that the replay buffer keeps.
        priority_exponent: alpha of prioritised replay (Schaul et al. 2016), by |TD error|; 0: uniform.
        importance_exponent: beta at step 0, how far importance weights correct what priorities prefer.
        importance_steps: step from which beta is 1; linear between. Both count with priorities only.
        learning_starts: steps taken before the first update.
        epsilon_start: share of random legal actions at step 0.
        epsilon_end: the same from step `epsilon_steps` on; linear between, on absolute steps.
        explore: how often a random action is each of them, relative to the other legal ones; (): equally.
        blind: places of inputs that the network does not see; its weights for them are 0 and stay 0.
        huber_delta: where the loss turns from quadratic to linear.

    Raises:
        ValueError: an exponent of replay is out of its range.
    """

    hidden: tuple[int, ...] = (64, 64)
    double: bool = True
    dueling: bool = True
    layer_norm: bool = False
    mask_target: bool = True
    n_step: int = 3
    gamma: float = 0.99
    learning_rate: float = 1e-3
    learning_rate_end: float = 1e-3
    learning_rate_steps: int = 1
    update_every: int = 1
    tau: float = 0.005
    batch_size: int = 64
    buffer_size: int = 50_000
    priority_exponent: float = 0.0
    importance_exponent: float = 0.4
    importance_steps: int = 50_000
    learning_starts: int = 500
    epsilon_start: float = 1.0
    epsilon_end: float = 0.05
    epsilon_steps: int = 5_000
    explore: tuple[float, ...] = ()
    blind: tuple[int, ...] = ()
    huber_delta: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.priority_exponent < float("inf"):
            raise ValueError("priority_exponent has to be 0 or more")
        if not 0 <= self.importance_exponent <= 1:
            raise ValueError("importance_exponent has to lie between 0 and 1")

    def epsilon(self, step: int) -> float:
        """Share of random legal actions at an absolute step."""
        return _linear(self.epsilon_start, self.epsilon_end, step / max(1, self.epsilon_steps))

    def rate(self, step: int) -> float:
        """Adam's step size at an absolute step."""
        return _linear(self.learning_rate, self.learning_rate_end, step / max(1, self.learning_rate_steps))

    def importance(self, step: int) -> float:
        """Beta of prioritised replay at an absolute step."""
        return _linear(self.importance_exponent, 1.0, step / max(1, self.importance_steps))


def _linear(start: float, end: float, share: float) -> float:
    return start + min(1.0, share) * (end - start)
