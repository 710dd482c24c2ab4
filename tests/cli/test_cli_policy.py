"""`hrl policy show`, `diff` and `export`, as a user types them."""

import json

import numpy as np
import pytest

from hrl.executive import EXECUTIVE
from hrl.policies import SHIPPED, Architecture, load_policy, save_policy


def test_the_shipped_policy_is_shown_with_card_and_answers(hrl):
    ended = hrl("policy", "show")
    assert ended.code == 0
    card = json.loads((SHIPPED / "executive.json").read_text())
    for said in (card["weights"], card["command"].split()[0], *card["recipe"]["data"], *card["tables"]):
        assert said in " ".join(ended.out.split())
    told = json.loads(hrl("policy", "show", "--json").out)
    network = {"inputs": 38, "hidden": [64, 64], "actions": 5, "dueling": True, "layer_norm": False}
    assert told["network"] == network
    policy = load_policy("default", EXECUTIVE)
    for answer in told["answers"]:
        values = np.where(answer["legal"], answer["values"], -np.inf)
        assert answer["action"] == values.argmax()
    assert policy.architecture.hidden == tuple(told["card"]["hidden"])


def test_a_rule_is_shown_by_its_choices(hrl):
    lines = hrl("policy", "show", "debug-2").out.splitlines()
    assert lines[0] == "debug-2: a rule, for the executive decisions of version 2"
    row = next(line for line in lines if line.startswith("second repair failed too"))
    assert row.split()[-5:] == ["-", "·", "-", "·", "*"]
    row = next(line for line in lines if line.startswith("first repair failed too"))
    assert row.split()[-5:] == ["-", "·", "*", "·", "-"]


def test_a_rule_of_the_other_level_is_shown(hrl):
    assert "for the hierarchical decisions" in hrl("policy", "show", "chain").out


def test_two_policies_are_compared_on_probes_and_on_drills(hrl):
    found = json.loads(hrl("policy", "diff", "debug-2", "debug-3", "--json").out)
    assert {split["state"].split()[0] for split in found["splits"]} == {"second"}
    same = hrl("policy", "diff", "single-shot", "debug-1", "--on", "drills")
    assert "stop | debug" in same.out
    assert "100 scripted drills" in same.out


def test_two_policies_of_the_level_above_are_compared_on_scripted_programs(hrl):
    found = json.loads(hrl("policy", "diff", "chain", "early", "--on", "drills", "--json").out)
    assert found["on"] == "100 scripted programs held out of training, seed 0, as both walk them"
    # A part fails: `early` has it executed again, `chain` merges what there is.
    assert ["integrate", "execute"] in [pair[:2] for pair in found["pairs"]]
    assert not any("every part passes, plans" in split["state"] for split in found["splits"])


def test_an_exported_policy_is_loaded_and_is_the_same(hrl, tmp_path):
    (tmp_path / "there").mkdir()
    ended = hrl("policy", "export", "default", "there")
    assert ended.out.splitlines() == ["there/executive.safetensors", "there/executive.json"]
    for place in ("there", "there/executive.json"):
        assert load_policy(place, EXECUTIVE).name == "executive"
        found = json.loads(hrl("policy", "diff", "default", place, "--json").out)
        assert (found["agreement"], found["splits"], found["card"]) == (1.0, [], [])


