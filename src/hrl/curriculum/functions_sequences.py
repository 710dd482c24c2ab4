"""Families about numbers as digits, coefficients, fractions and sequences of runs."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.problem import Family

F = Family
SEQUENCE_FAMILIES: tuple[Family, ...] = (
    F(
        "synthetic_division",
        "a_poly",
        "list[int]",
        change(
            "divide the polynomial with the coefficients $a_poly, highest power first, by x - $K, and list "
            "the coefficients of the quotient, highest power first, followed by the remainder",
            "write down the bottom row of the Horner scheme of $a_poly, the coefficients of a polynomial "
            "from the highest power down, at x = $K: the quotient by x - $K and then the remainder",
        ),
        "out = []\n"
        "carry = 0\n"
        "for factor in $a_poly:\n"
        "    carry = carry * $K + factor\n"
        "    out.append(carry)\n"
        "return out",
        {"K": (1, 12)},
        ("horner", "divide_polynomial"),
    ),
    F(
        "digit_product_steps",
        "a_seconds",
        "int",
        value(
            "how often $a_seconds must be replaced by the product of its digits until one digit is left",
            "the multiplicative persistence of $a_seconds: the number of times one has to multiply its "
            "digits, and those of the product, until the number has one digit",
            edge="For a number below 10 it is 0.",
        ),
        "steps = 0\n"
        "while $a_seconds > 9:\n"
        "    product = 1\n"
        "    for digit in str($a_seconds):\n"
        "        product *= int(digit)\n"
        "    $a_seconds = product\n"
        "    steps += 1\n"
        "return steps",
        names=("persistence", "digit_product_steps"),
    ),
    F(
        "modular_inverse",
        "a_whole",
        "int | None",
        value(
            "the smallest positive number that, multiplied by $a_whole, leaves the remainder 1 when "
            "divided by $K",
            "the inverse of $a_whole modulo $K as a positive number below $K",
            edge="If there is no such number, the result is None.",
        ),
        "return next((i for i in range(1, $K) if $a_whole * i % $K == 1), None)",
        {"K": (4, 40)},
        ("modular_inverse", "inverse"),
    ),
    F(
        "multiply_polynomials",
        "a_poly a_poly2",
        "list[int]",
        value(
            "the coefficients of the product of the polynomials with the coefficients $a_poly and "
            "$a_poly2, constants first in all three",
            "the product of two polynomials as a list of coefficients, lowest power first, as in $a_poly "
            "and $a_poly2",
            edge="Zeros at the end of the result stay: its length is the two lengths added, minus 1.",
        ),
        "out = [0] * (len($a_poly) + len($a_poly2) - 1)\n"
        "for i, x in enumerate($a_poly):\n"
        "    for j, y in enumerate($a_poly2):\n"
        "        out[i + j] += x * y\n"
        "return out",
        names=("multiply_polynomials", "poly_product"),
        level="medium",
    ),
    F(
        "look_and_say",
        "a_whole a_steps",
        "str",
        value(
            "the digits of $a_whole, as text, after $a_steps look-and-say steps, each of which replaces "
            "every run of equal digits by its length and the digit",
            "the text that comes from the digits of $a_whole by reading them aloud $a_steps times: a run "
            "of equal digits becomes how many they are, followed by the digit",
            edge="With 0 steps it is the number as text.",
        ),
        "text = str($a_whole)\n"
        "for _ in range($a_steps):\n"
        "    runs = []\n"
        "    for digit in text:\n"
        "        if runs and runs[-1][0] == digit:\n"
        "            runs[-1] += digit\n"
        "        else:\n"
        "            runs.append(digit)\n"
        '    text = "".join(str(len(run)) + run[0] for run in runs)\n'
        "return text",
        names=("look_and_say", "say_digits"),
        level="medium",
    ),
    F(
        "continued_fraction",
        "a_top a_below",
        "list[int]",
        value(
            "the continued fraction of $a_top divided by $a_below, as the list of its whole numbers",
            "the list of the quotients, rounded down, that the Euclidean algorithm makes of $a_top and "
            "$a_below, starting with $a_top divided by $a_below and ending when the remainder is 0",
        ),
        "out = []\n"
        "while $a_below:\n"
        "    out.append($a_top // $a_below)\n"
        "    $a_top, $a_below = $a_below, $a_top % $a_below\n"
        "return out",
        names=("continued_fraction", "quotients"),
        level="medium",
    ),
    F(
        "mixed_radix",
        "a_seconds a_radices",
        "list[int]",
        value(
            "the digits of $a_seconds in the mixed radix $a_radices, lowest digit first: each radix in turn "
            "gives the remainder of a division by it, and what is left is divided by the next",
            "a list with the remainder of $a_seconds divided by the first number in $a_radices, the "
            "remainder of the whole quotient divided by the next one, and so on",
            edge="The quotient that is left after the last radix is the last element.",
        ),
        "out = []\n"
        "for radix in $a_radices:\n"
        "    out.append($a_seconds % radix)\n"
        "    $a_seconds //= radix\n"
        "return [*out, $a_seconds]",
        names=("mixed_radix", "to_units"),
        level="medium",
    ),
    F(
        "balanced_ternary",
        "a_integer",
        "list[int]",
        value(
            "the digits -1, 0 and 1 of $a_integer in balanced ternary, highest first",
            "the list of digits, each -1, 0 or 1 and the highest first, whose sum with the powers of 3 as "
            "weights is $a_integer",
            edge="The first digit is not 0, and for 0 the list is empty.",
        ),
        "out = []\n"
        "while $a_integer != 0:\n"
        "    digit = $a_integer % 3\n"
        "    if digit == 2:\n"
        "        digit = -1\n"
        "    out.append(digit)\n"
        "    $a_integer = ($a_integer - digit) // 3\n"
        "return out[::-1]",
        names=("balanced_ternary", "to_ternary"),
        level="hard",
    ),
    F(
        "kolakoski",
        "a_terms",
        "list[int]",
        value(
            "the first $a_terms terms of the sequence of ones and twos that starts 1, 2, 2 and whose own "
            "terms are the lengths of its runs of equal terms",
            "the first $a_terms terms of the Kolakoski sequence 1, 2, 2, 1, 1, 2, 1, 2, 2, ..., which "
            "describes the lengths of its own runs",
            edge="For 0 the list is empty.",
        ),
        "out = [1, 2, 2]\n"
        "place = 2\n"
        "while len(out) < $a_terms:\n"
        "    out += [3 - out[-1]] * out[place]\n"
        "    place += 1\n"
        "return out[:$a_terms]",
        names=("kolakoski", "self_describing"),
        level="hard",
    ),
)
