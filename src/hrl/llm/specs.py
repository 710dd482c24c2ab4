"""Model specs: which forms there are, and which model is meant when nobody said.

Servers are looked for on this machine's loopback address alone, by asking for their list of models; what
was found is named, because it decides what a run costs and says.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from hrl.config import Settings
from hrl.errors import ModelSpecError

FORMS = "bundled, hf:ORG/NAME, hf:./path, openai:MODEL@URL, replay:FILE or scripted:FILE"
_TIMEOUT = 0.3
# Served beside language models, and no use for writing programs.
_OTHER_KINDS = ("embed", "rerank", "whisper", "tts", "clip")


@dataclass(frozen=True, slots=True)
class Server:
    """A kind of server and where it listens unless told otherwise."""

    kind: str
    port: int


SERVERS = (
    Server("Ollama", 11434),
    Server("vLLM", 8000),
    Server("LM Studio", 1234),
    Server("llama.cpp", 8080),
)


@dataclass(frozen=True, slots=True)
class Spec:
    """A parsed spec. `value` is a path or a name; `url` belongs to `openai` alone."""

    kind: str
    value: str = ""
    url: str = ""


def parse_spec(text: str) -> Spec:
    """Split a spec into its parts.

    Raises:
        ModelSpecError: it has none of the forms.
    """
    kind, _, value = text.strip().partition(":")
    if kind == "bundled" and not value:
        return Spec("bundled")
    if kind in ("hf", "replay", "scripted") and value:
        return Spec(kind, value)
    if kind == "openai":
        model, _, url = value.rpartition("@")
        if model and url.startswith(("http://", "https://")):
            return Spec("openai", model, url)
    raise ModelSpecError(f"{text!r} is no model; use {FORMS}")


def resolve_spec(
    spec: str | None, settings: Settings, *, servers: Sequence[Server] = SERVERS
) -> tuple[str, str]:
    """The spec to use, and one sentence that says how it was chosen.

    Args:
        spec: what the user gave, if anything.
        settings: the configured model comes next.
        servers: where to look for a server when nothing was said.

    Raises:
        ModelSpecError: a spec that was given has none of the forms.
    """
    for given, how in ((spec, "as given"), (settings.model, "as configured")):
        if given:
            parse_spec(given)
            return given, f"the model is {given}, {how}"
    found = discover(servers)
    if found:
        server, models = found[0]
        chosen = f"openai:{models[0]}@http://127.0.0.1:{server.port}"
        more = f" ({len(models)} models there)" if len(models) > 1 else ""
        return (
            chosen,
            f"the model is {models[0]}{more}, served on this machine at port {server.port} ({server.kind})",
        )
    return (
        "bundled",
        "the model is the bundled one, since none is configured and no server listens on this machine",
    )


def discover(servers: Sequence[Server] = SERVERS) -> list[tuple[Server, list[str]]]:
    """Servers that answer on loopback, with their language models, in the order of `servers`."""
    if not servers:
        return []
    with ThreadPoolExecutor(len(servers), thread_name_prefix="hrl-discover") as pool:
        listings = list(pool.map(_models, servers))
    return [(server, models) for server, models in zip(servers, listings, strict=True) if models]


def _models(server: Server) -> list[str]:
    import httpx

    from hrl.llm.backends.server import model_names

    try:
        with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
            names = model_names(client.get(f"http://127.0.0.1:{server.port}/v1/models").json())
    except (httpx.HTTPError, ValueError):
        return []
    return [name for name in names if not any(kind in name.lower() for kind in _OTHER_KINDS)]
