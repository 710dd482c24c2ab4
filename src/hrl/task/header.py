"""The optional YAML front matter of a task file.

Values are read from YAML's node tree and not from plain dictionaries, because only nodes know their line.
Unknown keys are refused: a misspelt `entrypoint` that is ignored costs more than one that is named.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import yaml

from hrl.errors import TaskError
from hrl.types import Budget

FENCE = "---"
KEYS = ("title", "entry_point", "signature", "documents", "packages", "budget")
BUDGET_KEYS = ("tokens", "seconds", "model_calls", "sandbox_runs")
PACKAGE = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?:\[[A-Za-z0-9._,-]+\])?"
    r"(?:(?:==|>=|<=|~=|!=|<|>)[A-Za-z0-9.*+!_-]+(?:,(?:==|>=|<=|~=|!=|<|>)[A-Za-z0-9.*+!_-]+)*)?"
)


@dataclass(frozen=True, slots=True)
class Header:
    """The front matter's values.

    Attributes:
        documents: pattern and the line that it stands on.
        lines: line of each key that was given.
    """

    title: str | None = None
    entry_point: str | None = None
    signature: str | None = None
    documents: tuple[tuple[str, int], ...] = ()
    packages: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)
    lines: Mapping[str, int] = field(default_factory=dict)


def split_header(text: str) -> tuple[Header, str]:
    """The front matter and the text with its lines blanked, so that line numbers stay those of the file.

    Raises:
        TaskError: front matter that is not closed, is no YAML mapping, or holds an unusable key or value.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return Header(), text
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in (FENCE, "..."):
            header = _read("\n".join(lines[1:number]))
            return header, "\n".join([""] * (number + 1) + lines[number + 1 :])
    raise TaskError("the front matter that starts here is never closed by a line ---", line=1)


def _read(text: str) -> Header:
    node = _compose(text)
    if node is None:
        return Header()
    if not isinstance(node, yaml.MappingNode):
        raise TaskError("the front matter has to be `key: value` lines", line=_line(node))
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key, value in _pairs(node, KEYS, "front matter key"):
        lines[key] = _line(value)
        values[key] = _READERS[key](key, value)
    return Header(**values, lines=lines)


def _compose(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        what = " ".join((problem.problem or problem.context or "unreadable").split())
        special = "mapping values" in what or "alias" in f"{problem.context} {what}"
        hint = "; put the value in quotes" if special else ""
        line = mark.line + 2 if mark else 1
        raise TaskError(f"the front matter is not valid YAML: {what}{hint}", line=line) from None
    except yaml.reader.ReaderError as problem:
        line = text[: int(problem.position)].count("\n") + 2
        raise TaskError("the front matter holds a character that YAML does not allow", line=line) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise TaskError("the front matter is not valid YAML", line=1) from None
    return node


def _pairs(node: yaml.MappingNode, known: tuple[str, ...], what: str) -> list[tuple[str, yaml.Node]]:
    pairs: list[tuple[str, yaml.Node]] = []
    for key_node, value in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        if key not in known:
            raise TaskError(f"unknown {what} {_shown(key)}; {_suggestion(key, known)}", line=_line(key_node))
        if any(key == seen for seen, _ in pairs):
            raise TaskError(f"the {what} `{key}` is given twice", line=_line(key_node))
        pairs.append((key, value))
    return pairs


def _shown(key: str | None) -> str:
    return "that is not a word" if key is None else f"`{key}`"


def _suggestion(key: str | None, known: tuple[str, ...]) -> str:
    plain = (key or "").strip().lower().replace("-", "_").replace(" ", "_")
    near = get_close_matches(plain, known, n=1, cutoff=0.5)
    return f"did you mean `{near[0]}`?" if near else f"known are {', '.join(known)}"


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 2


def _value(key: str, node: yaml.Node) -> Any:
    try:
        return yaml.constructor.SafeConstructor().construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, OverflowError, TypeError, RecursionError, AttributeError):
        raise TaskError(f"`{key}` cannot be read as a YAML value", line=_line(node)) from None


def _text(key: str, node: yaml.Node) -> str:
    value = _value(key, node)
    if not isinstance(value, str):
        raise TaskError(f"`{key}` has to be a text (put it in quotes)", line=_line(node))
    if not value.strip():
        raise TaskError(f"`{key}` is empty", line=_line(node))
    return value.strip()


def _title(key: str, node: yaml.Node) -> str:
    return " ".join(_text(key, node).split())


def _name(key: str, node: yaml.Node) -> str:
    value = _text(key, node)
    if not value.isidentifier() or keyword.iskeyword(value):
        raise TaskError(f"`{key}` has to be a Python function's name, not {value!r}", line=_line(node))
    return value


def _items(key: str, node: yaml.Node) -> list[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        if not node.value:
            raise TaskError(f"`{key}` is empty", line=_line(node))
        return [(_text(key, item), _line(item)) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        raise TaskError(f"`{key}` has to be a text or a list of texts", line=_line(node))
    return [(_text(key, node), _line(node))]


def _documents(key: str, node: yaml.Node) -> tuple[tuple[str, int], ...]:
    return tuple(_items(key, node))


def _packages(key: str, node: yaml.Node) -> tuple[str, ...]:
    names: list[str] = []
    for item, line in _items(key, node):
        name = "".join(item.split())
        if not PACKAGE.fullmatch(name):
            raise TaskError(f"{item!r} is not a package name (with an optional version)", line=line)
        if name not in names:
            names.append(name)
    return tuple(names)


def _budget(key: str, node: yaml.Node) -> Budget:
    if not isinstance(node, yaml.MappingNode):
        known = ", ".join(BUDGET_KEYS)
        raise TaskError(f"`{key}` has to be a mapping of {known}", line=_line(node))
    pairs = _pairs(node, BUDGET_KEYS, "budget key")
    return Budget(**{name: _bound(name, value) for name, value in pairs})


def _bound(key: str, node: yaml.Node) -> Any:
    value = _value(key, node)
    wanted = int | float if key == "seconds" else int
    if isinstance(value, bool) or not isinstance(value, wanted) or not math.isfinite(value):
        kind = "a number" if key == "seconds" else "a whole number"
        raise TaskError(f"the budget's `{key}` has to be {kind}", line=_line(node))
    if value <= 0:
        raise TaskError(f"the budget's `{key}` has to be more than 0, not {value}", line=_line(node))
    return float(value) if key == "seconds" else value


_READERS: Mapping[str, Callable[[str, yaml.Node], Any]] = {
    "title": _title,
    "entry_point": _name,
    "signature": _text,
    "documents": _documents,
    "packages": _packages,
    "budget": _budget,
}
