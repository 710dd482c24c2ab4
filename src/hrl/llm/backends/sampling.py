"""Sampling that does not depend on who else is in the batch.

Each row draws from its own generator, seeded by its call alone: one uniform number a token, put through
the inverse of the row's cumulative distribution (temperature, then nucleus). The numbers are exactly the
same alone and in any batch; what is left is the rounding of the model's own arithmetic.

`Rows.draw` takes the next token of some rows and ends each of them at its end token, stop string or token
limit. For `generate`, `Rows` is logits processor and stopping criterion at once: it makes the one choice that
greedy decoding then takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch

_NUCLEUS = (32, 256)
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class RowSampling:
    """How one row is sampled; `temperature` 0 takes the most likely token."""

    temperature: float
    top_p: float
    max_tokens: int
    seed: int
    stop: tuple[str, ...] = ()


@dataclass
class Row:
    """What one row has said so far. `finish` is "" while it goes on."""

    tokens: list[int] = field(default_factory=list)
    logprob: float = 0.0
    finish: str = ""


class Rows:
    """All rows of one batch.

    Args:
        samplings: one per row.
        end_tokens: tokens that end a reply.
        decode: token ids to text.
        device: where the logits are.
    """

    def __init__(
        self,
        samplings: Sequence[RowSampling],
        end_tokens: frozenset[int],
        decode: Callable[[list[int]], str],
        device: str,
    ) -> None:
        self.rows = [Row() for _ in samplings]
        self._samplings = samplings
        self._end_tokens = end_tokens
        self._decode = decode
        self.longest = max(sampling.max_tokens for sampling in samplings)
        uniforms = [_uniforms(s.seed, s.max_tokens, self.longest) for s in samplings]
        self._uniforms = torch.stack(uniforms).to(device)
        temperatures = torch.tensor([s.temperature for s in samplings], device=device)
        self._greedy = temperatures <= _TINY
        self._temperatures = temperatures.clamp(min=_TINY).unsqueeze(-1)
        self._top_p = torch.tensor([s.top_p for s in samplings], device=device).unsqueeze(-1)

    def draw(self, scores: torch.Tensor, numbers: Sequence[int]) -> torch.Tensor:
        """The next token of these rows; rows that have ended keep what they have.

        Args:
            scores: (len(numbers), vocabulary) logits.
            numbers: which rows.
        """
        scores = scores.float()
        chosen = self._choice(scores, numbers)
        logprobs = scores.log_softmax(-1).gather(-1, chosen.unsqueeze(-1)).squeeze(-1)
        for number, token, logprob in zip(numbers, chosen.tolist(), logprobs.tolist(), strict=True):
            row = self.rows[number]
            if not row.finish:
                row.tokens.append(token)
                row.logprob += logprob
                row.finish = self._finish(row, self._samplings[number])
        return chosen

    def choose(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """The logits processor: (rows, vocabulary) scores with everything but the choice ruled out."""
        del input_ids
        chosen = self.draw(scores, range(len(self.rows)))
        return torch.full_like(scores, -torch.inf).scatter(-1, chosen.unsqueeze(-1), 0.0)

    def ended(self, input_ids: torch.Tensor, scores: object, **more: object) -> torch.Tensor:
        """The stopping criterion: (rows,) whether each row has ended."""
        del scores, more
        return torch.tensor([bool(row.finish) for row in self.rows], device=input_ids.device)

    def text(self, number: int) -> str:
        """A row's reply, without its end token and cut before the first stop string."""
        tokens = self.rows[number].tokens
        kept = tokens[:-1] if tokens and tokens[-1] in self._end_tokens else tokens
        text = self._decode(kept)
        ends = [place for stop in self._samplings[number].stop if (place := text.find(stop)) >= 0]
        return text[: min(ends)] if ends else text

    def _choice(self, scores: torch.Tensor, numbers: Sequence[int]) -> torch.Tensor:
        at = torch.tensor(list(numbers), device=scores.device)
        greedy, top_p = self._greedy[at], self._top_p[at]
        if bool(greedy.all()):
            return scores.argmax(-1)
        probabilities = (scores / self._temperatures[at]).softmax(-1)
        top, ids = _nucleus(probabilities, top_p)
        # A token belongs to the nucleus unless those before it fill it; the first always does.
        outside = (top.cumsum(-1) - top) >= top_p
        outside[:, 0] = False
        top = top.masked_fill(outside, 0.0)
        # In the vocabulary's order a rounding error that swaps two equals cannot change the choice.
        ids, order = ids.sort(-1)
        cumulative = top.gather(-1, order).double().cumsum(-1)
        steps = [min(len(self.rows[number].tokens), self._uniforms.shape[1] - 1) for number in numbers]
        uniforms = self._uniforms[at, torch.tensor(steps, device=scores.device)].unsqueeze(-1)
        target = uniforms * cumulative[:, -1:]
        place = (cumulative <= target).sum(-1, keepdim=True).clamp(max=ids.shape[-1] - 1)
        drawn = ids.gather(-1, place).squeeze(-1)
        return torch.where(greedy, scores.argmax(-1), drawn)

    def _finish(self, row: Row, sampling: RowSampling) -> str:
        if row.tokens[-1] in self._end_tokens:
            return "stop"
        # A token is at least one character of a stop string, so its end is among the last few.
        longest = max(map(len, sampling.stop), default=0)
        tail = self._decode(row.tokens[-longest - 4 :]) if longest else ""
        if any(stop in tail for stop in sampling.stop):
            return "stop"
        return "length" if len(row.tokens) >= sampling.max_tokens else ""


def _nucleus(probabilities: torch.Tensor, top_p: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The likeliest tokens in order and their ids: as many as every row's nucleus needs, or all."""
    for size in _NUCLEUS:
        if size < probabilities.shape[-1]:
            top, ids = probabilities.topk(size)
            if bool((top.sum(-1, keepdim=True) >= top_p).all()):
                return top, ids
    return probabilities.sort(-1, descending=True)


def _uniforms(seed: int, count: int, width: int) -> torch.Tensor:
    """The row's numbers, filled up to the batch's width; they depend on the seed alone."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.rand(count, generator=generator, dtype=torch.float64)
    return torch.nn.functional.pad(drawn, (0, width - count))
