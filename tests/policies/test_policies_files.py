import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from hrl.errors import PolicyFileError
from hrl.policies import (
    Architecture,
    GreedyPolicy,
    fresh_weights,
    load_policy,
    q_values,
    read_card,
    read_policy,
    save_policy,
)
from hrl.policies.base import DecisionSpec, Feature

SPEC = DecisionSpec("toy", 3, ("left", "right"), (Feature("x", 0, 1, ""), Feature("y", 0, 1, "")))
SHAPE = Architecture(inputs=2, hidden=(4,), actions=2)


@pytest.fixture
def saved(tmp_path):
    save_policy(tmp_path / "toy", fresh_weights(SHAPE, 0), SPEC, SHAPE, name="first", seed=7)
    return tmp_path / "toy"


def test_a_saved_policy_chooses_as_before(saved):
    observation, mask = np.array([0.3, 0.9], dtype=np.float32), np.array([True, True])
    first = read_policy(saved, SPEC).act(observation, mask)
    assert first == load_policy(str(saved), SPEC).act(observation, mask)
    assert first == load_policy(f"{saved}.json", SPEC).act(observation, mask)
    assert first == load_policy(str(saved.parent), SPEC).act(observation, mask)


NORMED = replace(SHAPE, layer_norm=True)


@pytest.fixture
def normed(tmp_path):
    save_policy(tmp_path / "normed", fresh_weights(NORMED, 0), SPEC, NORMED, name="normed")
    return tmp_path / "normed"


def test_a_saved_policy_keeps_its_layer_norm(normed):
    assert read_card(normed).layer_norm
    policy = read_policy(normed, SPEC)
    assert policy.architecture == NORMED
    observation, mask = np.array([0.3, 0.9], dtype=np.float32), np.array([True, True])
    weights = fresh_weights(NORMED, 0)
    assert policy.act(observation, mask) == GreedyPolicy("normed", weights, NORMED).act(observation, mask)
    assert policy.act(observation, mask).values != pytest.approx(
        q_values(fresh_weights(SHAPE, 0), SHAPE, observation).tolist()
    )


def test_a_card_without_the_field_is_of_a_network_without_layer_norm(saved, normed):
    for path in (saved, normed):
        card = json.loads(path.with_suffix(".json").read_text())
        del card["layer_norm"]
        path.with_suffix(".json").write_text(json.dumps(card))
    assert read_policy(saved, SPEC).architecture == SHAPE
    assert "other layers" in refused(normed)


def test_a_card_that_claims_a_layer_norm_without_weights_is_refused(saved):
    _write_card(saved, read_card(saved), layer_norm=True)
    assert "other layers" in refused(saved)


@pytest.mark.parametrize("value", ["perhaps", 2, None, [True]])
def test_a_card_with_another_layer_norm_is_refused(saved, value):
    card = json.loads(saved.with_suffix(".json").read_text())
    saved.with_suffix(".json").write_text(json.dumps(card | {"layer_norm": value}))
    assert "not a policy card" in refused(saved)


def test_the_card_says_where_the_policy_comes_from(saved):
    card = read_card(saved)
    assert (card.name, card.seed, card.version, card.features) == ("first", 7, 3, ("x", "y"))


def refused(path, spec=SPEC):
    with pytest.raises(PolicyFileError) as caught:
        load_policy(str(path), spec)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_a_flipped_byte_in_the_weights_is_refused(saved):
    weights = saved.with_suffix(".safetensors")
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert "corrupt" in refused(saved)


def test_weights_that_are_no_safetensors_are_refused(saved):
    card = read_card(saved)
    junk = b"junk"
    saved.with_suffix(".safetensors").write_bytes(junk)
    _write_card(saved, card, weights=_sha(junk))
    assert "not a safetensors file" in refused(saved)


def test_layers_of_another_shape_are_refused(saved):
    other = Architecture(inputs=2, hidden=(5,), actions=2)
    weights = saved.with_suffix(".safetensors")
    save_file(fresh_weights(other, 0), weights)
    _write_card(saved, read_card(saved), weights=_sha(weights.read_bytes()))
    assert "other layers" in refused(saved)


def test_weights_that_are_not_finite_are_refused(saved):
    weights = saved.with_suffix(".safetensors")
    values = load_file(weights)
    values["value.bias"] = np.array([np.nan], dtype=np.float32)
    save_file(values, weights)
    _write_card(saved, read_card(saved), weights=_sha(weights.read_bytes()))
    assert "not finite" in refused(saved)


def test_another_feature_version_is_refused_with_the_way_out(saved):
    message = refused(saved, replace(SPEC, version=4))
    assert "version 3" in message
    assert "version 4" in message
    assert "train" in message


def test_renamed_features_are_refused_even_at_the_same_version(saved):
    renamed = replace(SPEC, features=(Feature("x", 0, 1, ""), Feature("z", 0, 1, "")))
    assert "features" in refused(saved, renamed)


def test_a_policy_of_another_decision_process_is_refused(saved):
    assert "decides for toy, not for other" in refused(saved, replace(SPEC, name="other"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "else"}', "\udcff"])
def test_a_card_that_is_no_card_is_refused(saved, text):
    saved.with_suffix(".json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert "not a policy card" in refused(saved)


def test_a_missing_card_and_missing_weights_are_named(saved):
    card, weights = saved.with_suffix(".json"), saved.with_suffix(".safetensors")
    text = card.read_bytes()
    card.unlink()
    assert "card" in refused(saved)
    card.write_bytes(text)
    weights.unlink()
    assert "weights" in refused(saved)


def test_an_unknown_name_lists_the_known_ones():
    message = refused("no-such-policy")
    assert "'no-such-policy'" in message
    assert "random" in message


def _write_card(stem, card, **changes):
    from hrl.types import dump

    stem.with_suffix(".json").write_text(json.dumps(dump(replace(card, **changes))))


def _sha(data):
    import hashlib

    return hashlib.sha256(data).hexdigest()
