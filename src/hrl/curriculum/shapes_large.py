"""Shapes that call three to five functions."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.shape import Shape, steps

_FIRST = ("Apply `$A` to $X first, then ", "Apply `$A` to $X. Then ", "Call `$A` with $X and of its result ")
_PAIRED = (
    "First apply `$A` to $X, then `$B`; separately apply `$C` to $X, then `$D`. ",
    "Pass $X through `$A` and `$B`, and also through `$C` and `$D`. ",
    "Get one value with `$A` and `$B` of $X in this order, another with `$C` and `$D`. ",
)
LARGE_SHAPES: tuple[Shape, ...] = (
    Shape(
        "chain3",
        "S>M M>N N>T",
        "S>T",
        change(
            "apply `$A` to $X, then `$B`, then `$C`",
            "pass $X through `$A`, `$B` and `$C` in this order",
            "apply `$A`, `$B` and `$C` one after the other to $X",
        )
        + value("what `$C` gives after `$A` and then `$B` of $X", "`$C($B($A($x)))`"),
        "out = $A($x)\nout = $B(out)\nreturn $C(out)",
    ),
    Shape(
        "first_sum",
        "S>M M>int M>int",
        "S>int",
        change(
            "apply `$A` to $X and add `$B` and `$C` of the result",
            "call `$A` with $X and add what `$B` and `$C` give for its result",
        )
        + value(
            "the sum of `$B` and `$C` of what `$A` returns for $X",
            "`$B` plus `$C` of the result of `$A` of $X",
        )
        + steps(_FIRST, ("return `$B` plus `$C` of the result.", "return the sum of `$B` and `$C` of that.")),
        "out = $A($x)\nreturn $B(out) + $C(out)",
    ),
    Shape(
        "first_pair",
        "S>M M>T M>U",
        "S>(T,U)",
        change(
            "apply `$A` to $X and make a tuple of `$B` and `$C` of the result",
            "call `$A` with $X and put `$B` and `$C` of its result into a tuple",
        )
        + value(
            "a tuple of `$B` and `$C` of what `$A` returns for $X",
            "the pair of `$B` and `$C` of the result of `$A` of $X",
        )
        + steps(
            _FIRST,
            ("return a tuple of `$B` and `$C` of the result.", "return the pair of `$B` and `$C` of that."),
        ),
        "out = $A($x)\nreturn ($B(out), $C(out))",
    ),
    Shape(
        "sum3",
        "S>int S>int S>int",
        "S>int",
        change("add `$A`, `$B` and `$C` of $X", "add up what `$A`, `$B` and `$C` give for $X")
        + value("the sum of `$A`, `$B` and `$C` of $X", "`$A` plus `$B` plus `$C` of $X"),
        "return $A($x) + $B($x) + $C($x)",
    ),
    Shape(
        "triple",
        "S>T S>U S>V",
        "S>(T,U,V)",
        change(
            "put `$A`, `$B` and `$C` of $X into a tuple",
            "call `$A`, `$B` and `$C` with $X and make a tuple of the results",
        )
        + value("a tuple of `$A`, `$B` and `$C` of $X", "the triple of `$A($x)`, `$B($x)` and `$C($x)`"),
        "return ($A($x), $B($x), $C($x))",
    ),
    Shape(
        "either",
        "int>bool int>T int>T",
        "int>T",
        change(
            "apply `$B` to $X if `$A` of $X is True, otherwise `$C`",
            "use `$B` on $X when `$A` of $X is True, and `$C` when it is False",
        )
        + value(
            "`$B` of $X if `$A` of $X is True, otherwise `$C` of $X",
            "`$B($x)` where `$A($x)` is True, else `$C($x)`",
        ),
        "return $B($x) if $A($x) else $C($x)",
    ),
    Shape(
        "join",
        "S>int S>int [int]>T",
        "S>T",
        change(
            "put `$A` and `$B` of $X into a list, then apply `$C` to it",
            "call `$A` and `$B` with $X and `$C` with the list of both results",
        )
        + value(
            "`$C` of the list of `$A` and `$B` of $X", "what `$C` makes of a list of `$A($x)` and `$B($x)`"
        ),
        "out = [$A($x), $B($x)]\nreturn $C(out)",
    ),
    Shape(
        "each_chain",
        "e>r r>q [q]>T",
        "[e]>T",
        change(
            "apply `$A` and then `$B` to each item of $X, then `$C` to the list",
            "pass every item of $X through `$A` and `$B`, then give the list to `$C`",
        )
        + value(
            "`$C` of the list of `$B` of `$A` of each item of $X",
            "what `$C` gives for the list with every item of $X after `$A` and `$B`",
        ),
        "out = [$B($A(x)) for x in $x]\nreturn $C(out)",
    ),
    Shape(
        "chain4",
        "S>M M>N N>P P>T",
        "S>T",
        change(
            "apply `$A` to $X, then `$B`, then `$C`, then `$D`",
            "pass $X through `$A`, `$B`, `$C` and `$D` in this order",
        )
        + value("what `$D` gives after `$A`, `$B` and `$C` of $X in this order", "`$D($C($B($A($x))))`"),
        "out = $A($x)\nout = $B(out)\nout = $C(out)\nreturn $D(out)",
    ),
    Shape(
        "first_triple",
        "S>M M>T M>U M>V",
        "S>(T,U,V)",
        change(
            "apply `$A` to $X and make a tuple of `$B`, `$C` and `$D` of the result",
            "call `$A` with $X and put `$B`, `$C` and `$D` of its result into a tuple",
        )
        + value(
            "a tuple of `$B`, `$C` and `$D` of what `$A` returns for $X",
            "the triple of `$B`, `$C` and `$D` of the result of `$A` of $X",
        )
        + steps(
            _FIRST,
            (
                "return a tuple of `$B`, `$C` and `$D` of the result.",
                "return the triple of `$B`, `$C` and `$D` of that.",
            ),
        ),
        "out = $A($x)\nreturn ($B(out), $C(out), $D(out))",
    ),
    Shape(
        "first_join",
        "S>M M>int M>int [int]>T",
        "S>T",
        change(
            "apply `$A` to $X and call `$D` with the list of `$B` and `$C` of the result",
            "call `$A` with $X, put `$B` and `$C` of the result into a list and apply `$D` to it",
        )
        + value(
            "`$D` of the list of `$B` and `$C` of what `$A` returns for $X",
            "what `$D` makes of `$B` and `$C`, in a list, of the result of `$A` of $X",
        )
        + steps(_FIRST, ("return `$D` of the list of `$B` and `$C` of the result.",)),
        "out = $A($x)\nreturn $D([$B(out), $C(out)])",
    ),
    Shape(
        "two_chains",
        "S>M M>T S>N N>U",
        "S>(T,U)",
        value(
            "a tuple of `$B($A($x))` and `$D($C($x))`",
            "the pair of `$B` after `$A` of $X and `$D` after `$C` of $X",
        )
        + steps(_PAIRED, ("Return both values as a tuple.", "Return the pair of the two.")),
        "first = $B($A($x))\nsecond = $D($C($x))\nreturn (first, second)",
    ),
    Shape(
        "chains_sum",
        "S>M M>int S>N N>int",
        "S>int",
        value("the sum of `$B($A($x))` and `$D($C($x))`", "`$B` after `$A` of $X plus `$D` after `$C` of $X")
        + steps(_PAIRED, ("Return the sum of both values.", "Return the sum of the two.")),
        "first = $B($A($x))\nsecond = $D($C($x))\nreturn first + second",
    ),
    Shape(
        "chain5",
        "S>M M>N N>P P>Q Q>T",
        "S>T",
        change(
            "apply `$A` to $X, then `$B`, then `$C`, then `$D`, then `$E`",
            "pass $X through `$A`, `$B`, `$C`, `$D` and `$E` in this order",
        )
        + value(
            "what `$E` gives after `$A`, `$B`, `$C` and `$D` of $X in this order", "`$E($D($C($B($A($x)))))`"
        ),
        "out = $A($x)\nout = $B(out)\nout = $C(out)\nout = $D(out)\nreturn $E(out)",
    ),
    Shape(
        "first_join3",
        "S>M M>int M>int M>int [int]>T",
        "S>T",
        change(
            "apply `$A` to $X and call `$E` with the list of `$B`, `$C` and `$D` of the result",
            "call `$A` with $X, put `$B`, `$C` and `$D` of the result into a list and apply `$E` to it",
        )
        + value(
            "`$E` of the list of `$B`, `$C` and `$D` of what `$A` returns for $X",
            "what `$E` makes of `$B`, `$C` and `$D`, in a list, of the result of `$A` of $X",
        )
        + steps(_FIRST, ("return `$E` of the list of `$B`, `$C` and `$D` of the result.",)),
        "out = $A($x)\nreturn $E([$B(out), $C(out), $D(out)])",
    ),
    Shape(
        "chain_triple",
        "S>M M>N N>T N>U N>V",
        "S>(T,U,V)",
        change(
            "apply `$A` to $X, then `$B`, and make a tuple of `$C`, `$D` and `$E` of the result",
            "pass $X through `$A` and `$B` and put `$C`, `$D` and `$E` of the result into a tuple",
        )
        + value(
            "a tuple of `$C`, `$D` and `$E` of `$B($A($x))`",
            "the triple of `$C`, `$D` and `$E` of what `$B` gives after `$A` of $X",
        ),
        "out = $B($A($x))\nreturn ($C(out), $D(out), $E(out))",
    ),
    Shape(
        "chains_join",
        "S>M M>int S>N N>int [int]>T",
        "S>T",
        value(
            "`$E` of the list of `$B($A($x))` and `$D($C($x))`",
            "what `$E` makes of a list of `$B` after `$A` of $X and `$D` after `$C` of $X",
        )
        + steps(
            _PAIRED,
            ("Return `$E` of the list of both values.", "Put the two into a list and return `$E` of it."),
        ),
        "first = $B($A($x))\nsecond = $D($C($x))\nreturn $E([first, second])",
    ),
)
