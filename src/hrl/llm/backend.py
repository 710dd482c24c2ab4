"""What is behind a model: rendered prompts go in, raw texts come out.

A backend knows nothing of parsing and caching (`model.StyledModel` does both around every one of them).
Most need the prompt only; recorded and scripted ones look at the request as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hrl.llm.prompts.base import Prompt
from hrl.llm.requests import Call, Sampling
from hrl.types import Usage

_CHARACTERS_PER_TOKEN = 3.5


@dataclass(frozen=True, slots=True)
class Ask:
    """One call with its rendered prompt."""

    call: Call
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Answer:
    """One raw reply.

    Attributes:
        text: what the model said, without its end token and without the stop string.
        finish: `stop` or `length`.
        problem: why there is no usable reply, where the backend knows it; the reply is then broken.
        batch: how many calls were answered together with this one.
    """

    text: str
    usage: Usage
    finish: str = "stop"
    mean_logprob: float | None = None
    problem: str = ""
    batch: int = 1


class Backend(Protocol):
    """Answers prompts.

    Attributes:
        name: the spec as people write it.
        fingerprint: identifies the weights, the server and model name, or the file's content.
    """

    name: str
    fingerprint: str

    def identity(self, call: Call) -> str:
        """What decides the answer besides prompt and sampling; part of the cache's key."""
        ...

    def answer(self, asks: Sequence[Ask]) -> list[Answer]:
        """One answer per ask, in order. Thread-safe.

        Raises:
            ModelUnavailable: the backend cannot answer.
        """
        ...

    def close(self) -> None:
        """Free what is held; idempotent."""
        ...


def estimated_tokens(text: str) -> int:
    """A rough token count where no tokenizer is at hand; at least 1 for any text."""
    return round(len(text) / _CHARACTERS_PER_TOKEN) or int(bool(text))


def estimated_usage(prompt: Prompt, text: str, seconds: float = 0.0) -> Usage:
    """Usage from the lengths of prompt and reply."""
    sent = sum(estimated_tokens(message.content) for message in prompt.messages)
    return Usage(sent, estimated_tokens(text), seconds)


def seed_of(sampling: Sampling, *more: str) -> int:
    """63 bits that depend on seed, sample number and `more`, and on nothing else."""
    text = "\0".join((str(sampling.seed), str(sampling.sample), *more))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "backslashreplace")).digest()[:8], "big") >> 1


def encodable(text: str) -> str:
    """The text with lone surrogates written out, so that it survives every file and protocol."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
