"""Families about searching, sorting and intervals."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.problem import Family

F = Family
SEARCH_FAMILIES: tuple[Family, ...] = (
    F(
        "split_at_pivot",
        "a_values a_wanted",
        "list[int]",
        change(
            "partition $a_values around $a_wanted: first the numbers below it, then those equal to it, "
            "then those above it, each part in the order of $a_values",
            "put the numbers of $a_values that are smaller than $a_wanted first, then the equal ones, then "
            "the larger ones, without changing the order within the three parts",
        ),
        "below = [v for v in $a_values if v < $a_wanted]\n"
        "equal = [v for v in $a_values if v == $a_wanted]\n"
        "above = [v for v in $a_values if v > $a_wanted]\n"
        "return below + equal + above",
        names=("partition", "split_at"),
    ),
    F(
        "nearest_value",
        "a_values a_wanted",
        "int | None",
        value(
            "the number in $a_values that is nearest to $a_wanted, and the smaller one if two are equally "
            "near",
            "which number of $a_values differs least from $a_wanted, the smaller one on a tie",
            edge="For an empty list the result is None.",
        ),
        "return min($a_values, key=lambda v: (abs(v - $a_wanted), v), default=None)",
        names=("nearest", "closest"),
    ),
    F(
        "merge_with_sources",
        "a_rows",
        "list[tuple[int, int]]",
        change(
            "merge the ascending lists in $a_rows into one list of tuples (number, index of its list), "
            "sorted by number and then by index",
            "join all lists of $a_rows, which are sorted, to a sorted list that pairs each number with the "
            "index of the list it comes from, the lower index first among equal numbers",
        ),
        "return sorted((v, i) for i, row in enumerate($a_rows) for v in row)",
        names=("merge_lists", "merge_with_sources"),
    ),
    F(
        "search_probes",
        "a_ascending a_wanted",
        "list[int]",
        value(
            "the indexes that a binary search for $a_wanted in the ascending list $a_ascending looks at, in "
            "order",
            "the list of places at which a binary search looks when it seeks $a_wanted in $a_ascending, "
            "which is sorted",
            edge="It looks at the middle of what is left, the left one of two middles, drops that place "
            "with the half that is too small or too large, and stops when it finds the number or nothing "
            "is left.",
        ),
        "low, high = 0, len($a_ascending) - 1\n"
        "out = []\n"
        "while low <= high:\n"
        "    middle = (low + high) // 2\n"
        "    out.append(middle)\n"
        "    if $a_ascending[middle] == $a_wanted:\n"
        "        break\n"
        "    if $a_ascending[middle] < $a_wanted:\n"
        "        low = middle + 1\n"
        "    else:\n"
        "        high = middle - 1\n"
        "return out",
        names=("probes", "search_path"),
        level="medium",
    ),
    F(
        "strong_inversions",
        "a_values",
        "int",
        value(
            "how many pairs of places in $a_values have an earlier number that is more than $K greater "
            "than the later number",
            "the number of strong inversions of $a_values: two places, not necessarily neighbours, where "
            "the number at the first exceeds the number at the second by more than $K",
        ),
        "count = 0\n"
        "for i, early in enumerate($a_values):\n"
        "    for late in $a_values[i + 1:]:\n"
        "        if early > late + $K:\n"
        "            count += 1\n"
        "return count",
        {"K": (1, 10)},
        ("inversions", "count_inversions"),
        level="medium",
    ),
    F(
        "patience_piles",
        "a_values",
        "list[list[int]]",
        value(
            "the piles that come from laying the numbers of $a_values in order, each on the first pile whose "
            "last number is not smaller than it, or on a new pile behind the others if there is none",
            "the list of piles of a game of patience with the cards $a_values: each card goes on the "
            "leftmost pile that ends with an equal or greater card, else it starts a new pile on the right",
            edge="A pile is the list of its numbers in the order in which they were laid.",
        ),
        "piles = []\n"
        "for card in $a_values:\n"
        "    for pile in piles:\n"
        "        if pile[-1] >= card:\n"
        "            pile.append(card)\n"
        "            break\n"
        "    else:\n"
        "        piles.append([card])\n"
        "return piles",
        names=("piles", "deal"),
        level="medium",
    ),
    F(
        "fewest_covering",
        "a_pieces",
        "int",
        value(
            "the smallest number of intervals from $a_pieces that together cover everything from 0 to $K",
            "how few of the intervals (start, end) in $a_pieces are enough to cover the stretch from 0 to "
            "$K without a gap",
            edge="Intervals that touch leave no gap; if even all of them do not cover it, the result is -1.",
        ),
        "reached = 0\n"
        "used = 0\n"
        "while reached < $K:\n"
        "    best = max((end for start, end in $a_pieces if start <= reached), default=0)\n"
        "    if best <= reached:\n"
        "        return -1\n"
        "    reached = best\n"
        "    used += 1\n"
        "return used",
        {"K": (4, 12)},
        ("fewest_to_cover", "cover"),
        level="hard",
    ),
    F(
        "smallest_capacity",
        "a_loads a_trips",
        "int",
        value(
            "the smallest capacity with which a cart brings $a_loads away in at most $a_trips trips",
            "how much a cart must hold at least so that $a_trips trips are enough for all of $a_loads",
            edge="The loads are taken in order and none is split; the loads of one trip may not sum to more "
            "than the capacity.",
        ),
        "low, high = max($a_loads), sum($a_loads)\n"
        "while low < high:\n"
        "    middle = (low + high) // 2\n"
        "    used, left = 1, middle\n"
        "    for load in $a_loads:\n"
        "        if load > left:\n"
        "            used += 1\n"
        "            left = middle\n"
        "        left -= load\n"
        "    if used <= $a_trips:\n"
        "        high = middle\n"
        "    else:\n"
        "        low = middle + 1\n"
        "return low",
        names=("capacity", "smallest_cart"),
        level="hard",
    ),
)
