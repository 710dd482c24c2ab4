"""Parameters of the families about text, dates and parsing: names, annotations, samplers.

As in `hrl.curriculum.slots`, the first trials give the edge cases. Texts are written so that the formats
hold (a clock time exists, a numeral is valid): what a function does with broken input is no part of a family,
unless its sentence says so.
"""

from __future__ import annotations

import random
from typing import Any

from hrl.curriculum.slot import Sampler, Slot
from hrl.curriculum.slots_records import FIELDS, RECORD_SLOTS, size
from hrl.curriculum.words import WORDS


def _edges(values: tuple[Any, ...], later: Sampler) -> Sampler:
    return lambda rng, trial: values[trial] if trial < len(values) else later(rng, trial)


def _noun(rng: random.Random, trial: int) -> str:
    nouns = ("apple", "east", "iron", "omega", "uncle", *rng.sample(WORDS, 7))
    return ("", "a", "e", "i", "o", "u")[trial] if trial in (0, rng.randint(1, 5)) else rng.choice(nouns)


def _sentence(rng: random.Random, trial: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(size(rng, trial, 7)))


def _message(rng: random.Random, trial: int) -> str:
    text = _sentence(rng, trial)
    return text if trial < 2 else text.capitalize().replace(" ", rng.choice((" ", ", ", "-")), 1) + "!"


def _lines(rng: random.Random, trial: int) -> list[str]:
    margin = rng.choice((0, 0, 1, 2, 3))
    lines = [" " * (margin + rng.choice((0, 0, 1, 2))) + rng.choice(WORDS) for _ in range(min(trial, 5))]
    for _ in range(rng.randint(0, 2) if trial > 1 else 0):
        lines.insert(rng.randint(0, len(lines)), rng.choice(("", "", " ")))
    return lines


def _name(rng: random.Random, trial: int) -> str:
    return " ".join(
        rng.choice(WORDS).title() for _ in range(min(trial, 2) if trial < 4 else rng.randint(1, 3))
    )


def _template(rng: random.Random, trial: int) -> str:
    parts = [rng.choice(WORDS) for _ in range(min(trial, 3))]
    for _ in range(rng.randint(1, 2) if trial > 1 else 0):
        parts.insert(rng.randint(0, len(parts)), "{" + rng.choice(FIELDS[:3]) + "}" + rng.choice(("", "!")))
    return " ".join(parts)


def _fields(rng: random.Random, trial: int) -> dict[str, str]:
    return {field: rng.choice(WORDS) for field in rng.sample(FIELDS[:3], trial and rng.randint(1, 3))}


def _letters(alphabet: str, low: int, high: int) -> Sampler:
    return lambda rng, _: "".join(rng.choice(alphabet) for _ in range(rng.randint(low, high)))


def _vocabulary(rng: random.Random, _: int) -> list[str]:
    pieces = [piece for piece in ("a", "b") if rng.random() < 0.75]
    return [*rng.sample(("ab", "ba", "bb", "aab", "bab"), rng.randint(1, 3)), *pieces]


def _between(low: int, high: int) -> Sampler:
    return lambda rng, _: rng.randint(low, high)


def _clock(rng: random.Random, _: int) -> str:
    return f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"


def _opening(rng: random.Random, trial: int) -> str:
    """Every hour at which a shop may open or close, one after the other."""
    hour = (7, 17, 10, 20, 8, 18, 9, 19, 6, 16)[trial % 10]
    return f"{hour:02d}:{rng.choice((0, 30, 59)):02d}"


def _iso(rng: random.Random, _: int) -> str:
    year = rng.choice((1900, 1999, 2000, 2023, 2024))
    return f"{year}-{rng.choice((1, 2, 2, 3, 4, 6, 7, 9, 11, 12)):02d}-{rng.randint(1, 28):02d}"


def _bookings(rng: random.Random, trial: int) -> list[tuple[int, int]]:
    starts = [rng.randint(4, 20) for _ in range(size(rng, trial, 4))]
    return [(start, start + rng.randint(1, 4)) for start in starts]


