"""The seam between requests and text: a prompt style renders a request and parses the reply.

Rendering and parsing live together, because what may be parsed depends on what was asked for. A style
is pure: the same request gives the same prompt, and its `version` is a hash of its files, so that a
changed prompt is another entry of the cache and another line in the trace.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal, Protocol

from hrl.llm.requests import Reply, Request

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. Backends hand it to the model's own chat template."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a backend sends.

    Attributes:
        messages: the conversation; where the last one is the assistant's, the model continues it.
        stop: the reply ends before the first of these strings; the model's own end token always stops.
        raw: the text is to be continued as it stands: no chat template, no blank line after it, and a
            server is asked for a completion instead of a turn.
    """

    messages: tuple[Message, ...]
    stop: tuple[str, ...] = ()
    raw: bool = False


class PromptStyle(Protocol):
    """A way to talk to a family of models.

    Attributes:
        name: one of `hrl.llm.prompts.STYLES`, or `few-shot`.
        version: hash of the style's files.
    """

    @property
    def name(self) -> str:
        """The name that settings and `hrl.json` use."""
        ...

    @property
    def version(self) -> str:
        """Hash of the style's files."""
        ...

    def render(self, request: Request) -> Prompt:
        """The prompt for a request."""
        ...

    def parse(self, request: Request, text: str, finish: str) -> Reply:
        """The reply as a value; never raises, whatever the model said."""
        ...


def files_version(package: str, prefix: str = "") -> str:
    """Hash of all source and prompt files of `package` whose name starts with `prefix`.

    Sub-directories count, caches of the interpreter do not. 12 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path, data in sorted(_files(resources.files(package), prefix, "")):
        digest.update(f"{path}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:12]


def _files(root: Traversable, prefix: str, place: str) -> list[tuple[str, bytes]]:
    found = []
    for entry in root.iterdir():
        if not entry.name.startswith(prefix) or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            found += _files(entry, "", f"{place}{entry.name}/")
        elif not entry.name.endswith(".pyc"):
            found.append((place + entry.name, entry.read_bytes()))
    return found
