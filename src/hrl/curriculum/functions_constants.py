"""Families of single functions that compute with a number and fixed ones."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, test, value
from hrl.curriculum.problem import Family

F = Family
CONSTANT_FAMILIES: tuple[Family, ...] = (
    F(
        "square",
        "z",
        "int",
        value(
            "the square of $z",
            "the product of $z with itself",
            "$z to the power of 2",
        )
        + change(
            "square $z",
            "multiply $z by itself",
        ),
        "return $z * $z",
        names=("square",),
    ),
    F(
        "plus",
        "z",
        "int",
        value(
            "$z plus $K",
            "the number that is $K more than $z",
            "the sum of $z and $K",
        )
        + change(
            "add $K to $z",
            "increase $z by $K",
        ),
        "return $z + $K",
        {"K": (1, 60)},
        ("shift", "plus"),
    ),
    F(
        "minus",
        "z",
        "int",
        value(
            "$z minus $K",
            "the number that is $K less than $z",
            "the difference that is left when $K is taken away from $z",
        )
        + change(
            "subtract $K from $z",
            "decrease $z by $K",
        ),
        "return $z - $K",
        {"K": (1, 60)},
        ("reduce", "minus"),
    ),
    F(
        "times",
        "z",
        "int",
        value(
            "$z times $K",
            "the product of $z and $K",
            "the result of multiplying $z by $K",
        )
        + change(
            "multiply $z by $K",
            "scale $z by a factor of $K",
        ),
        "return $z * $K",
        {"K": (2, 40)},
        ("times",),
    ),
    F(
        "absolute",
        "z",
        "int",
        value(
            "the absolute value of $z",
            "$z without its sign",
            "the distance of $z from zero",
        )
        + change(
            "make $z positive if it is negative",
            "drop the sign of $z",
        ),
        "return abs($z)",
        names=("absolute",),
    ),
    F(
        "is_even",
        "z",
        "bool",
        test(
            "$z is even",
            "$z is divisible by two",
            "halving $z leaves no remainder",
            "$z is not an odd number",
        ),
        "return $z % 2 == 0",
        names=("is_even",),
    ),
    F(
        "divisible",
        "z",
        "bool",
        test(
            "$z is divisible by $K",
            "$z is a multiple of $K",
            "$K divides $z without a remainder",
            "the remainder of $z modulo $K is 0",
        ),
        "return $z % $K == 0",
        {"K": (2, 20)},
        ("divisible",),
    ),
    F(
        "with_unit",
        "z",
        "str",
        value(
            '$z as text followed by " $U"',
            'the string of $z with " $U" behind it',
            'the text that has $z, a space and "$U"',
        )
        + change(
            'convert $z to a string, then add " $U" to its end',
            'write $z as text and append the unit "$U" after a space',
        ),
        'return str($z) + " $U"',
        {"U": ("points", "items", "meters", "euros", "pieces", "days", "liters", "seats")},
        ("with_unit",),
    ),
    F(
        "stars",
        "z",
        "str",
        value(
            "a string of $z stars",
            "the text that consists of $z asterisks and nothing else",
            edge="It is empty if $z is negative.",
        )
        + change(
            'repeat "*" $z times',
            "write $z stars in a row as one string, none if $z is negative",
        ),
        'return "*" * $z',
        names=("stars",),
    ),
)
