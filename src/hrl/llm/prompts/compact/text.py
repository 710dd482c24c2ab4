"""Makes requests short: one line of prose, bare signatures, one line for an error or a passage.

A model of a few million parameters reads a few hundred tokens; everything here is bounded, whatever a
task file holds.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Sequence
from functools import lru_cache

from hrl.llm.fences import parses
from hrl.types import Passage, TestOutcome, TestReport

GOAL, PASSAGE, CODE, ERROR, TEST, GOT = 640, 170, 900, 110, 90, 40
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1[ \t]*$", re.M | re.S)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"'(\[])")
_MARK = re.compile(r"^\s*(?:#{1,6}|[-*+]|\d+[.)])\s+", re.M)


# Words that goals and documents are full of; they say nothing about the subject.
_COMMON_WORDS = """
about after all and any are back before but call can compute determine each every find for from function get
give given has have how into its make more must need not only out part return should test than that the then
them there these they this those use wanted what when which will with work write
"""
_COMMON = frozenset(_COMMON_WORDS.split())


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


@lru_cache(maxsize=1024)
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


def failure(report: TestReport) -> str:
    """What went wrong in the first test that fails, and that test where both are short.

    An error, a limit, or a wrong result; below it the test: `wrong result 0` and `test: f([]) == -1`.
    """
    first = next((outcome for outcome in report.outcomes if outcome.status != "pass"), None)
    if first is None:
        return _wrong(report.verdict, report.error_class, report.message, "")
    wrong = _wrong(first.status, first.error_class, first.message, first.got)
    test = _test(first)
    return f"{wrong}\ntest: {test}" if 0 < len(test) <= TEST else wrong


def _test(outcome: TestOutcome) -> str:
    """The test as `call == result`; "" where its name says no such thing."""
    kind, _, test = " ".join(outcome.name.split()).partition(" ")
    if kind == "assert":
        return test
    return f"{test} == {outcome.expected}" if kind == ">>>" and outcome.expected else ""


def _wrong(status: str, error_class: str, message: str, got: str) -> str:
    if status in ("timeout", "memory"):
        return status
    if error_class not in ("", "AssertionError"):
        said = " ".join(message.split()).removeprefix(f"{error_class}: ")
        return clipped(f"{error_class}: {said}".rstrip(": "), ERROR)
    return f"wrong result {got}" if len(got) <= GOT else "wrong result"


def relevant(passages: Sequence[Passage], goal: str, count: int = 2) -> list[str]:
    """The passages as short lines, those first that share most with the goal; rare words weigh more."""
    if not passages:
        return []
    texts = [sentences(prose(passage.text, 10_000)) for passage in passages]
    weights = _weights(_words(goal), [part for parts in texts for part in parts])
    scores: dict[str, float] = {}
    for passage, parts in zip(passages, texts, strict=True):
        if line := _essence(parts, weights):
            scores.setdefault(line, _shared(line, weights) + _shared(passage.heading, weights))
    return sorted(scores, key=lambda line: -scores[line])[:count]


def _essence(parts: list[str], weights: dict[str, float]) -> str:
    """The sentences in one line, or the one that shares most with the goal, and the next where it fits."""
    flat = " ".join(parts)
    if len(flat) <= PASSAGE:
        return flat
    best = max(range(len(parts)), key=lambda place: _shared(parts[place], weights))
    both = " ".join(parts[best : best + 2])
    return both if len(both) <= PASSAGE else clipped(parts[best], PASSAGE)


def _weights(words: set[str], parts: list[str]) -> dict[str, float]:
    """How much each word tells: a made-up name stands in few sentences, `the` in most."""
    held = [_words(part) for part in parts]
    return {word: math.log(1 + len(held) / (1 + sum(word in found for found in held))) for word in words}


def _shared(part: str, weights: dict[str, float]) -> float:
    return sum(weights.get(word, 0.0) for word in sorted(_words(part)))


def _words(text: str) -> set[str]:
    """Telling words of three letters and more, without the plural's ending."""
    return {word.removesuffix("s") for word in re.findall(r"\w{3,}", text.lower())} - _COMMON


def shortened(code: str, limit: int = CODE) -> str:
    """Code without blank lines, comments at line starts and annotations, cut at a line."""
    lines = [line.rstrip() for line in code.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(line) > limit:
            break
        kept.append(bare(line) + ":" if line.startswith("def ") and line.endswith(":") else line)
    return "\n".join(kept)
