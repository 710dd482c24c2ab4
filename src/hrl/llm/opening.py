"""`open_model`: from a spec to a `ChatModel` with its prompt style, cache and batching.

Nothing heavy is imported before a spec asks for it: torch and transformers come with `hf:` and `bundled`
alone, httpx with `openai:`.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from hrl.config import Settings
from hrl.errors import ModelSpecError
from hrl.llm.backend import Backend
from hrl.llm.batching import BatchingModel
from hrl.llm.cache import ReplyCache
from hrl.llm.model import StyledModel
from hrl.llm.prompts import style
from hrl.llm.prompts.base import PromptStyle
from hrl.llm.specs import Spec, parse_spec, resolve_spec

_SERVER_BATCHES = 8


def open_model(spec: str | None, settings: Settings, *, cache: ReplyCache | None = None) -> BatchingModel:
    """Open the model that `spec` names, or the configured one, or one that is found.

    Args:
        spec: see `hrl.llm.specs.FORMS`; None discovers.
        settings: device, dtype, prompt style and API key.
        cache: shared by several models and closed by the caller; None keeps replies in memory.

    Raises:
        ModelSpecError: the spec names nothing usable.
        ModelUnavailable: the model cannot be loaded.
    """
    chosen, _ = resolve_spec(spec, settings)
    parsed = parse_spec(chosen)
    backend, prompt_style = _open(parsed, chosen, settings)
    model = StyledModel(backend, prompt_style, cache)
    running = _SERVER_BATCHES if parsed.kind == "openai" else 1
    return BatchingModel(model, running=running, recall=model.recall)


def bundled_directory() -> Path:
    """Where the bundled model lies inside the package."""
    return Path(str(resources.files("hrl.llm") / "bundled"))


def _open(spec: Spec, name: str, settings: Settings) -> tuple[Backend, PromptStyle]:
    asked = "chat" if settings.prompt_style == "auto" else settings.prompt_style
    if spec.kind == "replay":
        from hrl.llm.backends.replay import RecordedStyle, ReplayBackend

        return ReplayBackend(Path(spec.value).expanduser(), name), RecordedStyle(style(asked))
    if spec.kind == "scripted":
        from hrl.llm.backends.scripted import ScriptedBackend

        return ScriptedBackend(Path(spec.value).expanduser(), name), style(asked)
    if spec.kind == "openai":
        from hrl.llm.backends.server import ServerBackend

        return ServerBackend(spec.value, spec.url, name, api_key=settings.api_key), style(asked)
    return _open_weights(spec, name, settings)


def _open_weights(spec: Spec, name: str, settings: Settings) -> tuple[Backend, PromptStyle]:
    from hrl.llm.backends.huggingface import HuggingFaceBackend
    from hrl.llm.backends.loading import Declared, check_directory, declared, is_directory_spec, load

    if spec.kind == "bundled":
        place = str(bundled_directory())
        if not (bundled_directory() / "config.json").is_file():
            raise ModelSpecError("this installation has no bundled model; name one with --model")
    else:
        place = spec.value
    local = Path(place).expanduser() if spec.kind == "bundled" or is_directory_spec(place) else None
    if local is not None:
        check_directory(local, name)
    says = declared(local) if local is not None else Declared()
    asked = settings.prompt_style if settings.prompt_style != "auto" else says.prompt_style or "chat"
    prompt_style = style(asked)
    loaded = load(str(local or place), name, device=settings.device, dtype=settings.dtype, says=says)
    return HuggingFaceBackend(loaded, name), prompt_style
