"""Generating for rows that end at different times: each one leaves the batch soon after its end.

`generate` computes every row until the last one has ended, pads all prompts to the longest one before it
reads any, and copies all keys and values for each token. With short prompts and replies most of its time goes
there (`bench/generation.py`), so causal models whose cache is the keys and values of all tokens are driven
here: prompts of similar length are read together, then all rows go on as one batch. `plain_layers` tells
which models these are; the others (encoders, sliding windows, states, mixtures of experts) are left to
`generate`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import Cache, DynamicLayer

from hrl.llm.backends.sampling import Rows

_ROOM = 64
_PADDING = 64
_TAKEN = frozenset({"attention_mask", "position_ids", "past_key_values", "logits_to_keep"})


class RoomyLayer(DynamicLayer):
    """Keys and values with room for the next tokens, so that a token costs no copy of those before it."""

    keys: torch.Tensor
    values: torch.Tensor
    room: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Write the new tokens behind the old ones."""
        del args, kwargs
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        had = self.get_seq_length()
        size = had + key_states.shape[-2]
        if self.room is None or self.room[0].shape[-2] < size:
            grown = _roomy([key_states], size), _roomy([value_states], size)
            for room, old in zip(grown, (self.keys, self.values) if had else (), strict=False):
                room[:, :, :had] = old
            self.room = grown
        else:
            for room, new in zip(self.room, (key_states, value_states), strict=True):
                room[:, :, had:size] = new
        self.keys, self.values = (room[:, :, :size] for room in self.room)
        return self.keys, self.values

    def keep(self, count: int, into: torch.Tensor, moved: torch.Tensor, start: int) -> None:
        """Put the rows `moved` into the places `into`, then keep the first `count` rows from `start` on."""
        room, size = self.room or (self.keys, self.values), self.get_seq_length() - start
        for tensor in room:
            tensor[into.to(tensor.device)] = tensor[moved.to(tensor.device)]
        self.room = room[0][:count, :, start:], room[1][:count, :, start:]
        self.keys, self.values = (tensor[:, :, :size] for tensor in self.room)

    @classmethod
    def joined(cls, layers: Sequence[DynamicLayer], width: int) -> RoomyLayer:
        """A layer of the rows of several, each ending at `width`."""
        made = cls()
        made.lazy_initialization(layers[0].keys, layers[0].values)
        made.room = (
            _roomy([layer.keys for layer in layers], width),
            _roomy([la.values for la in layers], width),
        )
        made.keys, made.values = (tensor[:, :, :width] for tensor in made.room)
        return made


@dataclass
class _Batch:
    """Rows that are computed together.

    Attributes:
        numbers: which rows.
        mask: (rows, tokens) 1 for each token of the row and 0 for padding before it; one token more than the
            cache, which does not hold the last one yet.
    """

    numbers: list[int]
    mask: torch.Tensor
    cache: Cache


def plain_layers(model: Any) -> int:
    """How many layers of keys and values a model has; 0 where `decode` cannot drive it."""
    if (
        model.config.is_encoder_decoder
        or not set(inspect.signature(type(model).forward).parameters) >= _TAKEN
    ):
        return 0
    config = model.config.get_text_config(decoder=True)
    layers = DynamicCache(config=config).layers
    plain = all(type(layer) is DynamicLayer for layer in layers)
    return len(layers) if plain and not any("experts" in key for key in config.to_dict()) else 0


