"""Parameters of the families about algorithms: sets, grids, simulations, searches, recursions, sequences.

As in `hrl.curriculum.slots`, the first trials give the edges and values stay small. Values fit the families:
relations are often symmetric or transitive, mazes mostly open, spans overlap. Every name starts with `a_`.
"""

from __future__ import annotations

import random
from typing import Any

from hrl.curriculum.slot import Sampler, Slot


def _whole(low: int, high: int, *edges: int) -> Sampler:
    """Numbers; the edges first."""
    return lambda rng, trial: edges[trial] if trial < len(edges) else rng.randint(low, high)


def _listed(low: int, high: int, most: int, least: int = 0) -> Sampler:
    """Lists: the shortest, one element, repeats with the bounds, then anything."""

    def sample(rng: random.Random, trial: int) -> list[int]:
        if trial < 2:
            return [rng.randint(low, high) for _ in range(max(trial, least))]
        if trial == 2:
            return [*([rng.randint(low, high)] * 2), high, low]
        return [rng.randint(low, high) for _ in range(rng.randint(2, most))]

    return sample


def _ascending(low: int, high: int, most: int) -> Sampler:
    sample = _listed(low, high, most)
    return lambda rng, trial: sorted(sample(rng, trial))


def _distinct(low: int, high: int, most: int) -> Sampler:
    return lambda rng, trial: rng.sample(range(low, high + 1), 1 if trial == 0 else rng.randint(2, most))


def _sets(rng: random.Random, trial: int) -> list[list[int]]:
    if trial < 2:
        return [[], [rng.randint(1, 5)]][: 2 * trial]
    if trial % 2:
        return [
            [rng.randint(1, 5) for _ in range(rng.choice((0, 1, 2, 2, 3)))] for _ in range(rng.randint(1, 4))
        ]
    order = rng.sample(range(1, 7), 6)
    sizes = sorted(rng.choice((0, 1, 1, 2, 2, 3, 4)) for _ in range(rng.randint(2, 4)))
    rows = [rng.sample(order[:size], size) for size in sizes]
    return rows if rng.random() < 0.8 else rows[::-1]


def _relation(rng: random.Random, trial: int) -> list[tuple[int, int]]:
    if trial < 2:
        return [(2, 2)][:trial]
    pairs = [(rng.randint(1, 5), rng.randint(1, 5)) for _ in range(rng.randint(1, 4))]
    if trial % 3 == 0:
        pairs += [(right, left) for left, right in pairs]
    if trial % 3 == 1:
        chain = rng.sample(range(1, 6), 3)
        pairs = [(chain[0], chain[1]), (chain[1], chain[2]), (chain[0], chain[2])]
    return list(dict.fromkeys(pairs))


def _grid(low: int, high: int, most: int, *, square: bool = False) -> Sampler:
    """Rectangles: one cell, one row, one column, then more."""

    def sample(rng: random.Random, trial: int) -> list[list[int]]:
        edges = ((1, 1), (2, 2)) if square else ((1, 1), (1, 3), (3, 1))
        height, width = rng.randint(2, most), rng.randint(2, most)
        if trial < len(edges):
            height, width = edges[trial]
        width = height if square else width
        return [[rng.randint(low, high) for _ in range(width)] for _ in range(height)]

    return sample


def _maze(rng: random.Random, trial: int) -> list[str]:
    if trial < 2:
        return [".", "#"][trial : trial + 1]
    width, walls = rng.randint(1, 4), rng.choice((0.1, 0.3))
    cells = [["#" if rng.random() < walls else "." for _ in range(width)] for _ in range(rng.randint(2, 4))]
    if trial % 4:
        cells[0][0] = cells[-1][-1] = "."
    return ["".join(row) for row in cells]


def _path(rng: random.Random, trial: int) -> str:
    if trial < 3:
        return ("", "F", "RFFLF")[trial]
    return "".join(rng.choice("FFFLR") for _ in range(rng.randint(3, 14)))


def _inserted(rng: random.Random, trial: int) -> list[int]:
    return [rng.choice((1, 2, 5, 10, 20, 50)) for _ in range(trial if trial < 2 else rng.randint(2, 8))]


def _visits(rng: random.Random, trial: int) -> list[tuple[int, int]]:
    arrivals = sorted(rng.randint(0, 15) for _ in range(trial if trial < 2 else rng.randint(2, 5)))
    return [(arrival, rng.randint(1, 6)) for arrival in arrivals]


def _program(rng: random.Random, trial: int) -> list[str]:
    if trial < 3:
        return [[], ["7"], ["4", "+"]][trial]
    tokens = [str(rng.randint(0, 12)), str(rng.randint(0, 12))]
    for _ in range(rng.randint(1, 6)):
        tokens.append(rng.choice((str(rng.randint(0, 12)), "+", "-", "*", "dup", "drop")))
    return tokens


def _rows(rng: random.Random, trial: int) -> list[list[int]]:
    row = _ascending(0, 12, 4)
    return [row(rng, rng.randint(0, 4)) for _ in range(trial if trial < 2 else rng.randint(2, 4))]


def _pieces(rng: random.Random, trial: int) -> list[tuple[int, int]]:
    if trial < 2:
        return [(0, 12)][:trial]
    spans = [(0, rng.randint(1, 5))]
    for _ in range(rng.randint(1, 5)):
        start = max(0, rng.choice(spans)[1] - rng.randint(-1, 3) + (rng.random() < 0.1))
        spans.append((start, start + rng.randint(1, 6)))
    return rng.sample(spans, len(spans))


