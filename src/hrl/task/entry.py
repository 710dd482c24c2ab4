"""Which function the task is about, and its signature.

In this order: the front matter's `entry_point`, its `signature`, the function that every visible test calls,
the starter code's last function, a function that the prose names. Hidden tests are never read for a name;
they are only checked against the one that was found.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Sequence
from dataclasses import dataclass

from hrl.errors import TaskError
from hrl.task.header import Header
from hrl.task.python import (
    BUILTIN,
    Uses,
    accepts,
    read_signature,
    signature_from_calls,
    signature_text,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """The chosen function; `how` is in words, `line` the place to complain about."""

    name: str | None
    signature: str | None
    how: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that may name the entry point.

    Attributes:
        starter: top-level functions of the starter code.
        mentions: back-quoted code and `def` lines of the prose.
    """

    header: Header
    visible: Sequence[Uses]
    hidden: Sequence[Uses]
    starter: Sequence[ast.FunctionDef]
    mentions: Sequence[str]


def find_entry(evidence: Evidence) -> Entry:
    """The entry point and its signature.

    Raises:
        TaskError: signature and entry point disagree, the tests never call it, or nothing decides.
    """
    explicit = _from_header(evidence.header)
    entry = explicit or _infer(evidence)
    if entry.name is None:
        if evidence.hidden:
            raise TaskError(
                "nothing names the function that the hidden tests are about; "
                "add `entry_point: NAME` to the front matter",
                line=evidence.hidden[0].line,
            )
        return entry
    for tests, what in ((evidence.visible, "visible"), (evidence.hidden, "hidden")):
        _check_called(entry, tests, what)
    return Entry(entry.name, entry.signature or _signature(entry.name, evidence), entry.how, entry.line)


def _from_header(header: Header) -> Entry | None:
    name, line = header.entry_point, header.lines.get("entry_point")
    if header.signature is None:
        return Entry(name, None, "the front matter says so", line) if name else None
    line = header.lines["signature"] if line is None else line
    function = read_signature(header.signature)
    if function is None:
        raise TaskError(
            "`signature` has to look like `def name(a: int, b: int) -> int`", line=header.lines["signature"]
        )
    if name is not None and name != function.name:
        raise TaskError(
            f"`signature` is about `{function.name}` but `entry_point` says `{name}`",
            line=header.lines["signature"],
        )
    how = "the front matter says so" if name else "the front matter's signature names it"
    return Entry(function.name, signature_text(function), how, line)


def _infer(evidence: Evidence) -> Entry:
    called = _called(evidence.visible)
    starter = evidence.starter[-1].name if evidence.starter else None
    prose = _in_prose(evidence.mentions)
    line = evidence.visible[0].line if evidence.visible else None
    if called:
        common = _in_every_unit(evidence.visible, called)
        if common:
            return Entry(common, None, "every visible test calls it", line)
        if starter in called:
            return Entry(starter, None, "it is the starter code's last function", line)
        if len(named := [name for name in prose if name in called]) == 1:
            return Entry(named[0], None, "the prose names it", line)
        raise TaskError(
            f"the visible tests call {_listing(called)}, and nothing says which of them is the entry point; "
            f"add `entry_point: {called[-1]}` (or another) to the front matter",
            line=line,
        )
    if starter:
        return Entry(starter, None, "it is the starter code's last function", line)
    if len(prose) == 1:
        return Entry(prose[0], None, "the prose names it", line)
    if evidence.visible:
        raise TaskError(
            "the visible tests call no function that the program could define; "
            "call it there, or add `entry_point: NAME` to the front matter",
            line=line,
        )
    return Entry(None, None, "nothing names it")


def _called(tests: Sequence[Uses]) -> tuple[str, ...]:
    """Functions that the tests call and do not define; where they call none, those that they mention."""
    for kind in ("called", "used"):
        names: dict[str, None] = {}
        for uses in tests:
            for unit in uses.units:
                names.update(dict.fromkeys(_free(getattr(unit, kind), uses)))
        if names:
            return tuple(names)
    return ()


def _free(names: tuple[str, ...], uses: Uses) -> list[str]:
    return [name for name in names if name not in uses.bound and name not in BUILTIN]


def _in_every_unit(tests: Sequence[Uses], called: tuple[str, ...]) -> str | None:
    """The last of the functions that every unit uses; units that use none of them do not count."""
    units = [
        [name for name in (*unit.used, *unit.called) if name in called and name not in uses.bound]
        for uses in tests
        for unit in uses.units
    ]
    units = [unit for unit in units if unit]
    common = [name for name in units[0] if all(name in unit for unit in units)] if units else []
    return common[-1] if common else None


def _in_prose(mentions: Sequence[str]) -> list[str]:
    """Functions that the prose names; where it gives a `def`, only those count."""
    functions = [(mention, read_signature(mention)) for mention in mentions if "(" in mention]
    known = [(mention, found.name) for mention, found in functions if found and found.name not in BUILTIN]
    defined = [name for mention, name in known if mention.startswith("def ")]
    return list(dict.fromkeys(defined or [name for _, name in known]))


def _check_called(entry: Entry, tests: Sequence[Uses], what: str) -> None:
    if not tests:
        return
    if any(entry.name in uses.defined for uses in tests):
        where = next(uses.line for uses in tests if entry.name in uses.defined)
        raise TaskError(f"the {what} tests define `{entry.name}` themselves", line=where)
    if not any(entry.name in uses.names() for uses in tests):
        others = _called(tests)
        instead = f"; they call {_listing(others)}" if others else ""
        line = entry.line if what == "visible" else tests[0].line
        raise TaskError(f"the {what} tests never call the entry point `{entry.name}`{instead}", line=line)


def _listing(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names[:5]]
    if len(names) > 5:
        return ", ".join(quoted) + f" and {len(names) - 5} more"
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)


def _signature(name: str, evidence: Evidence) -> str | None:
    """From the starter code, else the prose, else the shape of the visible tests' calls."""
    calls = [
        call
        for uses in evidence.visible
        for call in uses.calls
        if isinstance(call.func, ast.Name) and call.func.id == name
    ]
    for function in evidence.starter:
        if function.name == name:
            return signature_text(function)
    spoken = sorted(evidence.mentions, key=lambda mention: not mention.startswith("def "))
    for mention in spoken:
        found = read_signature(mention) if "(" in mention else None
        if found and found.name == name and accepts(found, calls):
            return signature_text(found)
    if not calls or name[0].isupper():  # a class has no `def` line
        return None
    return signature_from_calls(name, calls, _spoken_names(evidence.mentions, name))


def _spoken_names(mentions: Sequence[str], function: str) -> list[str]:
    """Back-quoted words of the prose that can be parameters, in order."""
    words = [word for word in mentions if word.isidentifier() and not keyword.iskeyword(word)]
    return list(dict.fromkeys(word for word in words if word not in BUILTIN and word != function))
