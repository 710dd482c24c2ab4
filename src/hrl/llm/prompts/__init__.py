"""Prompt styles: a request becomes a prompt, a reply becomes a value. Prompts are files here."""

from __future__ import annotations

import importlib

from hrl.errors import ModelSpecError
from hrl.llm.prompts.base import Message, Prompt, PromptStyle

STYLES = ("chat", "compact")

__all__ = ["STYLES", "Message", "Prompt", "PromptStyle", "style", "style_label"]


def style(name: str) -> PromptStyle:
    """The prompt style of that name, imported when it is first asked for.

    Raises:
        ModelSpecError: there is no such style.
    """
    if name not in STYLES:
        raise ModelSpecError(f"there is no prompt style {name!r}; use {' or '.join(STYLES)}")
    found: PromptStyle = importlib.import_module(f"hrl.llm.prompts.{name}").STYLE
    return found


def style_label(chosen: PromptStyle) -> str:
    """`name@version`, as traces and cache keys show it."""
    return f"{chosen.name}@{chosen.version}"