def test_a_network_with_layer_norm_is_shown_and_exported_as_one(hrl, tmp_path):
    shape = Architecture(len(EXECUTIVE.features), (4,), len(EXECUTIVE.actions), layer_norm=True)
    random = np.random.default_rng(0)
    weights = {name: random.normal(size=sizes).astype(np.float32) for name, sizes in shape.shapes().items()}
    save_policy(tmp_path / "normed", weights, EXECUTIVE, shape, name="normed")
    assert hrl("policy", "show", "normed.json").out.startswith(
        "normed: a dueling Q-network 38 → 4 → 5 with LayerNorm (194 weights)"
    )
    assert hrl("policy", "export", "normed.json", "plain.json", "--form", "json").code == 0
    plain = json.loads((tmp_path / "plain.json").read_text())
    assert "norm layer" in plain["forward"]
    layers = {name: np.array(values) for name, values in plain["layers"].items()}
    seen = random.random(len(EXECUTIVE.features))
    z = layers["body.0.weight"] @ seen + layers["body.0.bias"]
    z = (z - z.mean()) / np.sqrt(((z - z.mean()) ** 2).mean() + 1e-5)
    hidden = np.maximum(0, layers["norm.0.weight"] * z + layers["norm.0.bias"])
    advantage = layers["advantage.weight"] @ hidden + layers["advantage.bias"]
    value = layers["value.weight"] @ hidden + layers["value.bias"]
    own = load_policy("normed.json", EXECUTIVE).act(seen.astype(np.float32), np.ones(5, dtype=bool)).values
    np.testing.assert_allclose(value + advantage - advantage.mean(), own, atol=1e-4)


def test_a_plain_export_computes_what_the_policy_computes(hrl, tmp_path):
    assert hrl("policy", "export", "default", "plain.json", "--form", "json").code == 0
    plain = json.loads((tmp_path / "plain.json").read_text())
    assert [feature["name"] for feature in plain["decision"]["features"]] == plain["card"]["features"]
    assert "norm" not in plain["forward"]
    layers = {name: np.array(values) for name, values in plain["layers"].items()}
    seen = np.random.default_rng(0).random(len(plain["decision"]["features"]))
    hidden = seen
    for layer in (0, 1):
        hidden = np.maximum(0, layers[f"body.{layer}.weight"] @ hidden + layers[f"body.{layer}.bias"])
    advantage = layers["advantage.weight"] @ hidden + layers["advantage.bias"]
    value = layers["value.weight"] @ hidden + layers["value.bias"]
    own = load_policy("default", EXECUTIVE).act(seen.astype(np.float32), np.ones(5, dtype=bool)).values
    np.testing.assert_allclose(value + advantage - advantage.mean(), own, rtol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "nothing"), "there is no policy 'nothing'"),
        (("diff", "chain", "debug-2"), "they share no state"),
        (("diff", "chain", "debug-2", "--on", "drills"), "they share no state"),
        (("diff", "debug-2", "debug-3", "--on", "moon"), "is called 'moon'"),
        (("show", "~nosuchuser/x"), "'~nosuchuser/x' cannot be a path"),
        (("show", "n" * 300), "File name too long"),
        (("show", "n" * 250), "File name too long"),
        (("diff", "debug-2", "debug-3", "--on", "n" * 300), "File name too long"),
        (("export", "default", "~nosuchuser/x"), "'~nosuchuser/x' cannot be a path"),
        (("export", "default", "n" * 300), "File name too long"),
        (("export", "default", "n" * 250), "File name too long"),
        (("export", "debug-3", "new"), "debug-3 is no file: `--policy debug-3` works"),
        (("export", "early", "new"), "early is no file: `--hierarchical early` works"),
        (("export", "default", "here", "--form", "json"), "here is a directory"),
        (("export", "default", "a/b.json", "--form", "json"), "the directory a does not exist"),
        (("export", "default", "taken"), "taken.json exists already"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(hrl, tmp_path, arguments, said):
    (tmp_path / "here").mkdir()
    (tmp_path / "taken.json").write_text("{}")
    ended = hrl("policy", *arguments)
    assert ended.code == 2
    assert said in ended.sentence
    assert not (tmp_path / "taken.safetensors").exists()


def test_a_file_of_another_version_is_shown_and_refused(hrl, tmp_path):
    hrl("policy", "export", "default", "old")
    card = json.loads((tmp_path / "old.json").read_text())
    (tmp_path / "old.json").write_text(json.dumps({**card, "version": 1}))
    ended = hrl("policy", "show", "old")
    assert ended.code == 2
    assert ended.sentence.startswith("error: the policy old was made for version 1")
    assert "decisions of version 1" in ended.out
    assert card["weights"] in ended.out
    assert hrl("policy", "export", "old", "new").code == 2
