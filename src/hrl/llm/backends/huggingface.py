"""`hf:` and `bundled`: a model of this process, generating in left-padded batches.

A batch is cut into mini-batches of similar length that fit into memory. How a reply comes out does not
depend on the batch that it was part of (see `sampling`).
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import torch

from hrl.errors import ModelUnavailable
from hrl.llm.backend import Answer, Ask, encodable, seed_of
from hrl.llm.backends.decoding import decode
from hrl.llm.backends.loading import Loaded
from hrl.llm.backends.sampling import Rows, RowSampling
from hrl.llm.backends.text import Rendered, rendered
from hrl.llm.requests import Call
from hrl.types import Usage

_MAX_ROWS = 64
_SHARE_OF_MEMORY = 0.5


class HuggingFaceBackend:
    """Generates with a loaded model; one batch at a time.

    Args:
        loaded: model and tokenizer.
        name: the spec.
    """

    def __init__(self, loaded: Loaded, name: str) -> None:
        self.name = name
        self.fingerprint = loaded.fingerprint
        self._loaded: Loaded | None = loaded
        self._lock = threading.Lock()

    def identity(self, call: Call) -> str:
        """The prompt says everything."""
        del call
        return ""

    def answer(self, asks: Sequence[Ask]) -> list[Answer]:
        """Generate all replies; the calls of one mini-batch share its time."""
        with self._lock:
            if self._loaded is None:
                raise ModelUnavailable(f"{self.name} was closed")
            return _answers(self._loaded, asks, self.name)

    def close(self) -> None:
        """Let go of the weights."""
        with self._lock:
            self._loaded = None


def _answers(loaded: Loaded, asks: Sequence[Ask], name: str) -> list[Answer]:
    prompts = [
        rendered(
            ask.prompt,
            loaded.tokenizer,
            seq2seq=loaded.seq2seq,
            decoder_prefix=loaded.decoder_prefix,
            tabs=loaded.tabs,
        )
        for ask in asks
    ]
    answers: dict[int, Answer] = {}
    fitting: list[int] = []
    for number, (ask, prompt) in enumerate(zip(asks, prompts, strict=True)):
        if _room(loaded, prompt, ask) > 0:
            fitting.append(number)
        else:
            usage = Usage(len(prompt.ids))
            answers[number] = Answer(
                "", usage, "length", problem="the prompt does not fit the model's context"
            )
    fitting.sort(key=lambda number: (len(prompts[number].decoder), len(prompts[number].ids)))
    rows = _MAX_ROWS
    while fitting:
        sizes = [
            len(prompts[n].ids) + len(prompts[n].decoder) + asks[n].call.sampling.max_tokens
            for n in fitting[:rows]
        ]
        rows = min(rows, _rows_that_fit(loaded, max(sizes)))
        # A decoder's learned positions know no padding: rows of one batch start with as many tokens.
        alike = [n for n in fitting[:rows] if len(prompts[n].decoder) == len(prompts[fitting[0]].decoder)]
        chunk = _within_context(loaded, alike, asks, prompts)
        try:
            given = _generate(loaded, [asks[n] for n in chunk], [prompts[n] for n in chunk], len(asks))
        except (RuntimeError, MemoryError, IndexError) as problem:
            if not _out_of_memory(problem):
                raise ModelUnavailable(f"{name} failed: {str(problem).split(chr(10))[0][:200]}") from None
            if len(chunk) == 1:
                raise ModelUnavailable(f"{name} ran out of memory") from None
            rows = len(chunk) // 2
            continue
        answers.update(zip(chunk, given, strict=True))
        fitting = fitting[len(chunk) :]
    return [answers[number] for number in range(len(asks))]


def _out_of_memory(problem: BaseException) -> bool:
    """On a CPU torch says it in a message only."""
    return isinstance(problem, torch.OutOfMemoryError | MemoryError) or "allocate memory" in str(problem)


@torch.inference_mode()
def _generate(loaded: Loaded, asks: list[Ask], prompts: list[Rendered], batch: int) -> list[Answer]:
    started = time.monotonic()
    samplings = [_sampling(loaded, ask, prompt) for ask, prompt in zip(asks, prompts, strict=True)]
    rows = Rows(
        samplings,
        _end_tokens(loaded),
        lambda ids: loaded.tokenizer.decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        ),
        loaded.device,
    )
    if loaded.layers:
        ids = [prompt.ids for prompt in prompts]
        decode(loaded.model, rows, ids, layers=loaded.layers, pad=_pad_token(loaded))
    else:
        _library_generates(loaded, rows, prompts)
    seconds = (time.monotonic() - started) / len(asks)
    return list(_read(loaded, rows, prompts, seconds, batch))


def _library_generates(loaded: Loaded, rows: Rows, prompts: list[Rendered]) -> None:
    ids, mask = _padded(loaded, [prompt.ids for prompt in prompts])
    more = {}
    if prompts[0].decoder:
        # `generate` puts the decoder's start token before them.
        more["decoder_input_ids"] = torch.tensor([p.decoder for p in prompts], device=loaded.device)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaded.model.generate(
            input_ids=ids,
            attention_mask=mask,
            max_new_tokens=rows.longest,
            do_sample=False,
            pad_token_id=_pad_token(loaded),
            logits_processor=[rows.choose],
            stopping_criteria=[rows.ended],
            **more,
        )


def _read(
    loaded: Loaded, rows: Rows, prompts: list[Rendered], seconds: float, batch: int
) -> Iterator[Answer]:
    for number, (row, prompt) in enumerate(zip(rows.rows, prompts, strict=True)):
        usage = Usage(len(prompt.ids), len(row.tokens), seconds)
        mean = row.logprob / len(row.tokens) if row.tokens else None
        text = rows.text(number).replace("\t", "    ") if loaded.tabs else rows.text(number)
        yield Answer(encodable(text), usage, row.finish or "length", mean, batch=batch)


def _sampling(loaded: Loaded, ask: Ask, prompt: Rendered) -> RowSampling:
    sampling = ask.call.sampling
    return RowSampling(
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        max_tokens=_room(loaded, prompt, ask),
        seed=seed_of(sampling, prompt.text),
        stop=prompt.stop,
    )


def _room(loaded: Loaded, prompt: Rendered, ask: Ask) -> int:
    """How many tokens the reply may have: what was asked for, less what the context does not hold."""
    wanted = ask.call.sampling.max_tokens
    if loaded.context is None:
        return wanted
    if loaded.seq2seq:
        left = loaded.context - 1 - len(prompt.decoder)
        return min(wanted, left) if len(prompt.ids) <= loaded.context else 0
    return min(wanted, loaded.context - len(prompt.ids))


def _padded(loaded: Loaded, ids: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """(rows, longest) ids and mask: padded on the left for a decoder, on the right for an encoder."""
    width = max(map(len, ids))
    pad = _pad_token(loaded)
    padded, masks = [], []
    for row in ids:
        filler, gap = [pad] * (width - len(row)), [0] * (width - len(row))
        padded.append(row + filler if loaded.seq2seq else filler + row)
        masks.append([1] * len(row) + gap if loaded.seq2seq else gap + [1] * len(row))
    return torch.tensor(padded, device=loaded.device), torch.tensor(masks, device=loaded.device)


def _within_context(
    loaded: Loaded, chunk: list[int], asks: Sequence[Ask], prompts: list[Rendered]
) -> list[int]:
    """The chunk, or its first row alone where the longest row's padding would leave the context."""
    width = max(len(prompts[number].ids) for number in chunk)
    longest = max(_room(loaded, prompts[number], asks[number]) for number in chunk)
    if loaded.context is None or loaded.seq2seq or loaded.layers or width + longest <= loaded.context:
        return chunk
    return chunk[:1]


