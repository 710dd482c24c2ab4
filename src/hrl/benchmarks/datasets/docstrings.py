"""Examples in a docstring's prose, as assertions: `>>> f(1)`, `f(1) == 2`, `f(1) ➞ 2`, `Input: 1 Output: 2`.

Only what parses safely counts: arguments and results are literals. What is left out: examples in words, calls
with unquoted strings, results computed step by step. The text is parsed with `ast`, never executed.
"""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator

from hrl.types import parse_program

_MARK = r"(?:\#\s*)?(?:==>|==|=>|->|➞|=|should\s+return|returns)"
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\(")
_RESULT = re.compile(rf"[ \t]*{_MARK}[ \t]*(.+)")
_BELOW = re.compile(r"[ \t]*\n[ \t]*(.+)")
_INPUT = re.compile(r"Input:\s*(.+?)\s*\n\s*Output:\s*(.+)", re.DOTALL)
_FOR = re.compile(
    r"^[ \t]*For (.+?),?[ \t]+(?:the[ \t].*)?(?:output|result) should be[ \t]+(.+)$", re.MULTILINE
)
_LABEL = re.compile(r"^\s*\w+\s*:\s*", re.MULTILINE)
_WORDS = {"true": "True", "false": "False"}
_AROUND = frozenset({"round", "sorted", "list", "set", "len", "abs"})


def stated_examples(text: str, name: str) -> list[str]:
    """The docstring's examples of the function, one `assert` each, in order and without repeats.

    Calls under another name count where none carries the function's own (HumanEval 81 and 149 misspell it).
    """
    found = [*_doctests(text, name), *_calls(text, name), *_inputs(text, name)]
    if not found:
        others = dict.fromkeys(_CALL.findall(text))
        found = [made for other in others for made in _calls(text, other, shown=name)]
    return list(dict.fromkeys(found))


def _doctests(text: str, name: str) -> Iterator[str]:
    """Examples after `>>>`; the call may stand inside a builtin such as `round`."""
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return
    for example in examples:
        call, result = _expression(example.source.strip()), _literal(example.want.strip() or "None")
        if isinstance(call, ast.Call) and result is not None and _safe(call, name):
            yield _assertion(ast.unparse(call), result)


def _calls(text: str, name: str, *, shown: str = "") -> Iterator[str]:
    """`name(literals)`, a mark and a literal, on one line; after `>>>` the literal on the line below.

    The latter reads what `doctest` cannot: a docstring whose example holds a line feed (HumanEval 51).
    """
    for match in re.finditer(rf"(?<![\w.]){re.escape(name)}\(", text):
        call, end = _closed(text, match.start())
        if call is None or not all(_is_literal(arg) for arg in call.args) or call.keywords:
            continue
        prompted = text[: match.start()].rpartition("\n")[2].strip() == ">>>"
        said = (_RESULT.match(text, end) or (prompted and _BELOW.match(text, end))) or None
        result = _result(said.group(1)) if said else None
        if result is not None:
            call.func = ast.Name(shown or name)
            yield _assertion(ast.unparse(call), result)


def _inputs(text: str, name: str) -> Iterator[str]:
    """`Input: a = 1, b = 2` with `Output: 3`, and `For a = 1, b = 2 the output should be 3`."""
    blocks = re.split(r"(?=Input:)", text)
    pairs = [match.groups() for block in blocks for match in [_INPUT.match(block)] if match]
    pairs += [match.groups() for match in _FOR.finditer(text)]
    for given, said in pairs:
        labelled = ", ".join(part.strip() for part in _LABEL.sub("\n", given).split("\n") if part.strip())
        result = _result(said.partition("\n")[0])
        for arguments in (given, labelled):
            call = _expression(f"{name}({arguments})")
            if isinstance(call, ast.Call) and result is not None:
                values = [*call.args, *(word.value for word in call.keywords)]
                if all(_is_literal(value) for value in values):
                    yield _assertion(ast.unparse(ast.Call(ast.Name(name), values, [])), result)
                    break


def _closed(text: str, start: int) -> tuple[ast.Call | None, int]:
    """The call that begins at `start` and where it ends."""
    end = start
    for _ in range(40):
        end = text.find(")", end) + 1
        if not end:
            break
        call = _expression(text[start:end])
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            return call, end
    return None, start


def _result(said: str) -> ast.expr | None:
    """The literal that a line states: without a full stop, a comment or a remark in parentheses."""
    remark = re.sub(r"\s+\([^()]*\)\s*$", "", said)
    steps = said.rpartition(" = ")[2]  # 1 + 9 = 10
    literals = (_literal(text.strip().removesuffix(".")) for text in (said, steps, remark))
    return next((literal for literal in literals if literal is not None), None)


def _literal(text: str) -> ast.expr | None:
    tree = _expression(_WORDS.get(text.strip(), text))
    return tree if tree is not None and _is_literal(tree) else None


def _expression(text: str) -> ast.expr | None:
    try:
        body = parse_program(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None


def _is_literal(tree: ast.expr) -> bool:
    try:
        ast.literal_eval(tree)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def _safe(call: ast.expr, name: str) -> bool:
    """Whether the expression only calls the function, on literals, perhaps inside harmless builtins."""
    names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    kinds = (ast.Attribute, ast.Lambda, ast.comprehension, ast.Starred, ast.NamedExpr)
    return name in names <= _AROUND | {name} and not any(isinstance(node, kinds) for node in ast.walk(call))


def _assertion(call: str, result: ast.expr) -> str:
    return f"assert {call} == {ast.unparse(result)}"
