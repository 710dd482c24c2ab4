"""The model's own wrong programs and the sandbox's reports on them: what it learns to debug from.

Now and then in a training (`Recipe.rounds`) the averaged model answers fresh problems of the training
split, the sandbox runs the answers, and each program that fails becomes an example: repair this. The repairs
that the model tries next are run too, so that it also sees what comes out of a failed repair.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from hrl.benchmarks.skills.drawing import draw_example
from hrl.benchmarks.skills.example import Example, as_debug
from hrl.benchmarks.skills.measuring import MAX_TOKENS, judged
from hrl.llm.base import ChatModel
from hrl.llm.requests import Call, CodeReply, Debug, Generate, Sampling
from hrl.runs import write_atomic
from hrl.sandbox.pool import PooledSandbox
from hrl.training.bundled.tokens import texts

# Replies near the one that would be given in use, and bolder ones: more of them are wrong.
TEMPERATURES = (0.2, 0.5, 0.8)
SKILLS = {"generate": 0.8, "document": 0.1, "main": 0.1}


@dataclass(frozen=True, slots=True)
class Failure:
    """Prompt and answer of a debug example, as the model sees them."""

    prompt: str
    answer: str


def collect(
    model: ChatModel, sandbox: PooledSandbox, *, seed: int, number: int, problems: int
) -> list[Failure]:
    """One round: `problems` answers, the failed ones as examples, and their failed repairs."""
    rng = random.Random(f"{seed}:failures:{number}")
    skills = rng.choices(list(SKILLS), list(SKILLS.values()), k=problems)
    asked = [draw_example(skill, "train", rng, judged=True) for skill in skills]
    failed = _failed(model, sandbox, asked, seed + number)
    again = _failed(model, sandbox, failed, seed + number)
    return [Failure(*texts(example)) for example in (*failed, *again)]


def load(path: Path) -> list[Failure]:
    """A round that was saved."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Failure(**json.loads(line)) for line in lines]


def save(path: Path, failures: list[Failure]) -> None:
    """Write a round, whole or not at all."""
    lines = [json.dumps({"prompt": one.prompt, "answer": one.answer}) for one in failures]
    write_atomic(path, "".join(line + "\n" for line in lines))


def _failed(model: ChatModel, sandbox: PooledSandbox, asked: list[Example], seed: int) -> list[Example]:
    """What the model gets wrong, as debug examples."""
    mine = [example for example in asked if example.cases and isinstance(example.request, Generate | Debug)]
    calls = [
        Call(
            example.request,
            Sampling(TEMPERATURES[place % len(TEMPERATURES)], max_tokens=MAX_TOKENS, seed=seed),
        )
        for place, example in enumerate(mine)
    ]
    answers = judged(mine, [completion.reply for completion in model.complete(calls)], sandbox)
    return [
        as_debug(one.example, one.reply.code, one.report)
        for one in answers
        if isinstance(one.reply, CodeReply) and one.report and not one.right
    ]
