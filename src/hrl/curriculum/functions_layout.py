"""Families of single functions that cut, fill, reorder and number strings."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.problem import Family

F = Family
LAYOUT_FAMILIES: tuple[Family, ...] = (
    F(
        "truncate",
        "s",
        "str",
        (
            'Return $s if it has at most $K characters, else its first $K characters followed by "...".',
            *value(
                'the first $K characters of $s, followed by "..." if there are more',
                'the text $s with "..." in the place of all that comes after its first $K characters',
                edge="A text of at most $K characters stays as it is.",
            ),
            *change(
                'cut $s to $K characters, adding "..." if it was longer',
                'shorten $s, if it has more than $K characters, to its first $K followed by "..."',
            ),
        ),
        'return $s if len($s) <= $K else $s[:$K] + "..."',
        {"K": (2, 20)},
        ("truncate", "shorten"),
    ),
    F(
        "mask",
        "word",
        "str",
        value(
            "$word with a star in place of every character but the last $K",
            "a string as long as $word that shows its last $K characters and stars before them",
            edge="A word of at most $K characters stays as it is.",
        )
        + change(
            "replace all but the last $K characters of $word by stars",
            'mask $word so that every character but the last $K becomes "*"',
        ),
        'return "*" * (len($word) - $K) + $word[-$K:]',
        {"K": (1, 4)},
        ("mask",),
    ),
    F(
        "pad_left",
        "word",
        "str",
        value(
            "$word with as many zeros in front as it takes to have $K characters",
            '$word, filled up with "0" on the left until it is $K characters long',
            edge="A longer word stays as it is.",
        )
        + change(
            "pad $word with zeros on the left to $K characters",
            "fill $word up to width $K with leading zeros",
        ),
        "return $word.zfill($K)",
        {"K": (3, 12)},
        ("pad",),
    ),
    F(
        "repeat_text",
        "word k",
        "str",
        value(
            "$word repeated $k times with a dash between each two",
            'the string that $k copies of $word give when joined by "-"',
        )
        + change(
            "repeat $word $k times with dashes between",
            "join $k copies of $word with dashes",
        ),
        'return "-".join([$word] * $k)',
        names=("repeat",),
    ),
    F(
        "to_snake",
        "s",
        "str",
        value(
            "$s in snake case",
            "the snake-case name made of the words of $s",
            edge="That is lower case, with words joined by underscores.",
        )
        + change(
            "convert $s to snake case, with its words in lower case and underscores between them",
            "turn $s into a snake-case name, all in lower case with the words joined by underscores",
            "write the words of $s in lower case with one underscore between each two",
        ),
        'return "_".join($s.lower().split())',
        names=("to_snake", "slug"),
    ),
    F(
        "every_kth",
        "s",
        "str",
        value(
            "every $K-th character of $s, starting with the first",
            "the text made of the characters of $s at the indexes 0, $K, two times $K and so on",
        )
        + change(
            "take each $K-th character of $s, beginning with the first one",
            "go through $s in steps of $K characters from its start and join those that are met",
        ),
        "return $s[::$K]",
        {"K": (2, 6)},
        ("every",),
    ),
    F(
        "swap_ends",
        "word",
        "str",
        value(
            "$word with its first and last characters exchanged",
            "the text that has the last character of $word first, its first character last and the "
            "others unchanged",
            edge="A word of fewer than two characters stays as it is.",
        )
        + change(
            "swap the first and the last character of $word",
            "exchange the first and last letters of $word",
            edge="With fewer than two characters nothing changes.",
        ),
        "if len($word) < 2:\n    return $word\nreturn $word[-1] + $word[1:-1] + $word[0]",
        names=("swap_ends",),
    ),
    F(
        "digits_total",
        "s",
        "int",
        value(
            "the sum of all digits in $s",
            "the total of the digits that occur in the text $s",
            "the number that the digits among the characters of $s add up to",
            edge="Without digits it is 0.",
        )
        + change(
            "add up the digits that occur in the text $s",
            "sum all digits of the string $s, ignoring the characters that are no digits",
        ),
        "return sum(int(x) for x in $s if x.isdigit())",
        names=("digits_total",),
    ),
    F(
        "longest_of",
        "ws",
        "str",
        (
            "Find the longest string in $ws; the first one if there are several, empty text if "
            "there is none.",
            "Pick the longest of $ws, the first of several, or an empty string if the list is empty.",
            *value(
                "the longest of $ws",
                "the longest string in $ws",
                "the element of $ws with the most characters",
                edge="Of several the first counts; for an empty list it is an empty string.",
            ),
        ),
        'return max($ws, key=len, default="")',
        names=("longest",),
    ),
    F(
        "by_length",
        "ws",
        "list[str]",
        (
            "Sort $ws by length, shortest first.",
            *value(
                "$ws ordered by the length of the words",
                "a list of the words in $ws from the shortest to the longest",
                edge="Words of equal length keep their order.",
            ),
            *change(
                "sort $ws by length, shortest first, where words of equal length keep their order",
                "put the words of $ws in ascending order of length without reordering words of the same "
                "length",
            ),
        ),
        "return sorted($ws, key=len)",
        names=("by_length",),
    ),
    F(
        "swap_case",
        "s",
        "str",
        value(
            "$s with upper and lower case exchanged",
            "the text $s in which capital letters are small and small ones capital",
        )
        + change(
            "swap upper and lower case in $s",
            "make the small letters of $s capital and the capital ones small",
        ),
        "return $s.swapcase()",
        names=("swap_case",),
    ),
    F(
        "join_numbered",
        "ws",
        "list[str]",
        value(
            '$ws as numbered lines like "1. a"',
            "a list of the strings in $ws, each with its number, a dot and a space in front",
            edge="Counting starts at 1.",
        )
        + change(
            'number $ws from 1, so that "a" and "b" become "1. a" and "2. b"',
            "put the numbers 1, 2 and so on in front of the elements of $ws, each with a dot and a space",
        ),
        'return [f"{i}. {x}" for i, x in enumerate($ws, 1)]',
        names=("numbered",),
    ),
)
