"""Loading weights in the transformers format, quietly, and with one clear sentence when it fails.

Local directories are checked before torch is imported, so that a wrong path costs nothing. No code that
a model directory brings along is ever run (`trust_remote_code` stays off).
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrl.errors import ModelSpecError, ModelUnavailable

_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "spiece.model", "vocab.json", "vocab.txt")
_HASHED_WHOLE = 64 << 20
_HASHED_PART = 1 << 20
_TINY = 30_000_000
_SMALL = 100_000_000


@dataclass(frozen=True, slots=True)
class Declared:
    """What a model directory's `hrl.json` says of how the model is to be used.

    Attributes:
        prompt_style: see `hrl.llm.prompts.style`; None where it says nothing.
        decoder_prefix: a decoder starts with the prompt, as CodeT5+ of 2B and more expects; None where it
            says nothing, and the model's type decides.
        tabs: prompts are indented with tabs, and so are replies before they are read.
    """

    prompt_style: str | None = None
    decoder_prefix: bool | None = None
    tabs: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model ready to generate.

    Attributes:
        fingerprint: hash of the directory's weights and settings, or the hub's commit.
        context: how many tokens the model can see, where it says so.
        layers: see `hrl.llm.backends.decoding.plain_layers`.
        decoder_prefix, tabs: see `Declared`.
    """

    model: Any
    tokenizer: Any
    device: str
    seq2seq: bool
    fingerprint: str
    context: int | None
    layers: int
    decoder_prefix: bool = False
    tabs: bool = False


def is_directory_spec(value: str) -> bool:
    """Whether `hf:value` means a directory here: it looks like a path, or it exists."""
    return value.startswith((".", "/", "~")) or value.count("/") != 1 or Path(value).exists()


def check_directory(path: Path, name: str) -> None:
    """ModelSpecError unless `path` is a directory with settings, weights and a tokenizer."""
    if not path.exists():
        raise ModelSpecError(f"{name}: there is no directory {path} (a model of the hub is hf:ORG/NAME)")
    if not path.is_dir():
        raise ModelSpecError(f"{name}: {path} is not a directory")
    if not (path / "config.json").is_file():
        raise ModelSpecError(f"{name}: {path} is no model directory, it has no config.json")
    if not any(next(path.glob(pattern), None) for pattern in _WEIGHTS):
        raise ModelSpecError(f"{name}: the model directory {path} has no weights (*.safetensors)")
    if not any((path / file).is_file() for file in _TOKENIZERS):
        raise ModelSpecError(f"{name}: the model directory {path} has no tokenizer")


def declared(path: Path) -> Declared:
    """What the directory's `hrl.json` says, if there is one.

    Raises:
        ModelSpecError: it is no JSON object, or a value is none of those known.
    """
    file = path / "hrl.json"
    if not file.is_file():
        return Declared()
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        prefix, indentation = content.get("decoder_prefix"), content.get("indentation", "spaces")
        prompt_style = content.get("prompt_style")
    except (OSError, ValueError, AttributeError):
        raise ModelSpecError(f"{file} is not a JSON object") from None
    if prefix not in (None, "none", "prompt"):
        raise ModelSpecError(f'{file}: decoder_prefix is "none" or "prompt", not {prefix!r}')
    if indentation not in ("spaces", "tabs"):
        raise ModelSpecError(f'{file}: indentation is "spaces" or "tabs", not {indentation!r}')
    return Declared(
        prompt_style if isinstance(prompt_style, str) else None,
        None if prefix is None else prefix == "prompt",
        indentation == "tabs",
    )


