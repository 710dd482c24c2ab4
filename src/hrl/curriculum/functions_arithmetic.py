"""Families of single functions that compute with one or two numbers, or write a number as text."""

from __future__ import annotations

from hrl.curriculum.functions_constants import CONSTANT_FAMILIES
from hrl.curriculum.phrasing import change, test, value
from hrl.curriculum.problem import Family

F = Family
ARITHMETIC_FAMILIES: tuple[Family, ...] = (
    F(
        "difference",
        "a b",
        "int",
        value(
            "the absolute difference of $a and $b",
            "how far apart $a and $b are",
            "the distance between $a and $b on the number line",
            "the larger of $a and $b minus the smaller",
        ),
        "return abs($a - $b)",
        names=("difference", "distance"),
    ),
    F(
        "add",
        "a b",
        "int",
        value(
            "the sum of $a and $b",
            "$a plus $b",
            "the total of the two numbers $a and $b",
        )
        + change(
            "add $a and $b",
            "add the number $b to the number $a",
        ),
        "return $a + $b",
        names=("add",),
    ),
    F(
        "linear",
        "z",
        "int",
        value(
            "$K times $z plus $M",
            "$z times $K, plus $M",
            "the number that is $M more than $K times $z",
        )
        + change(
            "multiply $z by $K, then add $M",
            "take $z $K times and add $M to that",
        ),
        "return $z * $K + $M",
        {"K": (2, 15), "M": (1, 40)},
        ("scale",),
    ),
    F(
        "power",
        "a1 k",
        "int",
        value(
            "$a1 to the power of $k",
            "the $k-th power of $a1",
            "the product of $k factors that are all $a1",
        )
        + change(
            "raise $a1 to the $k-th power",
            "multiply $k copies of $a1 with each other",
        ),
        "return $a1 ** $k",
        names=("power",),
    ),
    F(
        "is_power_of_two",
        "n",
        "bool",
        test(
            "$n is a power of two",
            "$n is one of the numbers 1, 2, 4, 8, 16 and so on, each twice the one before",
            "$n can be written as 2 to the power of some whole number that is 0 or more",
            edge="For 1 the answer is True.",
        ),
        "return $n > 0 and $n & ($n - 1) == 0",
        names=("is_power_of_two",),
    ),
    F(
        "is_perfect",
        "n1",
        "bool",
        test(
            "$n1 equals the sum of its proper divisors",
            "$n1 is a perfect number",
            "the positive divisors of $n1 that are smaller than $n1 add up to $n1",
        ),
        "return sum(i for i in range(1, $n1) if $n1 % i == 0) == $n1",
        names=("is_perfect",),
        level="medium",
    ),
    F(
        "to_binary",
        "n",
        "str",
        value(
            "$n as a binary string without a prefix",
            "the binary form of $n as a string of zeros and ones",
            edge='There are no leading zeros, and 0 gives "0".',
        )
        + change(
            "convert $n to binary text without a prefix",
            "write $n in base 2 as a string without leading zeros",
        ),
        "return bin($n)[2:]",
        names=("to_binary",),
    ),
    F(
        "fizzbuzz",
        "n1",
        "str",
        (
            'Return "Fizz" if $n1 is divisible by $K, "Buzz" if by $M, "FizzBuzz" if by both, '
            "else $n1 as text.",
            'Write $n1 as a string, but "Fizz" if $K divides it, "Buzz" if $M divides it and '
            '"FizzBuzz" if both do.',
            'Play fizzbuzz: "Fizz" for multiples of $K, "Buzz" for multiples of $M, both '
            'together "FizzBuzz", else $n1 as a string.',
            *value(
                'the fizzbuzz text for $n1, with "Fizz" for multiples of $K, "Buzz" for multiples of $M '
                'and "FizzBuzz" for multiples of both',
                'what a player says at $n1 in fizzbuzz, where numbers divisible by $K are called "Fizz", '
                'those divisible by $M "Buzz" and those divisible by both "FizzBuzz"',
                edge="Any other number is given as a string.",
            ),
        ),
        'out = ""\nif $n1 % $K == 0:\n    out += "Fizz"\n'
        'if $n1 % $M == 0:\n    out += "Buzz"\nreturn out or str($n1)',
        {"K": (2, 5), "M": (4, 9)},
        ("fizzbuzz",),
        level="medium",
    ),
    F(
        "countdown",
        "n",
        "list[int]",
        value(
            "a list of the numbers from $n down to 1",
            "the descending list of all whole numbers from $n to 1",
            edge="For 0 it is empty.",
        )
        + change(
            "count down from $n to 1 in a list",
            "list the numbers 1 to $n in descending order",
        ),
        "return list(range($n, 0, -1))",
        names=("countdown",),
    ),
    F(
        "round_down",
        "big",
        "int",
        value(
            "the largest multiple of $K that is not above $big",
            "$big minus its remainder modulo $K",
        )
        + change(
            "round $big down to a multiple of $K",
            "lower $big to the nearest multiple of $K that does not exceed it",
        ),
        "return $big // $K * $K",
        {"K": (2, 50)},
        ("round_down",),
    ),
    F(
        "minutes_text",
        "big",
        "str",
        value(
            '$big minutes as text like "2:05", with the hours, a colon and two digits for the minutes',
            'the "h:mm" text for a duration of $big minutes',
            edge='For example, 65 gives "1:05".',
        )
        + change(
            'convert $big minutes to "h:mm" text',
            'write a time of $big minutes as hours, a colon and minutes with two digits, like "2:05"',
        ),
        'return f"{$big // 60}:{$big % 60:02d}"',
        names=("clock",),
    ),
    *CONSTANT_FAMILIES,
)
