"""The network: a Llama-style causal transformer of under three million parameters."""

from __future__ import annotations

from typing import Any

import torch


def new_model(tokenizer: Any, *, hidden: int = 192, layers: int = 5, seed: int = 0) -> Any:
    """An untrained `LlamaForCausalLM` with tied embeddings.

    The generator of torch is seeded for the initial weights only and put back afterwards.
    """
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=hidden * 2,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        num_key_value_heads=hidden // 32,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        rope_theta=10000.0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LlamaForCausalLM(config)


def answer_loss(model: Any, ids: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy of the answer tokens.

    Args:
        model: the network.
        ids: (batch, length) token ids, padded on the right.
        answers: (batch, length) True where a token belongs to an answer (its end token included).
    """
    hidden = model.model(input_ids=ids).last_hidden_state[:, :-1]
    wanted = answers[:, 1:]
    scores = model.lm_head(hidden[wanted])
    return torch.nn.functional.cross_entropy(scores.float(), ids[:, 1:][wanted])


def parameters(model: Any) -> int:
    """How many parameters the model has, shared ones once."""
    return sum(weights.numel() for weights in model.parameters())