@torch.inference_mode()
def decode(model: Any, rows: Rows, prompts: Sequence[Sequence[int]], *, layers: int, pad: int) -> None:
    """Generate all replies into `rows`.

    Args:
        model: one that has plain layers.
        rows: one per prompt.
        prompts: token ids, none of them empty.
        layers: see `plain_layers`.
        pad: any token's id; padding is not looked at.
    """
    started = []
    for numbers in _similar([len(prompt) for prompt in prompts]):
        width = max(len(prompts[number]) for number in numbers)
        gaps = [width - len(prompts[number]) for number in numbers]
        padded = [[pad] * gap + list(prompts[number]) for gap, number in zip(gaps, numbers, strict=True)]
        mask = [[0] * gap + [1] * (width - gap) for gap in gaps]
        cache = Cache(layers=[RoomyLayer() for _ in range(layers)])
        batch = _Batch(numbers, torch.tensor(mask, device=model.device), cache)
        _step(model, rows, batch, torch.tensor(padded, device=model.device))
        started.append(batch)
    batch = _joined(started)
    while _without_ended(batch, rows):
        last = [[rows.rows[number].tokens[-1]] for number in batch.numbers]
        _step(model, rows, batch, torch.tensor(last, device=model.device))


def _step(model: Any, rows: Rows, batch: _Batch, ids: torch.Tensor) -> None:
    """Read `ids` and choose one more token for each row."""
    positions = (batch.mask.cumsum(-1) - 1).clamp(min=0)[:, -ids.shape[1] :]
    out = model(
        input_ids=ids,
        attention_mask=batch.mask,
        position_ids=positions,
        past_key_values=batch.cache,
        use_cache=True,
        logits_to_keep=1,
    )
    rows.draw(out.logits[:, -1], batch.numbers)
    batch.mask = torch.nn.functional.pad(batch.mask, (0, 1), value=1)


def _joined(batches: Sequence[_Batch]) -> _Batch:
    """One batch, as wide as the widest."""
    if len(batches) == 1:
        return batches[0]
    width = max(batch.mask.shape[1] for batch in batches)
    masks = [torch.nn.functional.pad(batch.mask, (width - batch.mask.shape[1], 0)) for batch in batches]
    layers = [
        RoomyLayer.joined(layers, width - 1)
        for layers in zip(*(batch.cache.layers for batch in batches), strict=True)
    ]
    return _Batch([n for batch in batches for n in batch.numbers], torch.cat(masks), Cache(layers=layers))


def _without_ended(batch: _Batch, rows: Rows) -> bool:
    """Fill the places of ended rows with the last ones and cut what pads all; whether any row is left."""
    going = [place for place, number in enumerate(batch.numbers) if not rows.rows[number].finish]
    count = len(going)
    if 0 < count < len(batch.numbers):
        moved = [place for place in going if place >= count]
        into = sorted(set(range(count)) - set(going))
        for here, there in zip(into, moved, strict=True):
            batch.numbers[here] = batch.numbers[there]
        del batch.numbers[count:]
        at, places = torch.tensor(into, dtype=torch.long), torch.tensor(moved, dtype=torch.long)
        batch.mask[at.to(batch.mask.device)] = batch.mask[places.to(batch.mask.device)]
        start = batch.mask.shape[1] - int(batch.mask[:count].sum(-1).max())
        batch.mask = batch.mask[:count, start:]
        for layer in batch.cache.layers:
            layer.keep(count, at, places, start)
    return count > 0


def _roomy(parts: Sequence[torch.Tensor], width: int) -> torch.Tensor:
    """The parts' rows one below the other, each ending at `width`, with room behind and zeros before."""
    _, heads, _, size = parts[0].shape
    count = sum(len(part) for part in parts)
    made = parts[0].new_empty((count, heads, width + _ROOM, size))
    first = 0
    for part in parts:
        made[first : first + len(part), :, : width - part.shape[-2]] = 0
        made[first : first + len(part), :, width - part.shape[-2] : width] = part
        first += len(part)
    return made


def _similar(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Groups of prompts, whose padding costs about as much as one more call of the model would."""
    group: list[int] = []
    padding = 0
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        gap = lengths[group[0]] - lengths[number] if group else 0
        if padding + gap > _PADDING:
            yield group
            group, padding, gap = [], 0, 0
        group.append(number)
        padding += gap
    yield group
