"""The tokenizer: byte-level BPE trained on the curriculum, every digit a token of its own.

Numbers are copied digit by digit, and names are split alike in prompt and answer, so that a small
network can learn to copy what it never saw.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from hrl.benchmarks.skills import Example
from hrl.benchmarks.skills.drawing import WEIGHTS, draw_example
from hrl.llm.prompts import style
from hrl.llm.prompts.compact import aliases
from hrl.llm.requests import Debug, Generate, Integrate

VOCABULARY = 1536
END, PAD = "<|end|>", "<|pad|>"
TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"


def texts(example: Example) -> tuple[str, str]:
    """Prompt and answer as the model sees them: with the stand-ins of the compact style."""
    request, answer = example.request, example.answer
    if isinstance(request, Generate | Debug | Integrate):
        answer = aliases(request).code(answer)
    return style("compact").render(request).messages[0].content, answer


def train_tokenizer(seed: int, samples: int) -> Any:
    """A `PreTrainedTokenizerFast` trained on examples of all skills."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PAD, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_corpus(seed, samples), trainer)
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        padding_side="left",
        clean_up_tokenization_spaces=False,
        model_max_length=1024,
    )
    wrapped.chat_template = TEMPLATE
    return wrapped


def _corpus(seed: int, samples: int) -> Iterator[str]:
    rng = random.Random(seed)
    skills = list(WEIGHTS)
    for _ in range(samples):
        yield "".join(texts(draw_example(rng.choice(skills), "train", rng)))