def _color(rng: random.Random, _: int) -> str:
    return "#" + "".join(f"{rng.choice((0, 15, 16, 128, 255)):02x}" for _ in range(3))


def _cell(rng: random.Random, _: int) -> str:
    return rng.choice("ABCDEKXY") + str(rng.randint(1, 40))


def _path(rng: random.Random, trial: int) -> str:
    ending = rng.choice(("", ".txt", ".PDF", ".tar.gz", ".Md"))
    folders = [rng.choice(("docs", "my.files", "v1.2")) for _ in range(min(trial, 2))]
    return "/".join([*folders, rng.choice(WORDS) + ending])


def _sum(rng: random.Random, trial: int) -> str:
    text = rng.choice(("", "-")) + str(rng.randint(0, 30))
    return text + "".join(rng.choice("+-") + str(rng.randint(0, 30)) for _ in range(min(trial, 3)))


def _config(rng: random.Random, trial: int) -> str:
    def line() -> str:
        setting = rng.choice(FIELDS[:3]) + rng.choice(("=", " = ", "= ")) + rng.choice(("1", "a=b", "on", ""))
        return rng.choice((setting, setting, setting, "# " + setting, " #" + setting, "", "note"))

    return "\n".join(line() for _ in range(min(trial, 4)))


def _query(rng: random.Random, trial: int) -> str:
    return "&".join(
        rng.choice("abc") + rng.choice(("", "=", "=1", "=red+car", "=x", "=2")) for _ in range(min(trial, 4))
    )


def _version(rng: random.Random, _: int) -> str:
    return ".".join(str(rng.choice((0, 1, 1, 2, 10))) for _ in range(rng.randint(1, 3)))


def _brackets(rng: random.Random, trial: int) -> str:
    text = "x"
    for _ in range(trial % 4):
        pair = rng.choice(("()", "[]", "{}"))
        text = rng.choice((pair[0] + text + pair[1], text + pair, pair + text))
    if rng.random() < 0.5:
        place = rng.randrange(len(text))
        text = text[:place] + rng.choice(("", ")", "]", "(")) + text[place + 1 :]
    return text


def _csv(rng: random.Random, trial: int) -> str:
    fields = ("", "a", "red car", '"a,b"', '"say ""hi"""', '""', '"x"', "12")
    return ",".join(rng.choice(fields) for _ in range(min(trial, 3) + 1))


