"""Causal models outside `generate`: which ones, the same replies, and rows that leave the batch."""

import pytest
import torch
from llm_tiny_models import save_gpt2
from transformers import DynamicCache, Gemma2Config, LlamaConfig, MixtralConfig, T5Config
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

from hrl.llm.backends.decoding import RoomyLayer, decode, plain_layers
from hrl.llm.backends.loading import load
from hrl.llm.backends.sampling import Rows, RowSampling

PROMPTS = [[7], list(range(5, 150)), [9, 8, 7], list(range(60, 90)), [11] * 40, list(range(200, 150, -1))]
GREEDY = [RowSampling(0.0, 0.95, count, seed=0) for count in (3, 70, 1, 150, 40, 2)]
SAMPLED = [RowSampling(0.8, 0.95, count, seed=count) for count in (3, 70, 1, 150, 40, 2)]


@pytest.fixture(scope="module")
def model(llama):
    return load(str(llama), "hf:llama", device="cpu").model


def replies(model, prompts, samplings, ends=frozenset(), decode_ids=str):
    rows = Rows(samplings, ends, decode_ids, "cpu")
    decode(model, rows, prompts, layers=plain_layers(model), pad=0)
    return rows.rows


def likeliest(model, prompt, count):
    """The greedy reply of a loop that knows neither cache nor batch."""
    ids = list(prompt)
    with torch.inference_mode():
        for _ in range(count):
            ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return ids[len(prompt) :]


def test_greedy_replies_are_the_models_own(model):
    together = replies(model, PROMPTS, GREEDY)
    for row, prompt, sampling in zip(together, PROMPTS, GREEDY, strict=True):
        assert row.tokens == likeliest(model, prompt, sampling.max_tokens)
        assert row.finish == "length"


def test_learned_positions_count_from_each_prompts_start(tmp_path):
    model = load(str(save_gpt2(tmp_path / "gpt2", context=256)), "hf:gpt2", device="cpu").model
    assert plain_layers(model)
    samplings = [RowSampling(0.0, 0.95, 12, seed=0) for _ in PROMPTS]
    together = replies(model, PROMPTS, samplings)
    assert [row.tokens for row in together] == [likeliest(model, prompt, 12) for prompt in PROMPTS]


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (3, 0, 5), (5, 4, 3, 2, 1, 0), (1,), (2, 2, 3)])
def test_a_reply_does_not_depend_on_who_else_is_in_the_batch(model, order):
    alone = [replies(model, [PROMPTS[n]], [SAMPLED[n]])[0] for n in order]
    together = replies(model, [PROMPTS[n] for n in order], [SAMPLED[n] for n in order])
    assert [row.tokens for row in together] == [row.tokens for row in alone]
    assert [row.logprob for row in together] == pytest.approx([row.logprob for row in alone], abs=1e-2)


def test_each_reply_has_its_own_token_limit(model):
    assert [len(row.tokens) for row in replies(model, PROMPTS, SAMPLED)] == [3, 70, 1, 150, 40, 2]


def test_end_tokens_end_their_row_alone(model):
    free = replies(model, PROMPTS, SAMPLED)
    end = free[1].tokens[4]
    for row, before in zip(replies(model, PROMPTS, SAMPLED, frozenset({end})), free, strict=True):
        cut = before.tokens.index(end) + 1 if end in before.tokens else len(before.tokens)
        assert row.tokens == before.tokens[:cut]
        assert row.finish == ("stop" if end in before.tokens else "length")


def test_stop_strings_end_their_row_alone(model):
    def words(ids):
        return "".join(f"<{number}>" for number in ids)

    free = replies(model, PROMPTS, SAMPLED, decode_ids=words)
    stop = f"<{free[3].tokens[20]}>"
    first = free[3].tokens.index(free[3].tokens[20])
    samplings = [*SAMPLED[:3], RowSampling(0.8, 0.95, 150, 150, (stop,)), *SAMPLED[4:]]
    found = replies(model, PROMPTS, samplings, decode_ids=words)
    assert found[3].tokens == free[3].tokens[: first + 1]
    assert found[3].finish == "stop"
    others = (0, 1, 2, 4, 5)
    assert [found[number].tokens for number in others] == [free[number].tokens for number in others]


def test_a_layer_holds_what_a_cache_that_copies_holds():
    torch.manual_seed(0)
    layer, copying = RoomyLayer(), DynamicCache()
    for count in (5, 1, 80, 1, 1):
        keys, values = torch.randn(3, 2, count, 4), torch.randn(3, 2, count, 4)
        ours, theirs = layer.update(keys, values), copying.update(keys, values, 0)
        assert all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))
    last = layer.keys[2].clone()
    layer.keep(2, torch.tensor([0]), torch.tensor([2]), 3)
    layer.update(torch.zeros(2, 2, 1, 4), torch.zeros(2, 2, 1, 4))
    assert layer.keys.shape == (2, 2, 86, 4)
    assert torch.equal(layer.keys[0, :, :-1], last[:, 3:])
    assert torch.equal(layer.values[1, :, :-1], copying.layers[0].values[1, :, 3:])


TINY = {
    "vocab_size": 64, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2,
    "num_attention_heads": 2, "num_key_value_heads": 2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("config", "ours"),
    [
        (LlamaConfig(**TINY), True),
        (Gemma2Config(**TINY, head_dim=8, sliding_window=4), False),
        (MixtralConfig(**TINY, num_local_experts=2), False),
    ],
)
def test_only_caches_of_all_tokens_are_decoded_here(config, ours):
    with torch.device("meta"):
        model = MODEL_FOR_CAUSAL_LM_MAPPING[type(config)](config)
    assert bool(plain_layers(model)) is ours


def test_encoders_are_left_to_the_library(t5):
    model = load(str(t5), "hf:t5", device="cpu").model
    assert isinstance(model.config, T5Config)
    assert not plain_layers(model)
