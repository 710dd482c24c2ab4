"""The four grammars of pipelines: numbers, words, characters, tables."""

from __future__ import annotations

from hrl.curriculum.pipelines import Grammar, Part

_PRODUCT = "total = 1\nfor x in out:\n    total *= x\nreturn total"

NUMBERS = Grammar(
    "numbers_pipeline",
    "xs",
    "$xs",
    "numbers",
    "int",
    (
        Part("even", ("the even numbers", "the numbers that are even"), "x % 2 == 0"),
        Part("odd", ("the odd numbers", "the numbers that are odd"), "x % 2 == 1"),
        Part("positive", ("the positive numbers", "the numbers greater than zero"), "x > 0"),
        Part("negative", ("the negative numbers", "the numbers below zero"), "x < 0"),
        Part("nonzero", ("the numbers that are not zero", "the nonzero numbers"), "x != 0"),
        Part("above", ("the numbers greater than $K", "the numbers above $K"), "x > $K"),
        Part("below", ("the numbers less than $K", "the numbers below $K"), "x < $K"),
        Part("least", ("the numbers that are at least $K", "the numbers of $K or more"), "x >= $K"),
        Part("most", ("the numbers that are at most $K", "the numbers of $K or less"), "x <= $K"),
        Part("multiple", ("the multiples of $K", "the numbers divisible by $K"), "x % $K == 0"),
        Part("not_multiple", ("the numbers not divisible by $K",), "x % $K != 0"),
        Part("not_equal", ("the numbers different from $K", "the numbers not equal to $K"), "x != $K"),
    ),
    (
        Part("double", ("double each of them", "double each one"), "x * 2"),
        Part("square", ("square each of them", "square each one"), "x * x"),
        Part("negate", ("negate each of them", "change the sign of each"), "-x"),
        Part("absolute", ("take the absolute value of each", "drop the sign of each"), "abs(x)"),
        Part("half", ("halve each of them (rounding down)", "halve each one rounding down"), "x // 2"),
        Part("add", ("add $M to each of them", "add $M to each", "increase each by $M"), "x + $M"),
        Part("subtract", ("subtract $M from each of them", "decrease each by $M"), "x - $M"),
        Part("times", ("multiply each of them by $M", "multiply each by $M"), "x * $M"),
        Part("modulo", ("take the remainder of each modulo $M", "take each modulo $M"), "x % $M"),
        Part("cap", ("cap each of them at $M", "limit each to at most $M"), "min(x, $M)"),
        Part("floor", ("raise each of them to at least $M",), "max(x, $M)"),
    ),
    (
        Part("sum", ("their sum", "the sum", "the total"), "return sum(out)", "int"),
        Part("product", ("their product", "the product"), _PRODUCT, "int"),
        Part("count", ("how many there are", "their count", "the number of them"), "return len(out)", "int"),
        Part("largest", ("the largest, or 0 if there is none",), "return max(out) if out else 0", "int"),
        Part("smallest", ("the smallest, or 0 if there is none",), "return min(out) if out else 0", "int"),
        Part("list", ("them as a list", "the list", "the resulting list"), "return out", "list[int]"),
        Part(
            "sorted", ("them sorted", "the sorted list", "them in order"), "return sorted(out)", "list[int]"
        ),
        Part(
            "descending",
            ("them from largest to smallest", "them in descending order"),
            "return sorted(out, reverse=True)",
            "list[int]",
        ),
        Part("reversed", ("them in reverse order", "the reversed list"), "return out[::-1]", "list[int]"),
        Part("distinct", ("how many different ones there are",), "return len(set(out))", "int"),
        Part(
            "last",
            ("the last one, or None if there is none",),
            "return out[-1] if out else None",
            "int | None",
        ),
        Part(
            "first",
            ("the first one, or None if there is none",),
            "return out[0] if out else None",
            "int | None",
        ),
    ),
)
WORDS_ = Grammar(
    "words_pipeline",
    "ws",
    "$ws",
    "words",
    "str",
    (
        Part(
            "longer",
            ("the words longer than $K letters", "the words with more than $K letters"),
            "len(x) > $K",
        ),
        Part("shorter", ("the words shorter than $K letters",), "len(x) < $K"),
        Part("length", ("the words with exactly $K letters", "the words of length $K"), "len(x) == $K"),
        Part("vowel", ("the words that start with a vowel",), 'x[0].lower() in "aeiou"'),
        Part("contains_a", ('the words that contain the letter "a"', "the words with an a"), '"a" in x'),
        Part("ends_e", ('the words that end with "e"', "the words ending in e"), 'x.endswith("e")'),
        Part("starts_s", ('the words that start with "s"', "the words starting with s"), 'x.startswith("s")'),
        Part("lower", ("the words in lower case", "the lower-case words"), "x.islower()"),
    ),
    (
        Part("upper", ("convert each to upper case", "make each upper case"), "x.upper()"),
        Part("lower", ("convert each to lower case", "make each lower case"), "x.lower()"),
        Part("title", ("capitalize each of them", "capitalize each one"), "x.capitalize()"),
        Part("reverse", ("reverse each of them", "reverse each one"), "x[::-1]"),
        Part("initial", ("take the first letter of each",), "x[0]"),
        Part("lengths", ("take the length of each", "replace each by its length"), "len(x)", "int"),
        Part("prefix", ("cut each to its first $M letters", "keep the first $M letters of each"), "x[:$M]"),
        Part("repeat", ("repeat each $M times",), "x * $M"),
    ),
    (
        Part("list", ("them as a list", "the list", "the resulting list"), "return out", "list[T]"),
        Part("sorted", ("them sorted", "the sorted list", "them in order"), "return sorted(out)", "list[T]"),
        Part("reversed", ("them in reverse order", "the reversed list"), "return out[::-1]", "list[T]"),
        Part("count", ("how many there are", "their count", "the number of them"), "return len(out)", "int"),
        Part("distinct", ("how many different ones there are",), "return len(set(out))", "int"),
        Part("joined", ("them joined by spaces", "them joined with a space"), 'return " ".join(out)', "!str"),
        Part("dashed", ("them joined with dashes", "them joined by dashes"), 'return "-".join(out)', "!str"),
        Part("commas", ("them joined with commas",), 'return ",".join(out)', "!str"),
        Part("together", ("them joined together", "them as one string"), 'return "".join(out)', "!str"),
        Part(
            "longest",
            ("the longest, or an empty string if there is none",),
            'return max(out, key=len) if out else ""',
            "!str",
        ),
    ),
    (2, 7),
)
CHARACTERS = Grammar(
    "characters_pipeline",
    "s",
    "$s",
    "characters",
    "str",
    (
        Part("vowels", ("the vowels", "the letters that are vowels"), 'x.lower() in "aeiou"'),
        Part("not_vowels", ("everything but the vowels",), 'x.lower() not in "aeiou"'),
        Part("letters", ("the letters", "only letters"), "x.isalpha()"),
        Part("digits", ("the digits", "only digits"), "x.isdigit()"),
        Part("no_spaces", ("everything but the spaces", "all but the spaces"), 'x != " "'),
        Part("upper", ("the upper-case letters", "the capital letters"), "x.isupper()"),
        Part("lower", ("the lower-case letters", "the small letters"), "x.islower()"),
    ),
    (
        Part("upper", ("convert each to upper case", "make each upper case"), "x.upper()"),
        Part("lower", ("convert each to lower case", "make each lower case"), "x.lower()"),
        Part("double", ("write each twice", "double each one"), "x * 2"),
        Part("repeat", ("repeat each $M times",), "x * $M"),
    ),
    (
        Part("together", ("them as one string", "them joined together"), 'return "".join(out)', "!str"),
        Part("dashed", ("them joined with dashes", "them joined by dashes"), 'return "-".join(out)', "!str"),
        Part("reversed", ("them reversed as one string",), 'return "".join(out[::-1])', "!str"),
        Part("list", ("them as a list", "the list", "the resulting list"), "return out", "list[T]"),
        Part("sorted", ("them sorted", "the sorted list"), "return sorted(out)", "list[T]"),
        Part("count", ("how many there are", "their count", "the number of them"), "return len(out)", "int"),
        Part("distinct", ("how many different ones there are",), "return len(set(out))", "int"),
    ),
    (2, 6),
)
TABLES = Grammar(
    "tables_pipeline",
    "d",
    "$d.items()",
    "entries",
    "tuple[str, int]",
    (
        Part(
            "above", ("the entries with a value above $K", "the entries whose value is above $K"), "x[1] > $K"
        ),
        Part(
            "below", ("the entries with a value below $K", "the entries whose value is below $K"), "x[1] < $K"
        ),
        Part("least", ("the entries with a value of at least $K",), "x[1] >= $K"),
        Part("positive", ("the entries with a positive value",), "x[1] > 0"),
        Part("even", ("the entries with an even value",), "x[1] % 2 == 0"),
        Part("long", ("the entries with a key longer than $K letters",), "len(x[0]) > $K"),
    ),
    (
        Part("double", ("double each value",), "(x[0], x[1] * 2)"),
        Part("add", ("add $M to each value",), "(x[0], x[1] + $M)"),
        Part("times", ("multiply each value by $M",), "(x[0], x[1] * $M)"),
        Part("upper", ("make each key upper case",), "(x[0].upper(), x[1])"),
    ),
    (
        Part("dict", ("them as a dictionary", "a new dictionary"), "return dict(out)", "dict[str, int]"),
        Part("keys", ("the list of keys", "their keys"), "return [x[0] for x in out]", "list[str]"),
        Part(
            "sorted", ("the sorted keys", "the keys sorted"), "return sorted(x[0] for x in out)", "list[str]"
        ),
        Part(
            "sum",
            ("the sum of the values", "the total of the values"),
            "return sum(x[1] for x in out)",
            "int",
        ),
        Part("count", ("how many there are", "their count"), "return len(out)", "int"),
    ),
)
GRAMMARS = (NUMBERS, WORDS_, CHARACTERS, TABLES)
