"""Batches of about equal token counts, drawn on the fly from the seeded curriculum.

A pool is a function of its arguments alone; beside the recipe's these are its number, the progress, the
weights (which follow the last matches) and the failures (of the rounds so far). All of them are in the run's
directory, so a resumed training goes on with the very pool that was next.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from hrl.benchmarks.skills.drawing import draw_example
from hrl.training.bundled.failures import Failure
from hrl.training.bundled.tokens import texts

MAX_LENGTH = 512
OWN_SHARE = 2 / 3


@dataclass(frozen=True, slots=True)
class Batch:
    """Right-padded ids, where the answers are, and how many real tokens there are."""

    ids: torch.Tensor
    answers: torch.Tensor
    tokens: int


def encode(tokenizer: Any, prompt: str, answer: str) -> tuple[list[int], int]:
    """Token ids of prompt, answer and end token, and the length of the prompt."""
    before = tokenizer.encode(prompt, add_special_tokens=False)
    after = tokenizer.encode(answer, add_special_tokens=False)
    return [*before, *after, tokenizer.eos_token_id], len(before)


def pool(
    tokenizer: Any,
    weights: dict[str, float],
    *,
    seed: int,
    number: int,
    progress: float,
    examples: int,
    batch_tokens: int,
    failures: Sequence[Failure] = (),
) -> Iterator[Batch]:
    """The batches of one pool, in random order; examples of similar length share a batch.

    With `failures`, two of three debug examples are the model's own.
    """
    rng = random.Random(f"{seed}:{number}")
    skills = rng.choices(list(weights), list(weights.values()), k=examples)
    drawn = [_drawn(skill, rng, progress, failures) for skill in skills]
    encoded = [encode(tokenizer, *pair) for pair in drawn]
    encoded = sorted((entry for entry in encoded if len(entry[0]) <= MAX_LENGTH), key=lambda e: len(e[0]))
    groups: list[list[tuple[list[int], int]]] = [[]]
    for entry in encoded:
        if groups[-1] and (len(groups[-1]) + 1) * len(entry[0]) > batch_tokens:
            groups.append([])
        groups[-1].append(entry)
    rng.shuffle(groups)
    for group in groups:
        yield collate(group, tokenizer.pad_token_id)


def _drawn(skill: str, rng: random.Random, progress: float, failures: Sequence[Failure]) -> tuple[str, str]:
    if skill == "debug" and failures and rng.random() < OWN_SHARE:
        own = rng.choice(failures)
        return own.prompt, own.answer
    return texts(draw_example(skill, "train", rng, progress=progress))


def collate(group: list[tuple[list[int], int]], pad: int) -> Batch:
    """Pad a group on the right."""
    width = max(len(ids) for ids, _ in group)
    ids = torch.full((len(group), width), pad, dtype=torch.long)
    answers = torch.zeros((len(group), width), dtype=torch.bool)
    for row, (tokens, start) in enumerate(group):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        answers[row, start : len(tokens)] = True
    return Batch(ids, answers, sum(len(tokens) for tokens, _ in group))