def _items(rng: random.Random, trial: int) -> list[tuple[int, int]]:
    return [(rng.randint(1, 7), rng.randint(1, 12)) for _ in range(trial if trial < 2 else rng.randint(2, 5))]


def _slot(name: str, names: str, annotation: str, sample: Any) -> Slot:
    return Slot(name, tuple(names.split()), annotation, sample)


_INTS, _GRID, _PAIRS = "list[int]", "list[list[int]]", "list[tuple[int, int]]"
_WHOLE_NAMES = "n number num amount"

ALGORITHM_SLOTS: tuple[Slot, ...] = (
    _slot("a_sets", "sets groups collections lists", _GRID, _sets),
    _slot("a_relation", "relation pairs links arrows", _PAIRS, _relation),
    _slot("a_relation2", "second other following then", _PAIRS, _relation),
    _slot("a_starts", "starts sources wanted xs", _INTS, _listed(1, 5, 4)),
    _slot("a_grid", "grid matrix field table", _GRID, _grid(-4, 9, 4)),
    _slot("a_square", "square matrix grid table", _GRID, _grid(-4, 9, 4, square=True)),
    _slot("a_bits", "bits mines grid field", _GRID, _grid(0, 1, 4)),
    _slot("a_colours", "colours picture grid canvas", _GRID, _grid(0, 1, 4)),
    _slot("a_maze", "maze plan field board", "list[str]", _maze),
    _slot("a_side", "n side size width", "int", _whole(0, 6, 0, 1, 2)),
    _slot("a_floors", "floors stops calls trips", _INTS, _listed(0, 15, 6)),
    _slot("a_path", "path commands moves orders", "str", _path),
    _slot("a_time", "time moment t seconds", "int", _whole(0, 150, 0, 20, 40)),
    _slot("a_changes", "changes bookings amounts ledger", _INTS, _listed(-50, 30, 8)),
    _slot("a_inserted", "coins inserted money payments", _INTS, _inserted),
    _slot("a_visits", "visits customers guests arrivals", _PAIRS, _visits),
    _slot("a_jobs", "jobs tasks efforts work", _INTS, _listed(1, 24, 6)),
    _slot("a_cells", "cells row bits state", _INTS, _listed(0, 1, 9)),
    _slot("a_steps", "steps times rounds k", "int", _whole(0, 5, 1, 2, 0)),
    _slot("a_program", "program tokens instructions code", "list[str]", _program),
    _slot("a_values", "xs values numbers data", _INTS, _listed(0, 20, 9)),
    _slot("a_signed", "xs values numbers data", _INTS, _listed(-9, 12, 8)),
    _slot("a_few", "xs values numbers data", _INTS, _listed(-3, 8, 4)),
    _slot("a_ascending", "xs values numbers data", _INTS, _ascending(0, 12, 9)),
    _slot("a_wanted", "x target wanted goal", "int", _whole(0, 13)),
    _slot("a_rows", "rows lists groups nested", _GRID, _rows),
    _slot("a_pieces", "spans intervals ranges pieces", _PAIRS, _pieces),
    _slot("a_loads", "loads weights boxes parcels", _INTS, _listed(1, 15, 7, least=1)),
    _slot("a_trips", "trips days rides k", "int", _whole(1, 4, 1, 3, 2)),
    _slot("a_length", "n total size m", "int", _whole(0, 16, 0, 1, 2)),
    _slot("a_stairs", "n stairs height m", "int", _whole(1, 10, 0, 1, 2)),
    _slot("a_forbidden", "forbidden broken closed blocked", _INTS, _listed(1, 12, 4)),
    _slot("a_coins", "coins units denominations stamps", _INTS, _distinct(1, 5, 4)),
    _slot("a_total", "total price due cost", "int", _whole(3, 9, 0, 3)),
    _slot("a_count", "count k exactly pieces", "int", _whole(2, 4, 0, 1)),
    _slot("a_items", "items things goods parcels", _PAIRS, _items),
    _slot("a_room", "room capacity limit space", "int", _whole(2, 14, 5, 0)),
    _slot("a_part", "n number total m", "int", _whole(0, 12, 0, 1, 2)),
    _slot("a_whole", _WHOLE_NAMES, "int", _whole(0, 120, 0, 1, 11)),
    _slot("a_integer", _WHOLE_NAMES, "int", _whole(-40, 60, 0, -1, 1)),
    _slot("a_positive", _WHOLE_NAMES, "int", _whole(1, 120, 1, 2)),
    _slot("a_top", "top a numerator p", "int", _whole(0, 60, 0, 7, 12)),
    _slot("a_below", "bottom b denominator q", "int", _whole(1, 40, 3, 7, 18)),
    _slot("a_poly", "p poly coefficients left", _INTS, _listed(-3, 6, 4, least=1)),
    _slot("a_poly2", "q other second right", _INTS, _listed(-3, 6, 3, least=1)),
    _slot("a_radices", "radices bases sizes units", _INTS, _listed(2, 12, 4)),
    _slot("a_seconds", _WHOLE_NAMES, "int", _whole(0, 5000, 0, 1, 60)),
    _slot("a_terms", "n count terms k", "int", _whole(0, 20, 0, 1, 3)),
)