def _pad_token(loaded: Loaded) -> int:
    for candidate in (loaded.tokenizer.pad_token_id, *sorted(_end_tokens(loaded))):
        if candidate is not None:
            return int(candidate)
    return 0


def _end_tokens(loaded: Loaded) -> frozenset[int]:
    found = loaded.model.generation_config.eos_token_id
    ends = found if isinstance(found, list | tuple) else [found]
    return frozenset(int(end) for end in (*ends, loaded.tokenizer.eos_token_id) if end is not None)


def _rows_that_fit(loaded: Loaded, tokens: int) -> int:
    """Rows whose keys, values and scores take at most half of the free memory."""
    config = loaded.model.config.get_text_config(decoder=True)
    layers = _number(config, "num_hidden_layers", "num_layers", "n_layer")
    heads = _number(config, "num_attention_heads", "num_heads", "n_head")
    width = _number(config, "hidden_size", "d_model", "n_embd")
    kv_heads = _number(config, "num_key_value_heads") if hasattr(config, "num_key_value_heads") else heads
    size = loaded.model.dtype.itemsize
    per_token = 2 * layers * kv_heads * max(1, width // heads) * size
    per_row = per_token * tokens + 6 * 4 * _number(config, "vocab_size")
    return max(1, min(_MAX_ROWS, int(_free_memory(loaded.device) * _SHARE_OF_MEMORY // per_row)))


def _number(config: Any, *names: str) -> int:
    return next((value for name in names if isinstance(value := getattr(config, name, None), int)), 1)


def _free_memory(device: str) -> int:
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return 1 << 30
