"""The parameters that problems are made of: plain ones here, those of whole topics in files beside it."""

from __future__ import annotations

import random

from hrl.curriculum.slot import Sampler, Slot
from hrl.curriculum.slots_algorithms import ALGORITHM_SLOTS
from hrl.curriculum.slots_text import TEXT_SLOTS
from hrl.curriculum.words import WORDS


def _numbers(rng: random.Random, trial: int, low: int = 0) -> list[int]:
    if trial == 0:
        return [rng.randint(1, 9) for _ in range(low)]
    span = rng.choice((4, 10, 10, 40))
    least = 0 if rng.random() < 0.4 else -span
    return [rng.randint(least, span) for _ in range(rng.randint(max(low, 2), 4 if trial < 3 else 8))]


def _some_numbers(rng: random.Random, trial: int) -> list[int]:
    return _numbers(rng, trial, 1)


def _sorted_numbers(rng: random.Random, trial: int) -> list[int]:
    return sorted(_numbers(rng, trial))


def _words(rng: random.Random, trial: int, low: int = 0) -> list[str]:
    if trial == 0:
        return list(rng.sample(WORDS, low))
    words = [rng.choice(WORDS) for _ in range(rng.randint(max(low, 2), 3 if trial < 3 else 6))]
    words = [word.title() if rng.random() < 0.2 else word for word in words]
    return words + words[:1] if rng.random() < 0.3 else words


def _some_words(rng: random.Random, trial: int) -> list[str]:
    return _words(rng, trial, 1)


def _text(rng: random.Random, trial: int) -> str:
    if trial == 0:
        return ""
    if rng.random() < 0.15:
        half = "".join(rng.choice("abc") for _ in range(rng.randint(1, 3)))
        return half + half[::-1]
    text = " ".join(_words(rng, trial))
    return text if rng.random() < 0.6 else text.replace(" ", str(rng.randint(1, 99)), 1)


def _some_text(rng: random.Random, trial: int) -> str:
    return _text(rng, trial + 1)


def _word(rng: random.Random, trial: int) -> str:
    return rng.choice(("", "a", "level", "noon")) if trial == 0 else rng.choice(WORDS)


def _table(rng: random.Random, trial: int, low: int = 0) -> dict[str, int]:
    size = low if trial == 0 else rng.randint(max(1, low), 2 if trial < 3 else 4)
    return {word: rng.randint(-5, 20) for word in rng.sample(WORDS, size)}


def _some_table(rng: random.Random, trial: int) -> dict[str, int]:
    return _table(rng, trial, 1)


def _pairs(rng: random.Random, trial: int) -> list[tuple[str, int]]:
    keys = rng.sample(WORDS, 3)
    return [(rng.choice(keys), rng.randint(-3, 9)) for _ in range(0 if trial == 0 else rng.randint(1, 4))]


def _rows(rng: random.Random, trial: int) -> list[list[int]]:
    return [_numbers(rng, rng.randint(0, 2)) for _ in range(0 if trial == 0 else rng.randint(1, 4))]


def _matrix(rng: random.Random, trial: int) -> list[list[int]]:
    width = rng.randint(1, 3)
    return [[rng.randint(-5, 9) for _ in range(width)] for _ in range(max(1, min(trial, 3)))]


def _between(low: int, high: int, edges: tuple[int, ...] = ()) -> Sampler:
    return lambda rng, trial: edges[trial] if trial < len(edges) else rng.randint(low, high)


def _letter(rng: random.Random, trial: int) -> str:
    return rng.choice("aeiost" if trial < 4 else "abcdefghijklmnopqrstuvwxyz")


_INTS, _WORDS_TYPE = "list[int]", "list[str]"
_NUMBER_NAMES = ("xs", "nums", "numbers", "values", "items", "data", "points", "scores")
_OTHER_NAMES = ("ys", "others", "second", "more", "right", "b")
_INT_NAMES = ("n", "num", "number", "value", "x", "amount", "quantity")
_TEXT_NAMES = ("s", "text", "string", "line", "sentence", "phrase")
_WORD_NAMES = ("words", "names", "tokens", "strings", "labels", "texts")
_SMALL_NAMES = ("k", "size", "step", "count", "width", "limit", "m")
_DICT_NAMES = ("d", "table", "counts", "prices", "stock", "ages", "mapping")

SLOTS: dict[str, Slot] = {
    slot.name: slot
    for slot in (
        Slot("xs", _NUMBER_NAMES, _INTS, _numbers),
        Slot("xs1", _NUMBER_NAMES, _INTS, _some_numbers),
        Slot("sorted", _NUMBER_NAMES, _INTS, _sorted_numbers),
        Slot("ys", _OTHER_NAMES, _INTS, _numbers),
        Slot("n", _INT_NAMES, "int", _between(0, 30, (0, 1, 2))),
        Slot("n1", _INT_NAMES, "int", _between(1, 30, (1, 2))),
        Slot("z", _INT_NAMES, "int", _between(-30, 60, (0, -1, 1))),
        Slot("big", _INT_NAMES, "int", _between(0, 9999, (0, 7))),
        Slot("year", ("year", "y", "n"), "int", _between(1890, 2100, (1900, 2000, 2024))),
        Slot("a", ("a", "x", "first", "left", "p"), "int", _between(-20, 30, (0, 5, 12))),
        Slot("a1", ("a", "x", "first", "left", "p"), "int", _between(1, 40)),
        Slot("b", ("b", "y", "second", "right", "q"), "int", _between(-20, 30, (0, 5))),
        Slot("b1", ("b", "y", "second", "right", "q"), "int", _between(1, 40)),
        Slot("c", ("c", "third", "w", "last"), "int", _between(-20, 30)),
        Slot("k", _SMALL_NAMES, "int", _between(1, 4)),
        Slot("x", ("x", "target", "wanted", "item", "key"), "int", _between(-5, 5)),
        Slot("s", _TEXT_NAMES, "str", _text),
        Slot("s1", _TEXT_NAMES, "str", _some_text),
        Slot("word", ("word", "w", "s", "name", "text"), "str", _word),
        Slot("t", ("t", "other", "second", "suffix"), "str", _word),
        Slot("ch", ("c", "ch", "letter", "char"), "str", _letter),
        Slot("ws", _WORD_NAMES, _WORDS_TYPE, _words),
        Slot("ws1", _WORD_NAMES, _WORDS_TYPE, _some_words),
        Slot("d", _DICT_NAMES, "dict[str, int]", _table),
        Slot("d1", _DICT_NAMES, "dict[str, int]", _some_table),
        Slot("e", ("e", "other", "extra", "updates"), "dict[str, int]", _table),
        Slot("key", ("key", "name", "word"), "str", _word),
        Slot("pairs", ("pairs", "entries", "records", "rows"), "list[tuple[str, int]]", _pairs),
        Slot("rows", ("rows", "lists", "groups", "nested"), "list[list[int]]", _rows),
        Slot("matrix", ("matrix", "grid", "rows", "table"), "list[list[int]]", _matrix),
        *TEXT_SLOTS,
        *ALGORITHM_SLOTS,
    )
}
# Slots whose functions take every value of their type: what one function returns can be given to another.
GENERAL = frozenset({"xs", "z", "a", "x", "s", "word", "ws", "d", "pairs", "rows", "a_signed", "a_integer"})
