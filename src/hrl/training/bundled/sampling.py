"""Sampling replies from a model in training, in batches, and the exact-match score of greedy ones.

Nothing that is sampled here is executed; `measure` does that, in the sandbox.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import torch

from hrl.benchmarks.skills.drawing import WEIGHTS, draw_example
from hrl.curriculum.problem import Split
from hrl.training.bundled.tokens import texts


def sample(
    model: Any, tokenizer: Any, prompts: Sequence[str], *, temperature: float = 0.0, seed: int = 0
) -> list[str]:
    """One reply a prompt; greedy at temperature 0."""
    replies: list[str] = []
    tokenizer.padding_side = "left"
    for start in range(0, len(prompts), 32):
        batch = tokenizer(list(prompts[start : start + 32]), return_tensors="pt", padding=True)
        batch.pop("token_type_ids", None)
        settings: dict[str, Any] = {"do_sample": False}
        if temperature > 0:
            settings = {"do_sample": True, "temperature": temperature, "top_p": 0.95}
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            torch.manual_seed(seed + start)
            made = model.generate(
                **batch.to(model.device), max_new_tokens=160, pad_token_id=tokenizer.pad_token_id, **settings
            )
        cut = made[:, batch["input_ids"].shape[1] :]
        replies += tokenizer.batch_decode(cut, skip_special_tokens=True)
    return replies


def exact_matches(
    model: Any, tokenizer: Any, split: Split, *, count: int, seed: int, progress: float = 1.0
) -> dict[str, float]:
    """Share of greedy replies equal to the reference answer, by skill; of tests many are right."""
    model.eval()
    shares = {}
    for skill in (skill for skill in WEIGHTS if skill != "tests"):
        rng = random.Random(f"{seed}:{skill}:{split}")
        pairs = [texts(draw_example(skill, split, rng, progress=progress)) for _ in range(count)]
        replies = sample(model, tokenizer, [prompt for prompt, _ in pairs])
        hits = [reply.rstrip() == answer.rstrip() for reply, (_, answer) in zip(replies, pairs, strict=True)]
        shares[skill] = sum(hits) / len(hits)
    return shares
