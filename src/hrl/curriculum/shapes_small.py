"""Shapes that call one or two functions."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.shape import Shape

SMALL_SHAPES: tuple[Shape, ...] = (
    Shape(
        "each",
        "e>r",
        "[e]>[r]",
        change(
            "apply `$A` to each item of $X and collect the results in a list",
            "call `$A` with every item of $X and put what it gives into a list",
        )
        + value("the list of what `$A` gives for every item of $X", "a list of `$A` of each item of $X"),
        "return [$A(x) for x in $x]",
    ),
    Shape(
        "each_sum",
        "e>int",
        "[e]>int",
        change(
            "add up what `$A` returns for each item of $X",
            "apply `$A` to each item of $X and add the results",
        )
        + value("the sum of `$A` over all items of $X", "the total of what `$A` gives for every item of $X"),
        "return sum($A(x) for x in $x)",
    ),
    Shape(
        "keep",
        "int>bool",
        "[int]>[int]",
        change("keep the items of $X for which `$A` is True", "drop the items of $X for which `$A` is False")
        + value("the items of $X for which `$A` returns True", "a list of the items of $X that pass `$A`"),
        "return [x for x in $x if $A(x)]",
    ),
    Shape(
        "count",
        "int>bool",
        "[int]>int",
        change("count the items of $X for which `$A` is True", "count how many items of $X pass `$A`")
        + value("how many items of $X pass `$A`", "the number of items of $X for which `$A` returns True"),
        "return sum(1 for x in $x if $A(x))",
    ),
    Shape(
        "twice",
        "S>S",
        "S>S",
        change("apply `$A` to $X twice", "apply `$A` to $X and then once more to its result")
        + value("what comes out of $X after two calls of `$A`", "`$A($A($x))`"),
        "return $A($A($x))",
    ),
    Shape(
        "beside",
        "S>T",
        "S>(S,T)",
        value("a tuple of $X and `$A` of $X", "the pair of $X itself and what `$A` makes of it"),
        "return ($x, $A($x))",
    ),
    Shape(
        "sort_by",
        "e>int",
        "[e]>[e]",
        change(
            "sort $X by what `$A` returns",
            "put the items of $X in the order of what `$A` gives, smallest first",
        )
        + value("the items of $X sorted by `$A`", "a list of the items of $X in ascending order of `$A`"),
        "return sorted($x, key=$A)",
    ),
    Shape(
        "chain2",
        "S>M M>T",
        "S>T",
        change(
            "apply `$A` to $X, then `$B`",
            "pass $X through `$A` and then through `$B`",
            "call `$A` with $X and `$B` with what it returns",
        )
        + value("`$B($A($x))`", "what `$B` gives for the result of `$A` of $X"),
        "out = $A($x)\nreturn $B(out)",
    ),
    Shape(
        "sum",
        "S>int S>int",
        "S>int",
        change("add `$A` of $X and `$B` of $X", "add `$A($x)` and `$B($x)`")
        + value("the sum of `$A` and `$B` of $X", "`$A` plus `$B` of $X", "`$A($x) + $B($x)`"),
        "return $A($x) + $B($x)",
    ),
    Shape(
        "minus",
        "S>int S>int",
        "S>int",
        change("subtract `$B($x)` from `$A($x)`", "take `$B` of $X away from `$A` of $X")
        + value("`$A` minus `$B` of $X", "`$A($x)` minus `$B($x)`"),
        "return $A($x) - $B($x)",
    ),
    Shape(
        "larger",
        "S>int S>int",
        "S>int",
        change(
            "call `$A` and `$B` with $X and keep the larger result",
            "apply `$A` and `$B` to $X and choose the larger value",
        )
        + value("the larger one of `$A` and `$B` of $X", "the maximum of `$A($x)` and `$B($x)`"),
        "return max($A($x), $B($x))",
    ),
    Shape(
        "pair",
        "S>T S>U",
        "S>(T,U)",
        change(
            "put `$A` and `$B` of $X into a tuple",
            "call `$A` and `$B` with $X and make a tuple of both results",
        )
        + value("a tuple of `$A` and `$B` of $X", "the pair of `$A($x)` and `$B($x)`"),
        "return ($A($x), $B($x))",
    ),
    Shape(
        "two_list",
        "S>int S>int",
        "S>[int]",
        change(
            "put `$A` and `$B` of $X into a list",
            "call `$A` and `$B` with $X and make a list of both results",
        )
        + value("a list of `$A` and `$B` of $X", "the list with `$A($x)` and then `$B($x)`"),
        "return [$A($x), $B($x)]",
    ),
    Shape(
        "each_then",
        "e>r [r]>T",
        "[e]>T",
        change(
            "apply `$A` to each item of $X, then `$B` to the list",
            "call `$A` for every item of $X and `$B` with the list of the results",
        )
        + value(
            "`$B` of the list of what `$A` gives for each item of $X",
            "what `$B` makes of the list with `$A` of every item of $X",
        ),
        "out = [$A(x) for x in $x]\nreturn $B(out)",
    ),
    Shape(
        "then_each",
        "S>[e] e>r",
        "S>[r]",
        change(
            "apply `$A` to $X, then `$B` to each item of the result",
            "call `$A` with $X and `$B` with every item of what it returns",
        )
        + value(
            "the list of `$B` of each item of what `$A` gives for $X",
            "a list with `$B` of every item of `$A($x)`",
        ),
        "return [$B(x) for x in $A($x)]",
    ),
    Shape(
        "keep_then",
        "int>bool [int]>T",
        "[int]>T",
        change(
            "keep the items of $X for which `$A` is True, then apply `$B` to them",
            "choose the items of $X that pass `$A` and call `$B` with the list of them",
        )
        + value(
            "`$B` of the list of those items of $X for which `$A` is True",
            "what `$B` gives for the items of $X that pass `$A`",
        ),
        "out = [x for x in $x if $A(x)]\nreturn $B(out)",
    ),
    Shape(
        "choose",
        "int>bool int>int",
        "int>int",
        change(
            "change $X with `$B` if `$A` of $X is True, and keep it as it is otherwise",
            "apply `$B` to $X when `$A` of $X is True, and leave it alone when not",
        )
        + value(
            "`$B` of $X if `$A` of $X is True, otherwise $X",
            "`$B($x)` where `$A($x)` is True, and $X where it is False",
        ),
        "return $B($x) if $A($x) else $x",
    ),
)
