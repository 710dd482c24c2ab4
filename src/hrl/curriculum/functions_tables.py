"""Families of single functions over nested lists and dictionaries."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.problem import Family

F = Family
TABLE_FAMILIES: tuple[Family, ...] = (
    F(
        "transpose",
        "matrix",
        "list[list[int]]",
        value(
            "the transpose of $matrix",
            "the matrix whose rows are the columns of $matrix",
            "the list that holds each column of $matrix as a list",
        )
        + change(
            "transpose $matrix",
            "swap the rows and columns of $matrix",
        ),
        "return [list(x) for x in zip(*$matrix)]",
        names=("transpose",),
    ),
    F(
        "row_sums",
        "rows",
        "list[int]",
        value(
            "a list of the sums of the lists in $rows",
            "the list that has, for every row of $rows, the total of its numbers",
        )
        + change(
            "list the total of every row of $rows",
            "replace each list in $rows by the sum of its numbers",
        ),
        "return [sum(row) for row in $rows]",
        names=("row_sums",),
    ),
    F(
        "frequencies",
        "ws",
        "dict[str, int]",
        (
            "Count how often each word occurs in $ws, as a dictionary.",
            *value(
                "a dictionary that maps each word of $ws to how often it occurs",
                "the dictionary of the different strings in $ws with their frequencies as values",
            ),
            *change(
                "count each word of $ws in a dictionary with the words as keys",
                "make a dictionary that tells for each different word of $ws how many times it is there",
            ),
        ),
        "out = {}\nfor x in $ws:\n    out[x] = out.get(x, 0) + 1\nreturn out",
        names=("frequencies",),
    ),
    F(
        "letter_frequencies",
        "s",
        "dict[str, int]",
        (
            "Count how often each character occurs in $s, as a dictionary.",
            *value(
                "a dictionary from each character of $s to its count",
                "the dictionary that maps every different character of the text $s to the number of its "
                "occurrences",
            ),
            *change(
                "count every character of $s in a dictionary with the characters as keys",
                "build a dictionary that says for each character in the string $s how many times it is there",
            ),
        ),
        "out = {}\nfor x in $s:\n    out[x] = out.get(x, 0) + 1\nreturn out",
        names=("letter_counts",),
    ),
    F(
        "invert",
        "d",
        "dict[int, str]",
        value(
            "a dictionary from the values of $d to its keys",
            "the dictionary in which keys and values of $d have changed places",
            edge="For a value that occurs more than once the last of its keys counts.",
        )
        + change(
            "swap the keys and values of $d, where the last key with a value counts",
            "turn the dictionary $d around into one that maps each value to the last key that has it",
        ),
        "return {y: x for x, y in $d.items()}",
        names=("invert",),
    ),
    F(
        "group_by_length",
        "ws",
        "dict[int, list[str]]",
        value(
            "a dictionary from each length to the list of the words of $ws that have it",
            "a dictionary in which the words of $ws are lists by their number of letters",
            edge="Words keep their order.",
        )
        + change(
            "group $ws by their length in a dictionary",
            "put the words of $ws in lists by length, in a dictionary with the lengths as keys",
        ),
        "out = {}\nfor x in $ws:\n    out.setdefault(len(x), []).append(x)\nreturn out",
        names=("group_by_length",),
        level="medium",
    ),
    F(
        "group_by_initial",
        "ws",
        "dict[str, list[str]]",
        value(
            "a dictionary from each first letter to the list of the words of $ws that begin with it",
            "a dictionary with the initials of the words in $ws as keys and lists of the words as values",
            edge="Capital and small letters are different, and words keep their order.",
        )
        + change(
            "group $ws by their first letter in a dictionary of lists",
            "put the words of $ws in lists by their initial, in a dictionary with the initials as keys",
            edge="Upper and lower case differ; in each list the words stay in order.",
        ),
        "out = {}\nfor x in $ws:\n    out.setdefault(x[0], []).append(x)\nreturn out",
        names=("group_by_initial",),
        level="medium",
    ),
    F(
        "merge_add",
        "d e",
        "dict[str, int]",
        value(
            "the sum of the dictionaries $d and $e, key by key",
            "a dictionary with the keys of both $d and $e, in which each value is the total of what "
            "the two have for the key",
            edge="A key that only one of them has keeps its value.",
        )
        + change(
            "merge $d and $e, adding the values of common keys",
            "add the numbers of the dictionary $e to those of $d with the same key, in a new dictionary",
            edge="Keys of only one of them stay as they are.",
        ),
        "out = dict($d)\nfor x in $e:\n    out[x] = out.get(x, 0) + $e[x]\nreturn out",
        names=("merge_counts",),
        level="medium",
    ),
    F(
        "best_key",
        "d1",
        "str",
        (
            "Find the key of $d1 with the largest value, the first one on a tie.",
            "Pick the key whose value in $d1 is the highest; the first one if there are several.",
            *value(
                "the key of $d1 with the largest value",
                "the key whose value in $d1 is the highest",
                "that name in the dictionary $d1 which has the greatest number",
                edge="On a tie it is the first of them.",
            ),
        ),
        "return max($d1, key=$d1.get)",
        names=("best",),
    ),
    F(
        "keys_by_value",
        "d",
        "list[str]",
        value(
            "a list of the keys of $d sorted by their value, smallest first",
            "the list of the keys of $d from the one with the lowest value to the one with the highest",
            edge="With equal values they keep their order.",
        )
        + change(
            "list the keys of $d in ascending order of value, where keys of the same value keep their order",
            "sort the keys of $d by the numbers that they have there, from small to large, by a stable sort",
        ),
        "return sorted($d, key=$d.get)",
        names=("ranking",),
    ),
    F(
        "value_total",
        "d",
        "int",
        value(
            "the sum of the values of $d",
            "the total of all numbers that $d has as values",
        )
        + change(
            "add up all values in the dictionary $d",
            "sum the values of $d over all its keys",
        ),
        "return sum($d.values())",
        names=("value_total",),
    ),
    F(
        "lookup",
        "d key",
        "int",
        value(
            "the value of $key in $d, or $K if it is missing",
            "the number that $d has for $key, with $K as the default",
        )
        + change(
            "look up $key in $d with $K as the default",
            "get the value of the key $key from $d, or $K if there is no such key",
        ),
        "return $d.get($key, $K)",
        {"K": (0, 30)},
        ("lookup",),
    ),
    F(
        "totals_by_key",
        "pairs",
        "dict[str, int]",
        value(
            "a dictionary with the total of each name in $pairs",
            "the dictionary that maps every name in $pairs to the sum of its numbers",
            edge="Each pair is a name and a number.",
        )
        + change(
            "add up the numbers of $pairs for each name in a dictionary",
            "sum the numbers that belong to the same name in $pairs, a list of pairs (name, number), "
            "as a dictionary",
        ),
        "out = {}\nfor x, y in $pairs:\n    out[x] = out.get(x, 0) + y\nreturn out",
        names=("totals",),
        level="medium",
    ),
    F(
        "zip_dict",
        "ws xs",
        "dict[str, int]",
        value(
            "a dictionary with the strings in $ws as keys and the numbers at the same places in $xs "
            "as values",
            "the dictionary that maps each element of $ws to its partner at the same index of $xs",
            edge="What has no partner is left out; a repeated key keeps its last number.",
        )
        + change(
            "build a dictionary with $ws as keys and $xs as values",
            "pair $ws with $xs place by place in a dictionary",
            edge="It stops with the shorter list, and for a repeated key the last number counts.",
        ),
        "return dict(zip($ws, $xs))",
        names=("pair_up",),
    ),
)
