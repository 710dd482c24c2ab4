"""The exact-match score of a model in training: its greedy replies, in batches, against the references.

Nothing that it writes is executed here; `measure` does that, in the sandbox.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import torch

from hrl.benchmarks.skills.drawing import WEIGHTS, draw_example
from hrl.benchmarks.skills.measuring import MAX_TOKENS
from hrl.curriculum.problem import Split
from hrl.training.bundled.tokens import texts


def greedy(model: Any, tokenizer: Any, prompts: Sequence[str]) -> list[str]:
    """The likeliest reply to each prompt."""
    replies: list[str] = []
    tokenizer.padding_side = "left"
    for start in range(0, len(prompts), 32):
        batch = tokenizer(list(prompts[start : start + 32]), return_tensors="pt", padding=True)
        batch.pop("token_type_ids", None)
        with torch.no_grad():
            made = model.generate(
                **batch.to(model.device),
                max_new_tokens=MAX_TOKENS,
                do_sample=False,
                pad_token_id=tokenizer.pad_token_id,
            )
        cut = made[:, batch["input_ids"].shape[1] :]
        replies += tokenizer.batch_decode(cut, skip_special_tokens=True)
    return replies


def exact_matches(model: Any, tokenizer: Any, split: Split, *, count: int, seed: int) -> dict[str, float]:
    """Share of greedy replies equal to the reference answer, by skill; of tests many are right."""
    model.eval()
    shares = {}
    for skill in (skill for skill in WEIGHTS if skill != "tests"):
        rng = random.Random(f"{seed}:{skill}:{split}")
        pairs = [texts(draw_example(skill, split, rng)) for _ in range(count)]
        replies = greedy(model, tokenizer, [prompt for prompt, _ in pairs])
        hits = [reply.rstrip() == answer.rstrip() for reply, (_, answer) in zip(replies, pairs, strict=True)]
        shares[skill] = sum(hits) / len(hits)
    return shares
