"""Families of single functions over lists."""

from __future__ import annotations

from hrl.curriculum.functions_selection import SELECTION_FAMILIES
from hrl.curriculum.phrasing import change, value
from hrl.curriculum.problem import Family

F = Family
LIST_FAMILIES: tuple[Family, ...] = (
    F(
        "largest",
        "xs1",
        "int",
        value(
            "the largest number in $xs1",
            "the maximum of $xs1",
            "the number in $xs1 that no other number there exceeds",
        ),
        "return max($xs1)",
        names=("largest",),
    ),
    F(
        "total",
        "xs",
        "int",
        (
            "Return the sum of $xs.",
            *value(
                "the sum of the numbers in $xs",
                "the total of $xs",
                edge="For an empty list it is 0.",
            ),
            *change(
                "add up all numbers in $xs",
                "sum the elements of the list $xs",
            ),
        ),
        "return sum($xs)",
        names=("total",),
    ),
    F(
        "second_largest",
        "xs",
        "int | None",
        (
            "Find the second largest distinct value of $xs; None if there are fewer than two.",
            "Pick the second largest of the different numbers in $xs, or None if there is none.",
            *value(
                "the second largest different number in $xs",
                "the second largest distinct value of $xs",
                "the largest number in $xs that is smaller than its maximum",
                edge="If there is none, the result is None.",
            ),
        ),
        "out = sorted(set($xs))\nreturn out[-2] if len(out) > 1 else None",
        names=("second_largest",),
    ),
    F(
        "running_sums",
        "xs",
        "list[int]",
        (
            "Return the running sums of $xs.",
            *value(
                "the list of the running sums of $xs",
                "a list of the cumulative totals of $xs",
                "a list whose entry at each index is the sum of the numbers of $xs up to and including "
                "that index",
            ),
            *change(
                "replace each number of $xs by the sum of all numbers up to it, itself included",
                "list the running totals of $xs",
            ),
        ),
        "out = []\ntotal = 0\nfor x in $xs:\n    total += x\n    out.append(total)\nreturn out",
        names=("running_sums",),
    ),
    F(
        "differences",
        "xs",
        "list[int]",
        value(
            "a list of the differences between neighbours in $xs, each minus the one before it",
            "the list of steps from each number of $xs to the next, negative for a step down",
            edge="With fewer than two numbers it is empty.",
        )
        + change(
            "list how much each number of $xs grows over the one before it",
            "list the results of subtracting from each number of $xs but the first the one before it",
        ),
        "return [b - a for a, b in zip($xs, $xs[1:])]",
        names=("differences",),
    ),
    F(
        "rotate_left",
        "xs k",
        "list[int]",
        value(
            "$xs rotated to the left by $k places",
            "the list that $xs becomes when its first element is moved to the end $k times",
            edge="An empty list stays empty.",
        )
        + change(
            "rotate $xs to the left by $k places",
            "move the first element of $xs to the end, $k times in a row",
            edge="Nothing happens to an empty list.",
        ),
        "if not $xs:\n    return []\n$k = $k % len($xs)\nreturn $xs[$k:] + $xs[:$k]",
        names=("rotate",),
        level="medium",
    ),
    F(
        "chunks",
        "xs k",
        "list[list[int]]",
        value(
            "a list of consecutive pieces of $xs with $k elements each",
            "the list of lists that comes from cutting $xs after every $k elements",
            edge="The last piece may be shorter.",
        )
        + change(
            "split $xs into chunks of size $k",
            "cut $xs into lists of $k elements",
            edge="The last one may be shorter.",
        ),
        "return [$xs[i:i + $k] for i in range(0, len($xs), $k)]",
        names=("chunks",),
    ),
    F(
        "unique",
        "xs",
        "list[int]",
        (
            "Remove duplicates from $xs, keeping the first of each.",
            *value(
                "a list of the different numbers of $xs in their first order",
                "$xs without repeated numbers",
                edge="Of equal numbers the first stays.",
            ),
            *change(
                "remove each number from $xs that has already occurred before in it",
                "drop the duplicates in $xs but keep the first of each number",
            ),
        ),
        "return list(dict.fromkeys($xs))",
        names=("unique",),
    ),
    F(
        "flatten",
        "rows",
        "list[int]",
        value(
            "one list with the elements of all lists in $rows, in order",
            "the flat list of all numbers that stand in the lists of $rows, in their order",
        )
        + change(
            "flatten $rows into one list",
            "join all lists in $rows into a single list",
        ),
        "return [x for row in $rows for x in row]",
        names=("flatten",),
    ),
    F(
        "interleave",
        "xs ys",
        "list[int]",
        value(
            "a list that takes in turn from $xs and $ys until one of them ends",
            "the list of the first of $xs, the first of $ys, the second of $xs, the second of $ys and so on",
            edge="What the longer list has beyond the shorter one is left out.",
        )
        + change(
            "interleave $xs and $ys with one of each in turn, stopping with the shorter list",
            "take one element of $xs and one of $ys in turn, as long as both have one left",
        ),
        "return [x for pair in zip($xs, $ys) for x in pair]",
        names=("interleave",),
    ),
    F(
        "pairwise_sum",
        "xs ys",
        "list[int]",
        value(
            "a list of the sums of the numbers at the same places in $xs and $ys",
            "the list of the sums, index by index, of $xs and $ys",
            edge="It is as long as the shorter list.",
        )
        + change(
            "add $xs and $ys element by element",
            "add to each number of $xs the one at the same index of $ys",
            edge="The result ends with the shorter list.",
        ),
        "return [a + b for a, b in zip($xs, $ys)]",
        names=("add_lists",),
    ),
    F(
        "dot",
        "xs ys",
        "int",
        value(
            "the dot product of $xs and $ys",
            "the sum of the products of the numbers at the same places in $xs and $ys",
            edge="Numbers without a partner do not count.",
        )
        + change(
            "multiply $xs and $ys place by place, then add up the products",
            "multiply each number of $xs by the one at the same index of $ys, then sum these products",
            edge="What one list has beyond the end of the other is ignored.",
        ),
        "return sum(a * b for a, b in zip($xs, $ys))",
        names=("dot",),
    ),
    F(
        "positions",
        "xs x",
        "list[int]",
        value(
            "the list of all positions at which $x occurs in $xs",
            "an ascending list of the indexes of $xs where the number is $x",
            edge="Counting starts at 0.",
        )
        + change(
            "list the indexes of $x in $xs",
            "collect in a list every index at which $xs has the number $x",
            edge="The first index is 0.",
        ),
        "return [i for i, y in enumerate($xs) if y == $x]",
        names=("positions",),
    ),
    F(
        "count_of",
        "xs x",
        "int",
        value(
            "how often $x occurs in $xs",
            "the number of elements of $xs that equal $x",
        )
        + change(
            "count $x in $xs",
            "count the numbers in the list $xs that are equal to $x",
        ),
        "return $xs.count($x)",
        names=("count_of",),
    ),
    F(
        "without",
        "xs x",
        "list[int]",
        value(
            "$xs without every $x",
            "a list of those numbers of $xs that differ from $x, in order",
        )
        + change(
            "remove all occurrences of $x from $xs",
            "drop each number of $xs that equals $x",
        ),
        "return [y for y in $xs if y != $x]",
        names=("without",),
    ),
    *SELECTION_FAMILIES,
)
