"""Plans in replies: JSON as asked for, JSON as small models write it, or a list of lines.

A plan that was read may still be rejected: cycles, unknown names and duplicates are the planner's to see.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from hrl.llm.fences import normalised
from hrl.llm.requests import BrokenReply, PlannedPart, PlanReply

_KEYS = {
    "name": ("name", "function", "function_name", "title"),
    "signature": ("signature", "sig", "definition", "def"),
    "goal": ("goal", "description", "purpose", "task", "does", "docstring"),
    "depends_on": ("depends_on", "dependencies", "depends", "deps", "uses", "calls", "requires"),
}
_HEAD = re.compile(r"^\s*(?:[-*+•]|\(?\d+[.):])\s*[`*_\"]*(?:def\s+)?([A-Za-z_]\w*)")
_USES = re.compile(
    r"[\[(,;.]?\s*(?:<-|←|\b(?:depends on|uses|calls|needs|requires|after|dependencies|deps)\b):?", re.I
)
_SEPARATOR = re.compile(r"^[`*_\" :\t\u2013\u2014-]+")
_MAX_PARTS = 32


def parse_plan(text: str) -> PlanReply | BrokenReply:
    """The functions that a reply plans, in its order."""
    body = normalised(text)
    parts = list(_from_json(body)) or list(_from_lines(body))
    if not parts:
        return BrokenReply("the reply holds no plan", text)
    return PlanReply(tuple(parts[:_MAX_PARTS]))


def _from_json(text: str) -> Iterator[PlannedPart]:
    """Every object with a name, the objects of a cut reply included."""
    for entry in _objects(text):
        part = _part(entry)
        if part is not None:
            yield part


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """All objects, outer ones first; where JSON cannot be read, each innermost pair of braces."""
    found = False
    start = text.find("{")
    while start >= 0:
        try:
            value, start = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
            continue
        for entry in _nested(value):
            found = True
            yield entry
        start = text.find("{", start)
    for match in () if found else re.finditer(r"\{[^{}]*\}", text):
        with contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            value = _relaxed(match.group())
            if isinstance(value, dict):
                yield value


def _nested(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a value that hold no further objects in lists: those are the entries."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    container = any(isinstance(entry, list) and any(isinstance(e, dict) for e in entry) for entry in inner)
    if isinstance(value, dict) and not container:
        yield value
    for entry in inner:
        yield from _nested(entry)


def _relaxed(text: str) -> Any:
    """Trailing commas, comments, single quotes, and JSON's words for Python's constants."""
    text = re.sub(r"(?m)(?<!:)//.*$|^\s*#.*$", "", text)
    try:
        return json.loads(re.sub(r",\s*([}\]])", r"\1", text))
    except ValueError:
        return ast.literal_eval(re.sub(r"\b(?:null|none)\b", "None", text).strip())


def _part(entry: dict[Any, Any]) -> PlannedPart | None:
    lowered = {str(key).lower(): value for key, value in entry.items()}
    found = {field: _first(lowered, keys) for field, keys in _KEYS.items()}
    signature = _text(found["signature"]).rstrip(":")
    name = re.search(r"[A-Za-z_]\w*", re.sub(r"^\s*def\s+", "", _text(found["name"]) or signature))
    if name is None:
        return None
    if signature and not signature.startswith(("def ", "async def ", "class ")):
        signature = f"def {signature}" if signature.startswith(name.group() + "(") else ""
    return PlannedPart(name.group(), _text(found["goal"]), signature, _names(found["depends_on"]))


def _first(entry: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((entry[key] for key in keys if key in entry), None)


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _names(value: Any) -> tuple[str, ...]:
    """A list of names, or a string of them; duplicates and words for "nothing" are dropped."""
    entries = value if isinstance(value, list | tuple) else re.split(r"[,;\s]+", _text(value))
    names = (re.sub(r"\(.*", "", str(entry)).strip(" `'\"") for entry in entries)
    return tuple(
        dict.fromkeys(name for name in names if name and name.lower() not in {"none", "nothing", "-"})
    )


def _from_lines(text: str) -> Iterator[PlannedPart]:
    """`- clean(text: str) -> str: strips the text (uses: split)`, in any kind of list."""
    lines = [
        (match, line) for line in text.split("\n") if (match := _HEAD.match(line)) and _announces(match, line)
    ]
    names = {match.group(1) for match, _ in lines}
    for match, line in lines:
        name = match.group(1)
        signature, rest = _signature(name, line[match.end() :])
        rest = _SEPARATOR.sub("", rest)
        cut = _USES.search(rest)
        uses = re.findall(r"\w+", rest[cut.end() :]) if cut else []
        wanted = tuple(dict.fromkeys(word for word in uses if word in names and word != name))
        goal = rest[: cut.start()] if cut and wanted else rest
        yield PlannedPart(name, goal.strip(" .`*"), signature, wanted)


def _announces(match: re.Match[str], line: str) -> bool:
    """A list item that names a function: a call's parenthesis, a colon or a dash follows the name."""
    return bool(re.match(r"[`*_\"]*\s*(?:\(|:|[\u2014\u2013]|-\s|->|<-|←|$)", line[match.end() :]))


def _signature(name: str, rest: str) -> tuple[str, str]:
    """The parameters and the result's type after a name, and what follows them."""
    if not rest.startswith("("):
        return "", rest
    depths = accumulate((character in "([{") - (character in ")]}") for character in rest)
    end = next((place + 1 for place, depth in enumerate(depths) if depth == 0), 0)
    if not end:
        return "", rest
    head, rest = rest[:end], rest[end:]
    result = re.match(r"\s*->\s*([\w.]+(?:\[[^:]*?\]+)?(?:\s*\|\s*[\w.\[\], ]+)?)", rest)
    if result:
        head, rest = f"{head} -> {result.group(1).strip()}", rest[result.end() :]
    return f"def {name}{head}", rest