def _expression(rng: random.Random, trial: int) -> str:
    def part(depth: int) -> str:
        if depth and rng.random() < 0.4:
            return "(" + whole(depth - 1) + ")"
        return str(rng.randint(0, 12))

    def whole(depth: int) -> str:
        return part(depth) + "".join(rng.choice("+-**") + part(depth) for _ in range(rng.randint(1, 2)))

    return str(rng.randint(0, 12)) if trial == 0 else whole(min(trial // 2, 2))


def _groups(rng: random.Random, trial: int) -> str:
    def whole(depth: int) -> str:
        text = "".join(rng.choice("abc") for _ in range(rng.randint(0, 2)))
        if depth:
            text += "(" + whole(depth - 1) + rng.choice("ab") + ")" + rng.choice("01223")
        return text + rng.choice(("", "c"))

    return whole(min(trial, 2)) if trial < 3 or rng.random() < 0.5 else whole(1) + whole(1)


def _tree(rng: random.Random, trial: int) -> str:
    names = rng.sample(WORDS, 8)

    def whole(depth: int) -> str:
        name = names.pop()
        children = [whole(depth - 1) for _ in range(rng.randint(1, 2))] if depth else []
        return f"{name}({','.join(children)})" if children else name

    return whole(min(trial, rng.randint(1, 2)))


def _romans(rng: random.Random, trial: int) -> list[str]:
    near = rng.choice((("IV", "V", "VI", "III", "IX", "XI", "X"), ("XL", "L", "LX", "XC", "CX", "C")))
    numerals = (*near, *rng.choice((near, ("CD", "D", "DC", "CM", "MC", "M", "MCMXC", "MMXX"))))
    return [rng.choice(numerals) for _ in range(size(rng, trial, 5))]


_DATE_NAMES = ("date", "day_text", "when", "iso_date")
_CLOCK_NAMES = ("time", "clock", "start_time")

TEXT_SLOTS: tuple[Slot, ...] = (
    Slot("t_text", ("text", "sentence", "content", "s"), "str", _sentence),
    Slot("t_title", ("title", "heading", "caption"), "str", _name),
    Slot("t_noun", ("noun", "word", "thing"), "str", _noun),
    Slot("t_message", ("message", "plain", "text"), "str", _message),
    Slot("t_key", ("keyword", "secret", "password"), "str", _letters("abcxyz", 1, 3)),
    Slot("t_lines", ("lines", "rows", "paragraphs", "content"), "list[str]", _lines),
    Slot("t_name", ("name", "full_name", "person"), "str", _name),
    Slot("t_template", ("template", "pattern", "form"), "str", _template),
    Slot("t_fields", ("fields", "values", "data"), "dict[str, str]", _fields),
    Slot("t_first", ("first", "source", "a", "old"), "str", _edges(("", "a"), _letters("abc", 0, 5))),
    Slot("t_second", ("second", "target", "b", "wanted"), "str", _edges(("ab", "a"), _letters("abc", 0, 5))),
    Slot("t_joined", ("joined", "text", "letters"), "str", _edges(("", "a"), _letters("ab", 2, 7))),
    Slot("t_vocab", ("vocabulary", "pieces", "known"), "list[str]", _vocabulary),
    Slot("t_clock", _CLOCK_NAMES, "str", _edges(("00:00", "12:00", "23:59", "09:05"), _clock)),
    Slot("t_clock2", ("other", "end_time", "later"), "str", _edges(("00:00", "23:59", "00:01"), _clock)),
    Slot("t_open", _CLOCK_NAMES, "str", _opening),
    Slot("t_shift", ("minutes", "delta", "shift"), "int", _edges((0, 1440, 1, -30), _between(-1500, 3000))),
    Slot("t_seconds", ("seconds", "duration"), "int", _edges((0, 59, 60, 3600, 86400), _between(1, 200_000))),
    Slot("t_iso", _DATE_NAMES, "str", _edges(("2024-02-29", "2000-12-31", "1900-02-28"), _iso)),
    Slot("t_iso2", ("other", "last_date", "until"), "str", _edges(("2024-03-01", "2000-01-01"), _iso)),
    Slot("t_bookings", ("bookings", "meetings", "visits"), "list[tuple[int, int]]", _bookings),
    Slot("t_year", ("year", "y"), "int", _between(1999, 2030)),
    Slot("t_month", ("month", "m"), "int", _edges((1, 2, 3, 12), _between(1, 12))),
    Slot("t_hex", ("color", "code", "hex_code"), "str", _edges(("#000000", "#ffffff"), _color)),
    Slot("t_path", ("path", "file", "location"), "str", _path),
    Slot("t_sum", ("text", "expression", "s"), "str", _edges(("", "7", "-4"), _sum)),
    Slot("t_cell", ("cell", "address", "place"), "str", _edges(("A1", "Z9", "A10"), _cell)),
    Slot("t_config", ("text", "config", "settings"), "str", _config),
    Slot("t_query", ("query", "text", "parameters"), "str", _query),
    Slot("t_version", ("version", "current", "left"), "str", _edges(("1", "1.0.1"), _version)),
    Slot("t_version2", ("other", "wanted", "right"), "str", _edges(("1.0", "1"), _version)),
    Slot("t_brackets", ("text", "code", "s"), "str", _edges(("", "(", ")"), _brackets)),
    Slot("t_csv", ("record", "row", "text"), "str", _edges(("", ","), _csv)),
    Slot("t_expr", ("expression", "text", "formula"), "str", _expression),
    Slot("t_groups", ("packed", "text", "short"), "str", _groups),
    Slot("t_tree", ("tree", "text", "outline"), "str", _tree),
    Slot("t_romans", ("numerals", "labels", "chapters"), "list[str]", _romans),
    *RECORD_SLOTS,
)