def load(
    place: str, name: str, *, device: str = "auto", dtype: str = "auto", says: Declared | None = None
) -> Loaded:
    """Load a causal or sequence-to-sequence model and its tokenizer.

    Args:
        place: a checked directory, or ORG/NAME on the hub.
        name: the spec, for messages.
        device: `auto` (accelerate spreads over the GPUs there are, else the CPU), `cpu`, `cuda`, `cuda:1`.
        dtype: `auto`, or a torch type's name such as `bfloat16`.
        says: what the directory declares; read from it unless given.

    Raises:
        ModelUnavailable: it does not load.
        ModelSpecError: the hub has no such model, or the dtype does not exist.
    """
    try:
        import torch
        import transformers
    except ImportError as problem:
        raise ModelUnavailable(f"{name} needs torch and transformers: {problem}") from None
    from hrl.llm.backends.decoding import plain_layers

    with _quiet(), _failures(name, torch):
        target = _device(device, name, torch)
        config = transformers.AutoConfig.from_pretrained(place)
        tokenizer = transformers.AutoTokenizer.from_pretrained(place)
        seq2seq = bool(getattr(config, "is_encoder_decoder", False))
        kind = transformers.AutoModelForSeq2SeqLM if seq2seq else transformers.AutoModelForCausalLM
        model, report = kind.from_pretrained(
            place,
            dtype=_dtype(dtype, target, name, torch),
            device_map="auto" if device == "auto" and target == "cuda" else {"": target},
            output_loading_info=True,
        )
    if report.get("missing_keys"):
        raise ModelUnavailable(f"{name}: the weights lack {len(report['missing_keys'])} tensors of the model")
    _greedy(model.eval())
    _set_threads(model, torch)
    says = says or (declared(Path(place)) if Path(place).is_dir() else Declared())
    # The type of the published CodeT5+ of 2B and more; 220M and 770M are plain T5 models.
    prefix = says.decoder_prefix if says.decoder_prefix is not None else config.model_type == "codet5p"
    return Loaded(
        model,
        tokenizer,
        str(model.device),
        seq2seq,
        _fingerprint(place, config, model),
        _context(config),
        plain_layers(model),
        seq2seq and prefix,
        says.tabs,
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars, log lines or warnings of the libraries on stderr."""
    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    disable_progress_bars()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _failures(name: str, torch: Any) -> Iterator[None]:
    """What loading may raise, in one sentence."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError
    from safetensors import SafetensorError

    try:
        yield
    except (ModelSpecError, ModelUnavailable):
        raise
    except (MemoryError, torch.OutOfMemoryError):
        raise ModelUnavailable(f"{name} does not fit into memory") from None
    except SafetensorError as problem:
        raise ModelUnavailable(f"the weights of {name} are damaged: {_short(problem)}") from None
    except (OSError, ValueError, RuntimeError, KeyError, ImportError, AttributeError, TypeError) as problem:
        cause: BaseException | None = problem
        while cause is not None:
            if isinstance(cause, GatedRepoError):
                raise ModelUnavailable(
                    f"{name} is gated: accept its terms on the hub and set HF_TOKEN"
                ) from None
            if isinstance(cause, RepositoryNotFoundError):
                raise ModelSpecError(f"the hub has no model {name.removeprefix('hf:')}") from None
            cause = cause.__cause__
        raise ModelUnavailable(f"{name} does not load: {_short(problem)}") from None


def _short(problem: BaseException) -> str:
    """The first sentence of a library's message, at most 200 characters."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    return (lines[0] if lines else type(problem).__name__)[:200]


def _device(device: str, name: str, torch: Any) -> str:
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError):
        raise ModelUnavailable(f"{name}: this machine has no device {device!r}") from None
    return device


def _dtype(dtype: str, device: str, name: str, torch: Any) -> Any:
    if dtype == "auto":
        # On a CPU float32 is as fast for small models, and rounding depends least on the batch.
        return torch.float32 if device == "cpu" else "auto"
    found = getattr(torch, dtype, None)
    if not isinstance(found, torch.dtype) or not found.is_floating_point:
        raise ModelSpecError(f"{name}: there is no floating point type {dtype!r}")
    return found


def _greedy(model: Any) -> None:
    """Sampling is done by `sampling.Rows`; what the checkpoint says of it must not interfere."""
    for key in ("temperature", "top_p", "top_k", "min_p", "typical_p", "max_length", "max_new_tokens"):
        setattr(model.generation_config, key, None)
    model.generation_config.do_sample = False


def _set_threads(model: Any, torch: Any) -> None:
    """One thread for a tiny model, two for a small one: more only wait for each other and for busy cores.

    OMP_NUM_THREADS decides where it is set.
    """
    if os.environ.get("OMP_NUM_THREADS"):
        return
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parameters = model.num_parameters()
    torch.set_num_threads(1 if parameters < _TINY else min(2, cores) if parameters < _SMALL else cores)


def _context(config: Any) -> int | None:
    for key in ("max_position_embeddings", "n_positions", "n_ctx", "seq_length"):
        value = getattr(config, key, None)
        if isinstance(value, int) and value > 0 and not hasattr(config, "relative_attention_num_buckets"):
            return value
    return None


def _fingerprint(place: str, config: Any, model: Any) -> str:
    commit = getattr(config, "_commit_hash", None)
    digest = hashlib.sha256(str(model.dtype).encode())
    if commit and not Path(place).is_dir():
        digest.update(f"{place}@{commit}".encode())
    else:
        for file in sorted(Path(place).iterdir()):
            if file.suffix in (".json", ".jinja", ".safetensors", ".bin", ".model", ".txt"):
                digest.update(file.name.encode())
                _hash_file(file, digest)
    return f"hf:{digest.hexdigest()[:16]}"


def _hash_file(file: Path, digest: Any) -> None:
    """The whole of a small file; size, beginning and end of a large one."""
    size = file.stat().st_size
    with file.open("rb") as data:
        if size <= _HASHED_WHOLE:
            digest.update(data.read())
            return
        digest.update(str(size).encode() + data.read(_HASHED_PART))
        data.seek(-_HASHED_PART, os.SEEK_END)
        digest.update(data.read())
