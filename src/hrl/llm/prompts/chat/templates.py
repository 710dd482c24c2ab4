"""Prompt files with `${name}` places; a section whose places are all empty is left out.

A section reaches from one `## ` heading to the next. No template language: what a prompt says stands
in its file, and a value is put in as it is, whatever characters it holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

_PLACE = re.compile(r"\$\{(\w+)\}")
_SECTION = re.compile(r"^(?=## )", re.M)


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill the file `<template>.md` of this package; KeyError for a place without a value."""
    return "".join(_section(part, values) for part in _sections(template)).strip()


def clipped(text: str, limit: int) -> str:
    """At most about `limit` characters: the beginning, and a mark where something is left out."""
    text = text.strip()
    return text if len(text) <= limit else text[:limit].rstrip() + " […]"


@cache
def _sections(template: str) -> tuple[str, ...]:
    text = (resources.files(__package__) / f"{template}.md").read_text(encoding="utf-8")
    return tuple(_SECTION.split(text))


def _section(part: str, values: Mapping[str, str]) -> str:
    places = set(_PLACE.findall(part))
    if part.startswith("## ") and places and not any(values[place] for place in places):
        return ""
    return _PLACE.sub(lambda match: values[match.group(1)], part)
