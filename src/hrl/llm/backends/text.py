"""From messages to token ids: the model's own chat template where it has one, plain text otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hrl.llm.backend import encodable
from hrl.llm.prompts.base import Message, Prompt


@dataclass(frozen=True, slots=True)
class Rendered:
    """A prompt as one model sees it.

    Attributes:
        text, ids: what a causal model continues, or what an encoder reads.
        stop: lacks strings that belong to an answer that was not opened.
        decoder: what the decoder of a sequence-to-sequence model starts with; empty for its start token.
    """

    text: str
    ids: list[int]
    stop: tuple[str, ...]
    decoder: list[int] = field(default_factory=list)


def rendered(
    prompt: Prompt, tokenizer: Any, *, seq2seq: bool, decoder_prefix: bool = False, tabs: bool = False
) -> Rendered:
    """Apply the template and tokenize.

    An assistant message at the end opens the answer: a causal model continues it, and so does a decoder
    that gets the prompt. An encoder's input has no place for it, so it is left out there; where the decoder
    gets nothing the stop strings go with it.

    Args:
        prompt: what is asked.
        tokenizer: the model's.
        seq2seq: encoder and decoder.
        decoder_prefix: the decoder starts with the prompt (and the opened answer) as well.
        tabs: four spaces become a tab, as in the model's training data.
    """
    messages, opening, stop = prompt.messages, "", prompt.stop
    if messages and messages[-1].role == "assistant":
        opening, messages = messages[-1].content, messages[:-1]
    template = bool(getattr(tokenizer, "chat_template", None)) and not prompt.raw
    if prompt.raw:
        text = "".join(message.content for message in messages)
    else:
        text = _templated(messages, tokenizer) if template else _plain(messages)
    text, opening = (encodable(part.replace("    ", "\t") if tabs else part) for part in (text, opening))
    whole = text + opening
    if not seq2seq:
        return Rendered(whole, _continued(whole, tokenizer, template=template), stop)
    ids = list(tokenizer(text, add_special_tokens=not template)["input_ids"]) or [tokenizer.bos_token_id or 0]
    if decoder_prefix:
        return Rendered(whole, ids, stop, _continued(whole, tokenizer, template=template))
    return Rendered(text, ids, () if opening else stop)


def _continued(text: str, tokenizer: Any, *, template: bool) -> list[int]:
    """Ids of a text that goes on."""
    ids = list(tokenizer(text, add_special_tokens=not template)["input_ids"])
    if not template and len(ids) > 1 and ids[-1] == tokenizer.eos_token_id:
        ids.pop()  # Some tokenizers end every text; a model could only fall silent after it.
    return ids or [tokenizer.bos_token_id or 0]


def _templated(messages: tuple[Message, ...], tokenizer: Any) -> str:
    from jinja2 import TemplateError

    try:
        return _apply(messages, tokenizer)
    except TemplateError:
        return _apply(_without_system(messages), tokenizer)


def _apply(messages: tuple[Message, ...], tokenizer: Any) -> str:
    turns = [{"role": message.role, "content": message.content} for message in messages]
    # Models that can think aloud are asked not to: the budget is for code.
    return str(
        tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
    )


def _without_system(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """For templates that know no system turn: its text goes before the first user's."""
    system = "\n\n".join(message.content for message in messages if message.role == "system")
    rest = [message for message in messages if message.role != "system"]
    if system and rest:
        rest[0] = Message(rest[0].role, f"{system}\n\n{rest[0].content}")
    return tuple(rest)


def _plain(messages: tuple[Message, ...]) -> str:
    return "".join(f"{message.content}\n\n" for message in messages)
