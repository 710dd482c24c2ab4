import numpy as np
import pytest
import torch

from hrl.policies import Architecture, GreedyPolicy, fresh_weights, q_values
from hrl.policies.network import folded, mean_network


def test_dueling_is_value_plus_advantage_minus_its_mean():
    weights = {
        "value.weight": np.array([[2.0]], dtype=np.float32),
        "value.bias": np.array([1.0], dtype=np.float32),
        "advantage.weight": np.array([[1.0], [2.0], [3.0]], dtype=np.float32),
        "advantage.bias": np.zeros(3, dtype=np.float32),
    }
    values = q_values(weights, Architecture(1, (), 3), np.array([1.0], dtype=np.float32))
    assert values.tolist() == [2.0, 3.0, 4.0]


def weights_of(shape, seed):
    """Fresh ones, with gains and biases of LayerNorm that do something."""
    random, weights = np.random.default_rng(seed), fresh_weights(shape, seed)
    return {
        name: value + random.normal(size=value.shape).astype(np.float32) * name.startswith("norm.")
        for name, value in weights.items()
    }


@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("dueling", [True, False])
def test_the_forward_pass_agrees_with_torch(dueling, layer_norm):
    shape = Architecture(7, (16, 8), 5, dueling, layer_norm)
    weights = weights_of(shape, 3)
    observation = np.random.default_rng(0).normal(size=7).astype(np.float32)
    as_torch = {name: torch.from_numpy(value) for name, value in weights.items()}
    hidden = torch.from_numpy(observation)
    for place in range(2):
        layer = torch.nn.functional.linear(
            hidden, as_torch[f"body.{place}.weight"], as_torch[f"body.{place}.bias"]
        )
        if layer_norm:
            gain, shift = as_torch[f"norm.{place}.weight"], as_torch[f"norm.{place}.bias"]
            layer = torch.nn.functional.layer_norm(layer, [len(gain)], gain, shift)
        hidden = torch.relu(layer)
    heads = {
        head: torch.nn.functional.linear(hidden, as_torch[f"{head}.weight"], as_torch[f"{head}.bias"])
        for head in (("value", "advantage") if dueling else ("advantage",))
    }
    wanted = heads["advantage"]
    if dueling:
        wanted = heads["value"] + wanted - wanted.mean()
    np.testing.assert_allclose(q_values(weights, shape, observation), wanted.numpy(), atol=1e-6)


def test_layer_norm_of_a_layer_by_hand():
    # The layer gives 1, 3, 5, 7: mean 4, variance 5. The first, at -3 / √5, is below 0 but for its bias.
    weights = {
        "body.0.weight": np.array([[1.0], [3.0], [5.0], [7.0]], dtype=np.float32),
        "body.0.bias": np.zeros(4, dtype=np.float32),
        "norm.0.weight": np.array([1.0, 1.0, 1.0, 2.0], dtype=np.float32),
        "norm.0.bias": np.array([2.0, 0.0, 0.0, 1.0], dtype=np.float32),
        "advantage.weight": np.eye(4, dtype=np.float32),
        "advantage.bias": np.zeros(4, dtype=np.float32),
    }
    shape = Architecture(1, (4,), 4, dueling=False, layer_norm=True)
    values = q_values(weights, shape, np.array([1.0], dtype=np.float32))
    unit = 5**-0.5
    np.testing.assert_allclose(values, [2 - 3 * unit, 0, unit, 1 + 6 * unit], rtol=1e-5)


def test_fresh_layer_norm_only_standardises_and_leaves_the_other_weights_alone():
    plain, normed = (Architecture(3, (4, 5), 2, layer_norm=normed) for normed in (False, True))
    without, weights = fresh_weights(plain, 1), fresh_weights(normed, 1)
    assert {name: value.shape for name, value in weights.items()} == normed.shapes()
    assert all((weights[name] == value).all() for name, value in without.items())
    for place in (0, 1):
        assert (weights[f"norm.{place}.weight"] == 1).all()
        assert (weights[f"norm.{place}.bias"] == 0).all()


@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("dueling", [True, False])
def test_a_folded_network_has_the_same_values(dueling, layer_norm):
    shape = Architecture(7, (16, 8), 5, dueling, layer_norm)
    weights = weights_of(shape, 3)
    observation = np.random.default_rng(0).normal(size=7).astype(np.float32)
    joined, plain = folded(weights, shape)
    assert not plain.dueling
    assert {name: value.shape for name, value in joined.items()} == plain.shapes()
    np.testing.assert_allclose(
        q_values(joined, plain, observation), q_values(weights, shape, observation), atol=1e-6
    )


@pytest.mark.parametrize("hidden", [(), (5,), (5, 4)])
def test_the_mean_of_networks_is_one_network(hidden):
    small = Architecture(3, hidden, 2)
    members = [fresh_weights(small, seed) for seed in range(3)]
    joined, wide = mean_network(members, small)
    assert {name: value.shape for name, value in joined.items()} == wide.shapes()
    observation = np.array([0.3, -1.0, 2.0], dtype=np.float32)
    wanted = np.mean([q_values(weights, small, observation) for weights in members], axis=0)
    np.testing.assert_allclose(q_values(joined, wide, observation), wanted, rtol=1e-5)


def test_networks_with_layer_norm_have_no_mean_network():
    shape = Architecture(3, (5,), 2, layer_norm=True)
    with pytest.raises(ValueError, match="LayerNorm"):
        mean_network([fresh_weights(shape, 0)], shape)


def test_the_best_action_is_taken_among_legal_ones_only():
    shape = Architecture(1, (), 3, dueling=False)
    weights = {
        "advantage.weight": np.zeros((3, 1), dtype=np.float32),
        "advantage.bias": np.array([-3.0, -2.0, 9.0], dtype=np.float32),
    }
    choice = GreedyPolicy("p", weights, shape).act(
        np.zeros(1, dtype=np.float32), np.array([True, True, False])
    )
    assert choice.action == 1
    assert choice.values == (-3.0, -2.0, 9.0)


def test_fresh_weights_depend_on_the_seed_alone():
    shape = Architecture(3, (4,), 2)
    again = fresh_weights(shape, 1)
    assert all((again[name] == value).all() for name, value in fresh_weights(shape, 1).items())
    assert (again["body.0.weight"] != fresh_weights(shape, 2)["body.0.weight"]).any()
