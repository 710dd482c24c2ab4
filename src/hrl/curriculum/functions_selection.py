"""Families of single functions that pick numbers from lists, merge lists or measure them."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, test, value
from hrl.curriculum.problem import Family

F = Family
SELECTION_FAMILIES: tuple[Family, ...] = (
    F(
        "is_sorted",
        "xs",
        "bool",
        test(
            "$xs is sorted in ascending order",
            "no number in $xs is below the one before",
            "sorting $xs from small to large would not change it",
            "each number in $xs is at least as large as the one before it",
            edge="Equal neighbours are allowed.",
        ),
        "return $xs == sorted($xs)",
        names=("is_sorted",),
        kinds={"xs": "sorted"},
    ),
    F(
        "median",
        "xs1",
        "int",
        (
            "Find the upper median of $xs1.",
            "Sort $xs1 and take the element in the middle (the upper one).",
            *value(
                "the upper median of $xs1",
                "the middle element of $xs1 once it is sorted",
                "the number in the middle of the sorted list of $xs1",
                edge="With an even count it is the larger one of the two in the middle.",
            ),
        ),
        "return sorted($xs1)[len($xs1) // 2]",
        names=("median",),
    ),
    F(
        "most_common",
        "xs1",
        "int",
        (
            "Find the number that occurs most often in $xs1, the earliest on a tie.",
            "Pick the most frequent number in $xs1; the first one if several are.",
            *value(
                "the most frequent number in $xs1",
                "the number that occurs most often in $xs1",
                "the mode of $xs1",
                edge="If several are equally frequent, it is the one that comes first in the list.",
            ),
        ),
        "return max($xs1, key=$xs1.count)",
        names=("most_common",),
    ),
    F(
        "common",
        "xs ys",
        "list[int]",
        value(
            "a sorted list of the numbers that are in both $xs and $ys",
            "the intersection of $xs and $ys as an ascending list",
            edge="Each number stands in it once.",
        )
        + change(
            "list in ascending order and without repetitions what $xs and $ys share",
            "sort the different numbers of $xs that are also in $ys",
        ),
        "return sorted(set($xs) & set($ys))",
        names=("common",),
    ),
    F(
        "union",
        "xs ys",
        "list[int]",
        value(
            "a sorted list of the numbers that are in $xs or $ys",
            "the union of $xs and $ys as an ascending list",
            edge="Each number stands in it once.",
        )
        + change(
            "merge $xs and $ys into one sorted list without duplicates",
            "list each number that $xs or $ys has once, from the smallest to the largest",
        ),
        "return sorted(set($xs) | set($ys))",
        names=("union",),
    ),
    F(
        "move_zeros",
        "xs",
        "list[int]",
        value(
            "$xs with its zeros last and the rest in order",
            "a list that has the numbers of $xs other than 0 in their order, then all its zeros",
        )
        + change(
            "move all zeros of $xs to the end",
            "put the zeros of $xs behind the other numbers",
            edge="The others keep their order.",
        ),
        "out = [x for x in $xs if x != 0]\nreturn out + [0] * (len($xs) - len(out))",
        names=("move_zeros",),
    ),
    F(
        "max_window",
        "xs k",
        "int",
        value(
            "the largest sum of $k neighbours in $xs",
            "the greatest total of a window of $k consecutive numbers of $xs",
            "the maximum, over all places where $k numbers of $xs stand in a row, of the sum of these",
            edge="If the list is too short for that, it is 0.",
        ),
        "return max((sum($xs[i:i + $k]) for i in range(len($xs) - $k + 1)), default=0)",
        names=("max_window",),
        level="medium",
    ),
    F(
        "every_nth",
        "xs",
        "list[int]",
        value(
            "a list of every $K-th element of $xs, starting with the first",
            "the list of the numbers at the indexes of $xs that are multiples of $K, index 0 included",
        )
        + change(
            "take each $K-th number of $xs, beginning with the first one",
            "go through $xs from its start in steps of $K and list the numbers that are met",
        ),
        "return $xs[::$K]",
        {"K": (2, 9)},
        ("every_nth",),
    ),
    F(
        "last_n",
        "xs",
        "list[int]",
        value(
            "the list of the last $K elements of $xs",
            "the end of $xs that is $K elements long",
            edge="A list that has fewer stays whole.",
        )
        + change(
            "take the final $K numbers of $xs, or all if there are fewer",
            "keep only the last $K elements of the list $xs",
        ),
        "return $xs[-$K:]",
        {"K": (1, 9)},
        ("tail",),
    ),
    F(
        "top_n",
        "xs",
        "list[int]",
        value(
            "a list of the $K largest numbers of $xs, largest first",
            "the descending list of the top $K numbers of $xs",
            edge="If there are fewer numbers, it has all of them.",
        )
        + change(
            "take the top $K of $xs in descending order",
            "sort $xs from large to small and keep the first $K numbers",
        ),
        "return sorted($xs, reverse=True)[:$K]",
        {"K": (1, 9)},
        ("top",),
    ),
    F(
        "spread",
        "xs1",
        "int",
        value(
            "the largest minus the smallest number of $xs1",
            "the range of $xs1 (maximum minus minimum)",
            "the distance between the minimum and the maximum of $xs1",
        ),
        "return max($xs1) - min($xs1)",
        names=("spread",),
    ),
    F(
        "average",
        "xs",
        "int",
        (
            "Return the average of $xs rounded down, or 0 for an empty list.",
            "Find the average of $xs rounded down, 0 if the list is empty.",
            "Compute the mean of $xs as a whole number (rounded down); 0 if it is empty.",
            *value(
                "the average of $xs rounded down",
                "the mean of $xs as a whole number, rounded down",
                "the sum of $xs divided by its length, rounded down",
                edge="For an empty list it is 0.",
            ),
        ),
        "return sum($xs) // len($xs) if $xs else 0",
        names=("average",),
    ),
)
