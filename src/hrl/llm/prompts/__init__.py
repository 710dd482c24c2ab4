"""Prompt styles: a request becomes a prompt, a reply becomes a value. Prompts are files here.

`docs/prompts.md` shows each form and says when to use it.
"""

from __future__ import annotations

import importlib
from pathlib import Path

from hrl.errors import ModelSpecError
from hrl.llm.prompts.base import Message, Prompt, PromptStyle

STYLES = ("chat", "compact", "completion", "completion-unstripped")
FEW_SHOT = "few-shot:"

__all__ = ["FEW_SHOT", "STYLES", "Message", "Prompt", "PromptStyle", "style", "style_label"]


def style(name: str) -> PromptStyle:
    """The prompt style of that name, imported when it is first asked for.

    Args:
        name: one of `STYLES`, or `few-shot:FILE` with a JSON Lines file of examples.

    Raises:
        ModelSpecError: there is no such style, or the examples cannot be read.
    """
    if name.startswith(FEW_SHOT) and name != FEW_SHOT:
        return _few_shot(Path(name.removeprefix(FEW_SHOT)))
    if name not in STYLES:
        raise ModelSpecError(f"there is no prompt style {name!r}; use {', '.join(STYLES)} or {FEW_SHOT}FILE")
    package, _, variant = name.partition("-")
    module = importlib.import_module(f"hrl.llm.prompts.{package}")
    found: PromptStyle = getattr(module, variant.upper() or "STYLE")
    return found


def style_label(chosen: PromptStyle) -> str:
    """`name@version`, as traces and cache keys show it."""
    return f"{chosen.name}@{chosen.version}"


def _few_shot(file: Path) -> PromptStyle:
    from hrl.llm.prompts.fewshot import FewShotStyle

    return FewShotStyle(file)
