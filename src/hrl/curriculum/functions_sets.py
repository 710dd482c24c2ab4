"""Families about sets and relations; a relation is a list of pairs of numbers."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, test, value
from hrl.curriculum.problem import Family

F = Family
SET_FAMILIES: tuple[Family, ...] = (
    F(
        "odd_membership",
        "a_sets",
        "list[int]",
        value(
            "the sorted list of the different numbers that are in an odd number of the lists in $a_sets",
            "every number, once and in ascending order, that an odd number of the lists in $a_sets contain",
            "the symmetric difference of all lists in $a_sets, as a sorted list of the numbers that "
            "belong to an odd number of them",
            edge="A list counts once for a number, however often the number stands in it.",
        ),
        "out = set()\nfor row in $a_sets:\n    out ^= set(row)\nreturn sorted(out)",
        names=("odd_members", "symmetric_difference"),
    ),
    F(
        "subset_chain",
        "a_sets",
        "bool",
        test(
            "every list in $a_sets, seen as a set, is contained in the list after it",
            "each list in $a_sets but the last has only numbers that the next list has too",
            "the lists in $a_sets, taken as sets, form a chain in which each is a subset of the next",
            edge="With fewer than two lists that is true.",
        ),
        "return all(set(one) <= set(two) for one, two in zip($a_sets, $a_sets[1:]))",
        names=("is_chain", "subset_chain"),
    ),
    F(
        "symmetric_relation",
        "a_relation",
        "bool",
        test(
            "for every pair (a, b) in $a_relation the pair (b, a) is in it too",
            "the relation $a_relation, a list of pairs, is symmetric",
            "each pair of $a_relation also stands in it the other way round",
            edge="An empty relation is symmetric.",
        ),
        "return all((y, x) in $a_relation for x, y in $a_relation)",
        names=("is_symmetric", "symmetric"),
    ),
    F(
        "relation_image",
        "a_relation a_starts",
        "list[int]",
        value(
            "the sorted different second members of the pairs in $a_relation whose first member is in "
            "$a_starts",
            "all numbers that the relation $a_relation, a list of pairs, reaches from a number in "
            "$a_starts in one step, sorted and each once",
            "the image of $a_starts under the pairs of $a_relation, as a sorted list without duplicates",
        ),
        "return sorted({end for start, end in $a_relation if start in $a_starts})",
        names=("image", "reached"),
    ),
    F(
        "transitive_relation",
        "a_relation",
        "bool",
        test(
            "whenever (a, b) and (b, c) are both in $a_relation, so is (a, c)",
            "the relation $a_relation, a list of pairs, is transitive",
            "in $a_relation two pairs that follow each other, (a, b) and (b, c), always come with (a, c)",
            edge="The numbers a, b and c need not be different, and an empty relation is transitive.",
        ),
        "for start, middle in $a_relation:\n"
        "    for link, end in $a_relation:\n"
        "        if middle == link and (start, end) not in $a_relation:\n"
        "            return False\n"
        "return True",
        names=("is_transitive", "transitive"),
        level="medium",
    ),
    F(
        "compose_relations",
        "a_relation a_relation2",
        "list[tuple[int, int]]",
        value(
            "the sorted list, without duplicates, of all pairs (a, c) for which some b has (a, b) in "
            "$a_relation and (b, c) in $a_relation2",
            "the composition of two relations, first $a_relation and then $a_relation2, as a sorted list "
            "of different pairs",
            "all different pairs (a, c), sorted, that lead from a to c by a pair of $a_relation and then "
            "a pair of $a_relation2",
        ),
        "out = set()\n"
        "for start, middle in $a_relation:\n"
        "    for link, end in $a_relation2:\n"
        "        if middle == link:\n"
        "            out.add((start, end))\n"
        "return sorted(out)",
        names=("compose", "composition"),
        level="medium",
    ),
    F(
        "minimal_sets",
        "a_sets",
        "list[list[int]]",
        change(
            "keep from $a_sets, in order, only the lists that as sets have no other list of $a_sets as a "
            "proper subset",
            "remove from $a_sets every list that contains all numbers of another list of $a_sets and at "
            "least one number more",
            edge="Lists with equal sets do not remove each other.",
        ),
        "out = []\n"
        "for row in $a_sets:\n"
        "    if not any(set(part) < set(row) for part in $a_sets):\n"
        "        out.append(row)\n"
        "return out",
        names=("minimal", "keep_minimal"),
        level="medium",
    ),
    F(
        "transitive_closure",
        "a_relation",
        "list[tuple[int, int]]",
        value(
            "the transitive closure of $a_relation, a list of pairs, as a sorted list of different pairs",
            "all pairs (a, c), sorted, such that one or more pairs of $a_relation lead step by step from "
            "a to c",
            "the smallest transitive relation that contains every pair of $a_relation, as a sorted list",
        ),
        "out = set($a_relation)\n"
        "grown = True\n"
        "while grown:\n"
        "    grown = False\n"
        "    for start, middle in sorted(out):\n"
        "        for link, end in sorted(out):\n"
        "            if middle == link and (start, end) not in out:\n"
        "                out.add((start, end))\n"
        "                grown = True\n"
        "return sorted(out)",
        names=("closure", "transitive_closure"),
        level="hard",
    ),
    F(
        "equivalence_classes",
        "a_relation",
        "list[list[int]]",
        value(
            "the groups into which the pairs of $a_relation join their numbers, where the two numbers of a "
            "pair belong together and so does all that is linked through further pairs",
            "the classes of the smallest equivalence relation that contains all pairs of $a_relation",
            "the connected groups of numbers when every pair in $a_relation links its two numbers",
            edge="Each group is a sorted list, the groups are sorted too, and only numbers that occur in "
            "a pair are in one.",
        ),
        "groups = []\n"
        "for one, two in $a_relation:\n"
        "    joined = {one, two}\n"
        "    rest = []\n"
        "    for group in groups:\n"
        "        if group & joined:\n"
        "            joined |= group\n"
        "        else:\n"
        "            rest.append(group)\n"
        "    groups = [*rest, joined]\n"
        "return sorted(sorted(group) for group in groups)",
        names=("classes", "equivalence_classes"),
        level="hard",
    ),
)
