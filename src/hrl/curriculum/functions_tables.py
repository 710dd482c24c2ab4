"""Families of single functions over nested lists and dictionaries."""

from __future__ import annotations

from hrl.curriculum.problem import Family

F = Family
TABLE_FAMILIES: tuple[Family, ...] = (
    F(
        "transpose",
        "matrix",
        "list[list[int]]",
        ("Transpose $matrix.", "Swap the rows and columns of $matrix."),
        "return [list(x) for x in zip(*$matrix)]",
        names=("transpose",),
    ),
    F(
        "row_sums",
        "rows",
        "list[int]",
        ("Return the sum of each list in $rows.", "List the total of every row of $rows."),
        "return [sum(row) for row in $rows]",
        names=("row_sums",),
    ),
    F(
        "frequencies",
        "ws",
        "dict[str, int]",
        (
            "Return a dictionary that maps each word of $ws to how often it occurs.",
            "Count how often each word occurs in $ws, as a dictionary.",
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
            "Return a dictionary from each character of $s to its count.",
        ),
        "out = {}\nfor x in $s:\n    out[x] = out.get(x, 0) + 1\nreturn out",
        names=("letter_counts",),
    ),
    F(
        "invert",
        "d",
        "dict[int, str]",
        ("Swap the keys and values of $d.", "Return a dictionary from the values of $d to its keys."),
        "return {y: x for x, y in $d.items()}",
        names=("invert",),
    ),
    F(
        "group_by_length",
        "ws",
        "dict[int, list[str]]",
        (
            "Group $ws by their length in a dictionary.",
            "Return a dictionary from each length to the words of $ws.",
        ),
        "out = {}\nfor x in $ws:\n    out.setdefault(len(x), []).append(x)\nreturn out",
        names=("group_by_length",),
    ),
    F(
        "group_by_initial",
        "ws",
        "dict[str, list[str]]",
        (
            "Group $ws by their first letter.",
            "Return a dictionary from each first letter to the words of $ws.",
        ),
        "out = {}\nfor x in $ws:\n    out.setdefault(x[0], []).append(x)\nreturn out",
        names=("group_by_initial",),
    ),
    F(
        "merge_add",
        "d e",
        "dict[str, int]",
        (
            "Merge $d and $e, adding the values of common keys.",
            "Return the sum of the dictionaries $d and $e.",
        ),
        "out = dict($d)\nfor x in $e:\n    out[x] = out.get(x, 0) + $e[x]\nreturn out",
        names=("merge_counts",),
    ),
    F(
        "best_key",
        "d1",
        "str",
        ("Return the key of $d1 with the largest value.", "Find the key whose value in $d1 is the highest."),
        "return max($d1, key=$d1.get)",
        names=("best",),
    ),
    F(
        "keys_by_value",
        "d",
        "list[str]",
        (
            "Return the keys of $d sorted by their value, smallest first.",
            "List the keys of $d in order of value.",
        ),
        "return sorted($d, key=$d.get)",
        names=("ranking",),
    ),
    F(
        "value_total",
        "d",
        "int",
        ("Return the sum of the values of $d.", "Add up all values in the dictionary $d."),
        "return sum($d.values())",
        names=("value_total",),
    ),
    F(
        "lookup",
        "d key",
        "int",
        ("Return the value of $key in $d, or $K if it is missing.", "Look up $key in $d; the default is $K."),
        "return $d.get($key, $K)",
        {"K": (0, 30)},
        ("lookup",),
    ),
    F(
        "totals_by_key",
        "pairs",
        "dict[str, int]",
        (
            "Add up the numbers of $pairs for each name, as a dictionary.",
            "Return a dictionary with the total of each name in $pairs.",
        ),
        "out = {}\nfor x, y in $pairs:\n    out[x] = out.get(x, 0) + y\nreturn out",
        names=("totals",),
    ),
    F(
        "zip_dict",
        "ws xs",
        "dict[str, int]",
        ("Build a dictionary with $ws as keys and $xs as values.", "Pair $ws with $xs in a dictionary."),
        "return dict(zip($ws, $xs))",
        names=("pair_up",),
    ),
)
