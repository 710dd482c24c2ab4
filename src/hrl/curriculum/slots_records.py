"""Parameters of the families about records: tables as lists of tuples or dictionaries.

Keys come from few words, so that tables join, groups have several members and records overlap.
"""

from __future__ import annotations

import random

from hrl.curriculum.slot import Slot
from hrl.curriculum.words import WORDS

_CITIES = ("rome", "oslo", "bern")
_PEOPLE = ("ann", "bob", "eve", "kim", "max", "zoe")
FIELDS = ("age", "cost", "rank", "size", "year")


def size(rng: random.Random, trial: int, most: int) -> int:
    """How many elements: none, one, then a few."""
    return trial if trial < 2 else rng.randint(2, most)


def _people(rng: random.Random, trial: int) -> list[dict[str, int | str]]:
    names = rng.sample(_PEOPLE, size(rng, trial, 4))
    return [{"name": name, "city": rng.choice(_CITIES), "age": rng.randint(16, 27)} for name in names]


def _record(rng: random.Random, trial: int) -> dict[str, int]:
    return {key: rng.choice((0, 1, 2, 5)) for key in rng.sample(FIELDS, size(rng, trial, 4))}


def _renames(rng: random.Random, trial: int) -> dict[str, str]:
    return {key: key[:2] + "_" for key in rng.sample(FIELDS, size(rng, trial, 3))}


def _required(rng: random.Random, trial: int) -> list[str]:
    return rng.sample(FIELDS, min(trial + 1, 4))


def _orders(rng: random.Random, trial: int) -> list[tuple[str, int, int]]:
    return [(rng.choice(WORDS), rng.randint(2, 11), rng.randint(1, 25)) for _ in range(size(rng, trial, 3))]


def _sales(rng: random.Random, trial: int) -> list[tuple[str, str, int]]:
    items = ("pen", "cup", "hat")
    return [(rng.choice(_CITIES), rng.choice(items), rng.randint(1, 6)) for _ in range(size(rng, trial, 5))]


def _customers(rng: random.Random, trial: int) -> list[tuple[int, str]]:
    count = size(rng, trial, 3)
    return list(zip(rng.sample(range(1, 5), count), rng.sample(_PEOPLE, count), strict=True))


def _payments(rng: random.Random, trial: int) -> list[tuple[int, int]]:
    return [(rng.randint(1, 4), rng.randint(1, 40)) for _ in range(0 if trial == 1 else min(trial, 4))]


def _scores(rng: random.Random, trial: int) -> list[tuple[str, int]]:
    return [(name, rng.randint(1, 4)) for name in rng.sample(_PEOPLE, size(rng, trial, 5))]


def _needs(rng: random.Random, trial: int) -> dict[str, list[str]]:
    names = rng.sample(_PEOPLE, size(rng, trial, 5))
    needs = {
        name: rng.sample(names[:place], min(place, rng.randint(0, 2))) for place, name in enumerate(names)
    }
    if trial > 1 and rng.random() < 0.2:
        needs[names[0]] = [names[-1]]
    return {name: needs[name] for name in sorted(names, key=lambda name: rng.random())}


def _log(rng: random.Random, trial: int) -> list[tuple[str, str, int]]:
    def entry() -> tuple[str, str, int]:
        action = rng.choice(("set", "add", "add", "undo"))
        return ("undo", "", 0) if action == "undo" else (action, rng.choice("abc"), rng.randint(1, 9))

    return [entry() for _ in range(size(rng, trial, 6))]


RECORD_SLOTS: tuple[Slot, ...] = (
    Slot("t_people", ("people", "persons", "members", "staff"), "list[dict[str, int | str]]", _people),
    Slot("t_record", ("record", "entry", "old"), "dict[str, int]", _record),
    Slot("t_record2", ("other", "new", "changed"), "dict[str, int]", _record),
    Slot("t_renames", ("names", "renames", "mapping"), "dict[str, str]", _renames),
    Slot("t_required", ("required", "fields", "wanted"), "list[str]", _required),
    Slot("t_orders", ("orders", "cart", "purchases"), "list[tuple[str, int, int]]", _orders),
    Slot("t_sales", ("sales", "entries", "rows"), "list[tuple[str, str, int]]", _sales),
    Slot("t_customers", ("customers", "accounts", "members"), "list[tuple[int, str]]", _customers),
    Slot("t_payments", ("payments", "transfers", "bills"), "list[tuple[int, int]]", _payments),
    Slot("t_scores", ("scores", "results", "players"), "list[tuple[str, int]]", _scores),
    Slot("t_needs", ("needs", "tasks", "before"), "dict[str, list[str]]", _needs),
    Slot("t_log", ("log", "actions", "steps"), "list[tuple[str, str, int]]", _log),
)
