"""Families that build a result from the results of smaller cases."""

from __future__ import annotations

from hrl.curriculum.phrasing import value
from hrl.curriculum.problem import Family

F = Family
DYNAMIC_FAMILIES: tuple[Family, ...] = (
    F(
        "subset_sums",
        "a_few",
        "list[int]",
        value(
            "the sorted list of all different sums that one can make by adding up some of the numbers in "
            "$a_few, each place used at most once",
            "every sum of a choice of numbers from $a_few, sorted and without duplicates",
            edge="Choosing nothing counts and gives 0.",
        ),
        "sums = {0}\nfor x in $a_few:\n    sums |= {x + y for y in sums}\nreturn sorted(sums)",
        names=("subset_sums", "possible_sums"),
    ),
    F(
        "tilings",
        "a_length",
        "int",
        value(
            "in how many ways a row of length $a_length can be filled with tiles of length 1 and tiles of "
            "length $K",
            "the number of different sequences of ones and $K's whose sum is $a_length",
            edge="The order matters, and length 0 can be filled in one way.",
        ),
        "ways = [1]\n"
        "for i in range(1, $a_length + 1):\n"
        "    ways.append(ways[i - 1] + (ways[i - $K] if i >= $K else 0))\n"
        "return ways[$a_length]",
        {"K": (2, 10)},
        ("tilings", "count_tilings"),
    ),
    F(
        "steps_from_one",
        "a_positive",
        "int",
        value(
            "the smallest number of steps that lead from 1 to $a_positive, if a step adds 1 or multiplies "
            "by $K",
            "how few steps turn 1 into $a_positive, when each step either adds 1 or multiplies by $K",
            edge="For 1 no step is needed.",
        ),
        "done = 0\n"
        "while $a_positive > 1:\n"
        "    $a_positive = $a_positive // $K if $a_positive % $K == 0 else $a_positive - 1\n"
        "    done += 1\n"
        "return done",
        {"K": (2, 12)},
        ("fewest_steps", "steps_from_one"),
    ),
    F(
        "climb_without",
        "a_stairs a_forbidden",
        "int",
        value(
            "in how many ways one can climb from stair 0 to stair $a_stairs with steps of one or two "
            "stairs, without ever standing on a stair whose number is in $a_forbidden",
            "the number of ways up to stair $a_stairs from the ground, stair 0, taking one or two stairs "
            "at a time and never touching a stair of $a_forbidden",
            edge="If stair 0 is the goal, there is one way; if the goal is forbidden, there is none.",
        ),
        "ways = [1]\n"
        "for i in range(1, $a_stairs + 1):\n"
        "    if i in $a_forbidden:\n"
        "        ways.append(0)\n"
        "    else:\n"
        "        ways.append(sum(ways[-2:]))\n"
        "return ways[-1]",
        names=("climb", "ways_up"),
        level="medium",
    ),
    F(
        "resting_gains",
        "a_signed",
        "int",
        value(
            "the largest sum of numbers from $a_signed if, whenever one is chosen, the $K numbers right "
            "after it cannot be chosen",
            "the greatest total that one can choose from $a_signed when between two chosen numbers at "
            "least $K others must lie",
            edge="Choosing nothing gives 0.",
        ),
        "best = [0]\n"
        "for i, gain in enumerate($a_signed):\n"
        "    best.append(max(best[-1], gain + best[max(0, i - $K)]))\n"
        "return best[-1]",
        {"K": (1, 4)},
        ("best_gain", "rested_sum"),
        level="medium",
    ),
    F(
        "longest_step_chain",
        "a_values",
        "int",
        value(
            "the length of the longest chain of numbers from $a_values, taken in order but not "
            "necessarily neighbours, in which each is greater than the one before by at most $K",
            "how many numbers one can pick from $a_values at most, from left to right, if each pick must "
            "exceed the pick before by at least 1 and at most $K",
            edge="For an empty list it is 0.",
        ),
        "best = []\n"
        "for i, late in enumerate($a_values):\n"
        "    before = [best[j] for j in range(i) if 0 < late - $a_values[j] <= $K]\n"
        "    best.append(1 + max(before, default=0))\n"
        "return max(best, default=0)",
        {"K": (2, 12)},
        ("longest_chain", "chain_length"),
        level="medium",
    ),
    F(
        "exact_coin_ways",
        "a_coins a_total a_count",
        "int",
        value(
            "in how many ways $a_total can be paid with exactly $a_count coins of the different kinds in "
            "$a_coins",
            "the number of ways to make $a_total out of exactly $a_count coins whose values are in $a_coins",
            edge="A kind may be used several times and the order of the coins does not matter; 0 is paid "
            "with 0 coins in one way.",
        ),
        "ways = [[0] * ($a_count + 1) for _ in range($a_total + 1)]\n"
        "ways[0][0] = 1\n"
        "for coin in $a_coins:\n"
        "    for amount in range(coin, $a_total + 1):\n"
        "        for used in range(1, $a_count + 1):\n"
        "            ways[amount][used] += ways[amount - coin][used - 1]\n"
        "return ways[$a_total][$a_count]",
        names=("coin_ways", "ways_to_pay"),
        level="hard",
    ),
    F(
        "pack_few",
        "a_items a_room",
        "int",
        value(
            "the greatest total value of at most $K items of $a_items, a list of pairs (weight, value), "
            "that together weigh no more than $a_room",
            "how much value fits into a bag that bears $a_room in weight and takes at most $K items, each "
            "of $a_items, pairs (weight, value), at most once",
            edge="If nothing fits, it is 0.",
        ),
        "best = [[0] * ($a_room + 1) for _ in range($K + 1)]\n"
        "for weight, worth in $a_items:\n"
        "    for used in range($K, 0, -1):\n"
        "        for load in range(weight, $a_room + 1):\n"
        "            with_it = best[used - 1][load - weight] + worth\n"
        "            best[used][load] = max(best[used][load], with_it)\n"
        "return best[$K][$a_room]",
        {"K": (1, 4)},
        ("pack", "best_value"),
        level="hard",
    ),
    F(
        "distinct_partitions",
        "a_part",
        "list[list[int]]",
        value(
            "all ways to write $a_part as a sum of different positive numbers, each as a descending list",
            "the list of all partitions of $a_part into distinct positive parts, the parts of each from "
            "the largest to the smallest",
            edge="The lists come in descending order, as Python compares lists; for 0 there is one, the "
            "empty list.",
        ),
        "def split(left, top):\n"
        "    if left == 0:\n"
        "        return [[]]\n"
        "    out = []\n"
        "    for part in range(min(left, top), 0, -1):\n"
        "        for rest in split(left - part, part - 1):\n"
        "            out.append([part, *rest])\n"
        "    return out\n"
        "return split($a_part, $a_part)",
        names=("partitions", "distinct_partitions"),
        level="hard",
    ),
)
