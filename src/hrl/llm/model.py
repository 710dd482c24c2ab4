"""`StyledModel`: a backend, a prompt style and a reply cache make a `ChatModel`.

Keys are content addresses: the same backend, prompt and sampling give the same key on any machine and
in any run. Within one batch identical calls are asked once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from hrl.llm.backend import Answer, Ask, Backend, encodable
from hrl.llm.cache import ReplyCache
from hrl.llm.prompts import style_label
from hrl.llm.prompts.base import PromptStyle
from hrl.llm.requests import BrokenReply, Call, Completion, Reply


class StyledModel:
    """See the module's docstring; implements `hrl.llm.base.ChatModel`.

    Args:
        backend: closed with the model.
        style: renders requests and parses replies.
        cache: shared with whoever opened it, and closed by them; None makes one in memory.
    """

    def __init__(self, backend: Backend, style: PromptStyle, cache: ReplyCache | None = None) -> None:
        self.name = backend.name
        self.style = style_label(style)
        self.fingerprint = f"{backend.fingerprint}+{self.style}"
        self._backend = backend
        self._style = style
        self._own_cache = cache is None
        self._cache = ReplyCache(None) if cache is None else cache

    def complete(self, calls: Sequence[Call]) -> list[Completion]:
        """Answer from the cache where possible, and the rest in one batch."""
        asks = [Ask(call, self._style.render(call.request)) for call in calls]
        keys = [call_key(self._backend, ask) for ask in asks]
        answers = self._cache.get(keys)
        missing = {key: ask for key, ask in zip(keys, asks, strict=True) if key not in answers}
        answers |= self._ask(missing)
        completions = []
        for key, ask in zip(keys, asks, strict=True):
            # Of identical calls in one batch only the first made the model work.
            fresh = missing.pop(key, None) is not None
            completions.append(self._completion(key, ask, answers[key], cached=not fresh))
        return completions

    def recall(self, calls: Sequence[Call]) -> list[Completion] | None:
        """All replies from the cache, or None when any of them has to be asked for."""
        asks = [Ask(call, self._style.render(call.request)) for call in calls]
        keys = [call_key(self._backend, ask) for ask in asks]
        if not self._cache.has_all(keys):
            return None
        answers = self._cache.get(keys)
        return [
            self._completion(key, ask, answers[key], cached=True) for key, ask in zip(keys, asks, strict=True)
        ]

    def close(self) -> None:
        """Close the backend, and the cache where it is the model's own."""
        self._backend.close()
        if self._own_cache:
            self._cache.close()

    def _ask(self, missing: dict[str, Ask]) -> dict[str, Answer]:
        if not missing:
            return {}
        given = self._backend.answer(list(missing.values()))
        answers = {
            key: replace(answer, text=encodable(answer.text), problem=encodable(answer.problem))
            for key, answer in zip(missing, given, strict=True)
        }
        self._cache.put(self._backend.fingerprint, answers)
        return answers

    def _completion(self, key: str, ask: Ask, answer: Answer, *, cached: bool) -> Completion:
        reply: Reply
        if answer.problem:
            reply = BrokenReply(answer.problem, answer.text)
        else:
            reply = self._style.parse(ask.call.request, answer.text, answer.finish)
        return Completion(
            reply=reply,
            text=answer.text,
            usage=answer.usage,
            finish=answer.finish,
            key=key,
            mean_logprob=answer.mean_logprob,
            batch=answer.batch,
            cached=cached,
        )


def call_key(backend: Backend, ask: Ask) -> str:
    """Content address of one call: backend, identity, rendered prompt, sampling. 32 hexadecimal digits."""
    content = [
        backend.fingerprint,
        backend.identity(ask.call),
        [[message.role, message.content] for message in ask.prompt.messages],
        list(ask.prompt.stop),
        asdict(ask.call.sampling),
    ]
    if ask.prompt.raw:
        content.append("raw")  # Only there, so that the keys of turns stay what they were.
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]
