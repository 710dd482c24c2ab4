"""Makes requests short: one line of prose, bare signatures, tests as `arguments -> result`.

A model of a few million parameters reads a few hundred tokens; everything here is bounded, whatever a
task file holds. Back-quotes go, so that a name is split into the same tokens wherever it stands.
"""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterable, Sequence

from hrl.llm.fences import parses
from hrl.types import Passage, TestCode, TestReport

GOAL, PASSAGE, TEST, CODE, ERROR = 420, 170, 44, 700, 110
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.M | re.S)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(\[])")
_MARK = re.compile(r"^\s*(?:#{1,6}|[-*+]|\d+[.)])\s+", re.M)


def prose(text: str, limit: int = GOAL) -> str:
    """One line without blocks, marks and back-quotes, cut at a sentence where it is too long."""
    flat = _MARK.sub("", _FENCED.sub(" ", text)).replace("`", "").replace("**", "")
    return clipped(" ".join(flat.split()), limit)


def clipped(text: str, limit: int) -> str:
    """The text, or its first sentences, or its first words."""
    if len(text) <= limit:
        return text
    kept = ""
    for sentence in sentences(text):
        if len(kept) + len(sentence) > limit:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or text[:limit].rsplit(" ", 1)[0]


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def bare(signature: str) -> str:
    """`def name(args)` without annotations; the text itself where it is no signature."""
    module = parses(signature.strip().rstrip(":") + ": pass")
    node = module.body[0] if module and module.body else None
    if not isinstance(node, ast.FunctionDef):
        return signature.strip().rstrip(":")
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    for starred in (arguments.vararg, arguments.kwarg):
        if starred:
            starred.annotation = None
    return f"def {node.name}({ast.unparse(arguments)})"


def examples(tests: Iterable[TestCode], name: str, count: int = 2) -> list[str]:
    """The shortest plain tests as `arguments -> result`, in their order."""
    found = [pair for test in tests for pair in _pairs(test, name)]
    short = sorted((pair for pair in found if len(pair) <= TEST), key=len)[:count]
    return [pair for pair in dict.fromkeys(found) if pair in short]


def _pairs(test: TestCode, name: str) -> list[str]:
    if test.kind == "doctest":
        return _doctest_pairs(test.source, name)
    module = parses(test.source)
    nodes = ast.walk(module) if module else ()
    return [pair for node in nodes if isinstance(node, ast.Assert) and (pair := assertion(node.test, name))]


def _doctest_pairs(source: str, name: str) -> list[str]:
    try:
        parsed = doctest.DocTestParser().get_examples(source)
    except ValueError:
        return []
    pairs = [example(entry.source.strip(), name, entry.want.strip()) for entry in parsed]
    return [pair for pair in pairs if pair]


def example(call: str, name: str, result: str) -> str:
    """`name(arguments)` and a result as `arguments -> result`; "" for any other call."""
    module = parses(call)
    node = module.body[0] if module and len(module.body) == 1 else None
    if not isinstance(node, ast.Expr) or not _is_call(node.value, name) or "\n" in result or not result:
        return ""
    return f"{_arguments(node.value)} -> {result}"


def assertion(node: ast.expr, name: str) -> str:
    """`name(arguments) == result` (also `is`, or the bare call) as `arguments -> result`, else ""."""
    if _is_call(node, name):
        return f"{_arguments(node)} -> True"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and _is_call(node.operand, name):
        return f"{_arguments(node.operand)} -> False"
    if (
        isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.Eq | ast.Is)
        and _is_call(node.left, name)
    ):
        return f"{_arguments(node.left)} -> {ast.unparse(node.comparators[0])}"
    return ""


def _is_call(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _arguments(node: ast.expr) -> str:
    assert isinstance(node, ast.Call)
    return ", ".join(ast.unparse(argument) for argument in (*node.args, *(k.value for k in node.keywords)))


def failure(report: TestReport, name: str) -> str:
    """One line on the first test that fails: the class of the error, or what came out instead."""
    first = next((outcome for outcome in report.outcomes if outcome.status != "pass"), None)
    if first is None:
        return clipped(f"{report.error_class or report.verdict}: {report.message}".rstrip(": "), ERROR)
    module = parses(first.name.strip())
    node = module.body[0] if module and module.body else None
    pair = (
        assertion(node.test, name)
        if isinstance(node, ast.Assert)
        else example(first.name, name, first.expected)
    )
    pair = pair if len(pair) <= 2 * TEST else ""
    if first.error_class not in ("", "AssertionError") or first.status in ("timeout", "memory"):
        text = f"{first.error_class or first.status}: {' '.join(first.message.split())}".rstrip(": ")
        return clipped(text, ERROR)
    if first.got and pair:
        return f"{pair} got {first.got}"[:ERROR]
    if first.got or first.expected:
        return f"expected {first.expected} got {first.got}"[:ERROR]
    return (pair or "AssertionError") + " failed"


def relevant(passages: Sequence[Passage], goal: str, count: int = 3) -> list[str]:
    """Each passage as one short line: the sentences that share most with the goal."""
    words = set(re.findall(r"\w{4,}", goal.lower()))
    return [line for passage in passages[:count] if (line := _essence(passage.text, words))]


def _essence(text: str, words: set[str]) -> str:
    flat = prose(text, 10_000)
    if len(flat) <= PASSAGE:
        return flat
    parts = sentences(flat)
    shared = [len(words & set(re.findall(r"\w{4,}", part.lower()))) for part in parts]
    best = max(range(len(parts)), key=lambda place: shared[place])
    following = parts[best + 1] if best + 1 < len(parts) else ""
    both = f"{parts[best]} {following}".strip()
    return both if len(both) <= PASSAGE else clipped(parts[best], PASSAGE)


def shortened(code: str, limit: int = CODE) -> str:
    """Code without blank lines, comments at line starts and annotations, cut at a line."""
    lines = [line.rstrip() for line in code.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(line) > limit:
            break
        kept.append(bare(line) + ":" if line.startswith("def ") and line.endswith(":") else line)
    return "\n".join(kept)
