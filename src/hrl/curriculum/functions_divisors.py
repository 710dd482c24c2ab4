"""Families about primes, divisors and multiples."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, test, value
from hrl.curriculum.problem import Family

F = Family
DIVISOR_FAMILIES: tuple[Family, ...] = (
    F(
        "gcd",
        "a1 b1",
        "int",
        value(
            "the greatest common divisor of $a1 and $b1",
            "the largest number dividing both $a1 and $b1",
            "the biggest whole number by which both $a1 and $b1 can be divided without a remainder",
        ),
        "while $b1:\n    $a1, $b1 = $b1, $a1 % $b1\nreturn $a1",
        names=("gcd",),
        level="medium",
    ),
    F(
        "lcm",
        "a1 b1",
        "int",
        value(
            "the least common multiple of $a1 and $b1",
            "the smallest positive number that is a multiple of both $a1 and $b1",
            "the first number from 1 upwards that $a1 and $b1 both divide without a remainder",
        ),
        "out = $a1\nwhile out % $b1 != 0:\n    out += $a1\nreturn out",
        names=("lcm",),
        level="medium",
    ),
    F(
        "is_prime",
        "n",
        "bool",
        test(
            "$n is prime",
            "$n is a prime number",
            "$n is at least 2 and divisible only by 1 and itself",
            "$n has exactly two positive divisors",
        ),
        "if $n < 2:\n    return False\nreturn all($n % i != 0 for i in range(2, $n))",
        names=("is_prime", "prime"),
        level="medium",
    ),
    F(
        "primes_up_to",
        "n",
        "list[int]",
        value(
            "a list of all primes up to and including $n",
            "the list of the prime numbers not above $n",
            "a list of the primes that are at most $n",
            edge="The smallest comes first.",
        )
        + change(
            "list the prime numbers not above $n, smallest first",
            "collect all primes from 2 to $n, both included, in an ascending list",
        ),
        "return [i for i in range(2, $n + 1) if all(i % j != 0 for j in range(2, i))]",
        names=("primes",),
        level="medium",
    ),
    F(
        "divisors",
        "n1",
        "list[int]",
        value(
            "a list of all divisors of $n1 in ascending order",
            "the sorted list of the numbers that divide $n1 without a remainder",
        )
        + change(
            "list the numbers that divide $n1, smallest first",
            "collect all divisors of $n1 in a list, from 1 up to $n1 itself",
        ),
        "return [i for i in range(1, $n1 + 1) if $n1 % i == 0]",
        names=("divisors",),
    ),
    F(
        "count_divisors",
        "n1",
        "int",
        value(
            "the number of divisors of $n1",
            "how many divisors $n1 has",
            "how many of the numbers from 1 to $n1 divide $n1 without a remainder",
        )
        + change(
            "count the divisors of $n1",
            "count the whole numbers from 1 to $n1 that divide $n1",
        ),
        "return sum($n1 % i == 0 for i in range(1, $n1 + 1))",
        names=("count_divisors",),
    ),
)
