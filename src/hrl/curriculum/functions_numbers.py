"""Families of single functions about the digits, the size and the sequences of a number."""

from __future__ import annotations

from hrl.curriculum.functions_divisors import DIVISOR_FAMILIES
from hrl.curriculum.phrasing import change, test, value
from hrl.curriculum.problem import Family

F = Family
NUMBER_FAMILIES: tuple[Family, ...] = (
    F(
        "factorial",
        "n",
        "int",
        value(
            "the factorial of $n",
            "$n factorial",
            "the product of the numbers from 1 to $n",
            "the number of orders in which $n different things can be put",
        ),
        "total = 1\nfor i in range(2, $n + 1):\n    total *= i\nreturn total",
        names=("factorial",),
        kinds={"n": "k"},
    ),
    F(
        "fibonacci",
        "n",
        "int",
        (
            "Compute the Fibonacci number at index $n (index 0 is 0, index 1 is 1).",
            "Find entry $n of the Fibonacci sequence, counted from 0, which begins with 0 and 1.",
            *value(
                "the $n-th Fibonacci number, starting from 0 and 1",
                "the Fibonacci number at index $n",
                "entry $n of the Fibonacci sequence, in which each number is the sum of the two before it",
                edge="Counting starts at 0: index 0 is 0 and index 1 is 1.",
            ),
        ),
        "a, b = 0, 1\nfor _ in range($n):\n    a, b = b, a + b\nreturn a",
        names=("fibonacci", "fib"),
        level="medium",
    ),
    *DIVISOR_FAMILIES,
    F(
        "digit_sum",
        "big",
        "int",
        (
            "Add up the digits of $big.",
            *value(
                "the sum of the digits of $big",
                "the digit sum of $big",
                "the total of all decimal digits of $big",
            ),
        ),
        "return sum(int(x) for x in str($big))",
        names=("digit_sum", "sum_digits"),
    ),
    F(
        "count_digits",
        "big",
        "int",
        value(
            "the number of decimal digits of $big",
            "how many digits $big has",
            "the length of $big when it is written in decimal",
        )
        + change(
            "count the digits of $big",
            "count how many digits it takes to write $big",
        ),
        "return len(str($big))",
        names=("count_digits",),
    ),
    F(
        "reverse_digits",
        "big",
        "int",
        value(
            "$big with its digits reversed",
            "the number whose digits are those of $big read from right to left",
            edge="Zeros that come to stand in front are dropped.",
        )
        + change(
            "reverse the digits of $big",
            "turn the order of the digits of $big around, which gives a number again",
        ),
        "return int(str($big)[::-1])",
        names=("reverse_digits",),
    ),
    F(
        "digit_count_of",
        "big",
        "int",
        value(
            "the number of times the digit $K is in $big",
            "how often the digit $K occurs in $big",
            "the number of places in the decimal writing of $big where the digit is $K",
        )
        + change(
            "count how often the digit $K occurs in $big",
            "count the digits of $big that are equal to $K",
        ),
        "return str($big).count(str($K))",
        {"K": (0, 9)},
        ("count_digit",),
    ),
    F(
        "sum_to",
        "n",
        "int",
        value(
            "the sum of the numbers from 1 to $n",
            "the sum of the first $n positive integers",
            "the total of all whole numbers that are at least 1 and at most $n",
        )
        + change(
            "add up all integers from 1 to $n",
            "sum the whole numbers from 1 up to and including $n",
        ),
        "return sum(range(1, $n + 1))",
        names=("sum_to", "triangle"),
    ),
    F(
        "sum_multiples",
        "n",
        "int",
        value(
            "the sum of all multiples of $K below $n",
            "the total of those positive numbers less than $n that $K divides",
        )
        + change(
            "add up the positive numbers below $n that are divisible by $K",
            "sum the multiples of $K that are smaller than $n",
        ),
        "return sum(i for i in range($n) if i % $K == 0)",
        {"K": (2, 12)},
        ("sum_multiples",),
    ),
    F(
        "first_multiples",
        "n",
        "list[int]",
        value(
            "a list of the first $n multiples of $K, starting with $K",
            "the list of $K times 1, $K times 2 and so on up to $K times $n",
        )
        + change(
            "list the first $n multiples of $K, beginning with $K itself",
            "count up from $K in steps of $K until the list has $n numbers",
        ),
        "return [$K * i for i in range(1, $n + 1)]",
        {"K": (2, 15)},
        ("multiples",),
        {"n": "k"},
    ),
    F(
        "collatz",
        "n1",
        "int",
        (
            "Count the Collatz steps from $n1 down to 1.",
            "Count how many Collatz steps $n1 needs to reach 1 (halve if even, else triple and add 1).",
            "Apply the Collatz rule (halve an even number, triple an odd one and add 1) to $n1 "
            "until it is 1, and count the steps.",
            *value(
                "how many Collatz steps $n1 needs to reach 1",
                "the number of steps from $n1 to 1 in the Collatz sequence",
                "how often the Collatz rule has to be applied to $n1 until it is 1",
                edge="A step halves an even number and turns an odd one into three times itself plus 1.",
            ),
        ),
        "steps = 0\nwhile $n1 != 1:\n"
        "    $n1 = $n1 // 2 if $n1 % 2 == 0 else 3 * $n1 + 1\n    steps += 1\nreturn steps",
        names=("collatz", "collatz_steps"),
        level="medium",
    ),
    F(
        "clamp",
        "z",
        "int",
        (
            "Return $K if $z is below $K, $M if it is above $M, else $z.",
            *value(
                "$z limited to the range from $K to $M",
                "the number from $K to $M that is closest to $z",
            ),
            *change(
                "clamp $z between $K and $M",
                "raise $z to $K if it is smaller and lower it to $M if it is larger",
            ),
        ),
        "return max($K, min($z, $M))",
        {"K": (0, 9), "M": (10, 40)},
        ("clamp",),
    ),
    F(
        "sign",
        "z",
        "int",
        (
            "Return 1 if $z is positive, -1 if it is negative, else 0.",
            *value(
                "the sign of $z as 1, -1 or 0",
                "the signum of $z",
                "the number that tells the sign of $z",
                edge="Positive gives 1, negative gives -1 and zero gives 0.",
            ),
        ),
        "if $z > 0:\n    return 1\nif $z < 0:\n    return -1\nreturn 0",
        names=("sign",),
    ),
    F(
        "leap_year",
        "year",
        "bool",
        test(
            "$year is a leap year",
            "the year $year has 366 days",
            "February has 29 days in the year $year",
            "$year is a multiple of 4, where multiples of 100 count only if they are multiples of "
            "400 as well",
        ),
        "return $year % 4 == 0 and ($year % 100 != 0 or $year % 400 == 0)",
        names=("is_leap", "leap_year"),
    ),
    F(
        "max_of_three",
        "a b c",
        "int",
        value(
            "the largest of $a, $b and $c",
            "the maximum of the three numbers $a, $b and $c",
            "the one of $a, $b and $c that no other of them exceeds",
        ),
        "return max($a, $b, $c)",
        names=("largest", "max3"),
    ),
    F(
        "middle_of_three",
        "a b c",
        "int",
        value(
            "the middle one of $a, $b and $c by size",
            "the median of $a, $b and $c",
            "the number that stands in the middle when $a, $b and $c are sorted",
        ),
        "return sorted([$a, $b, $c])[1]",
        names=("middle",),
    ),
)
