"""Source text of top-level statements, with comments, and exact renaming inside it.

Names are edited in the text, so that layout and comments survive; the edited text is then parsed and compared
with the renamed tree. Where they differ (names inside f-strings before Python 3.12, several statements on
one line) the tree is printed instead.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Mapping

from hrl.integrator.scopes import Definition, Occurrence, occurrences
from hrl.types import parse_program


def statement_text(node: ast.stmt, lines: list[str], previous_end: int, next_start: int | None) -> str:
    """The source of a top-level statement with the comment lines directly above it.

    Args:
        node: the statement.
        lines: the program's lines.
        previous_end: last line of the statement before, 0 for the first.
        next_start: first line of the next statement, None for the last.
    """
    first, last = first_line(node), node.end_lineno or node.lineno
    if first <= previous_end or (next_start is not None and next_start <= last):
        return ast.unparse(node)
    start = first
    while start - 1 > previous_end and lines[start - 2].startswith("#"):
        start -= 1
    chosen = lines[start - 1 : last]
    return "\n".join(line.rstrip() for line in chosen) if _plain(node) else "\n".join(chosen)


def first_line(node: ast.stmt) -> int:
    """1-based first line, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(entry.lineno for entry in decorators)])


def renamed(text: str, mapping: Mapping[str, str]) -> str:
    """`text`, one statement, with its global names renamed; the layout is kept where that is safe."""
    tree = parse_program(text)
    places = [place for place in occurrences(tree) if mapping.get(place.name, place.name) != place.name]
    if not places:
        return text
    edited = _edited(text, places, mapping)
    wanted = copy.deepcopy(tree)
    for place in occurrences(wanted):
        _set(place, mapping)
    return edited if _same(edited, wanted) else ast.unparse(wanted)


def _plain(node: ast.stmt) -> bool:
    """No string spans lines, so white space at line ends means nothing."""
    return not any(
        isinstance(entry, ast.Constant | ast.JoinedStr) and entry.lineno != entry.end_lineno
        for entry in ast.walk(node)
    )


def _set(place: Occurrence, mapping: Mapping[str, str]) -> None:
    if isinstance(place.node, ast.Global):
        place.node.names = [mapping.get(name, name) for name in place.node.names]
    else:
        setattr(place.node, place.field, mapping.get(place.name, place.name))


def _edited(text: str, places: list[Occurrence], mapping: Mapping[str, str]) -> str:
    lines = [line.encode() for line in text.split("\n")]
    spots: set[tuple[int, int, str]] = set()
    for place in places:
        column = _column(lines, place)
        if column is not None:
            spots.add((place.node.lineno - 1, column, place.name))
    for row, column, name in sorted(spots, reverse=True):
        line = lines[row]
        lines[row] = line[:column] + mapping[name].encode() + line[column + len(name.encode()) :]
    return b"\n".join(lines).decode("utf-8", "replace")


def _column(lines: list[bytes], place: Occurrence) -> int | None:
    """Where the name stands in its line; None where it is not on the line of its node."""
    node = place.node
    if isinstance(node, ast.Name):
        return node.col_offset
    line = lines[node.lineno - 1]
    word = rb"(?:def|class)\s+" if isinstance(node, Definition) else rb"[\s,]"
    match = re.compile(word + rb"(" + re.escape(place.name.encode()) + rb")\b").search(line, node.col_offset)
    return match.start(1) if match else None


def _same(text: str, tree: ast.Module) -> bool:
    try:
        return ast.dump(parse_program(text)) == ast.dump(tree)
    except (SyntaxError, ValueError):
        return False
