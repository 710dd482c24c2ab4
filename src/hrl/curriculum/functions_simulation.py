"""Families that follow a small machine step by step."""

from __future__ import annotations

from hrl.curriculum.phrasing import value
from hrl.curriculum.problem import Family

F = Family
SIMULATION_FAMILIES: tuple[Family, ...] = (
    F(
        "lift_travel",
        "a_floors",
        "int",
        value(
            "how many floors a lift travels in total that starts at floor $K and stops at the floors of "
            "$a_floors in that order",
            "the whole distance, in floors, of a lift that begins at floor $K and visits $a_floors one "
            "after the other",
            edge="Without stops it is 0.",
        ),
        "here, travelled = $K, 0\n"
        "for floor in $a_floors:\n"
        "    travelled += abs(floor - here)\n"
        "    here = floor\n"
        "return travelled",
        {"K": (0, 12)},
        ("lift_travel", "floors_travelled"),
    ),
    F(
        "light_at",
        "a_time",
        "str",
        value(
            'the colour of a traffic light, "green", "yellow" or "red", $a_time seconds after it turned '
            "green, if green lasts $K seconds, then yellow $M, then red $P, over and over",
            'which of "green", "yellow" and "red" a traffic light shows at second $a_time, when it '
            "repeats $K seconds of green, $M of yellow and $P of red, starting at second 0",
            edge="At the very second of a change the new colour shows.",
        ),
        "phase = $a_time % ($K + $M + $P)\n"
        "if phase < $K:\n"
        '    return "green"\n'
        "if phase < $K + $M:\n"
        '    return "yellow"\n'
        'return "red"',
        {"K": (8, 40), "M": (4, 20), "P": (8, 40)},
        ("light_at", "colour"),
    ),
    F(
        "vending_machine",
        "a_inserted",
        "tuple[int, int]",
        value(
            "a tuple of the number of coins that a vending machine takes and the change that it gives, if "
            "a drink costs $K and it takes the coins of $a_inserted in order until they reach the price",
            "(coins taken, change) for a drink of price $K, when the coins in $a_inserted go in one by one "
            "and no more are taken once their sum is at least $K",
            edge="If the coins do not reach the price, all come back: 0 coins taken, their sum as change.",
        ),
        "paid = 0\n"
        "for place, coin in enumerate($a_inserted, start=1):\n"
        "    paid += coin\n"
        "    if paid >= $K:\n"
        "        return (place, paid - $K)\n"
        "return (0, paid)",
        {"K": (5, 60)},
        ("buy_drink", "vend"),
    ),
    F(
        "bank_ledger",
        "a_changes",
        "int",
        value(
            "the balance of an account after the bookings $a_changes, starting from 0, if a booking is "
            "skipped when it would take the balance below -$K or withdraws more than $M at once",
            "what an account that starts at 0 holds in the end: the numbers in $a_changes are added in "
            "order, except those below -$M and those that would leave a balance below -$K",
            edge="Skipped bookings change nothing.",
        ),
        "balance = 0\n"
        "for change in $a_changes:\n"
        "    if change >= -$M and balance + change >= -$K:\n"
        "        balance += change\n"
        "return balance",
        {"K": (5, 40), "M": (15, 45)},
        ("balance", "final_balance"),
        level="medium",
    ),
    F(
        "counter_queue",
        "a_visits",
        "list[int]",
        value(
            "how long each customer waits at a counter that serves one at a time in the order of "
            "$a_visits, a list of pairs (arrival, duration of service) sorted by arrival",
            "the list of waiting times of the customers in $a_visits, pairs (arrival, duration) in order "
            "of arrival, before their service starts, when a single counter serves them in turn",
            edge="The counter is free at time 0.",
        ),
        "free = 0\n"
        "waits = []\n"
        "for arrival, duration in $a_visits:\n"
        "    start = max(free, arrival)\n"
        "    waits.append(start - arrival)\n"
        "    free = start + duration\n"
        "return waits",
        names=("waiting_times", "waits"),
        level="medium",
    ),
    F(
        "round_robin",
        "a_jobs",
        "list[int]",
        value(
            "the indexes of the jobs in the order in which they finish, when each job of $a_jobs, given by "
            "its amount of work, gets up to $K units in turn and goes to the back of the queue if it is "
            "not done",
            "the order, as indexes into $a_jobs, in which jobs are finished by a machine that works on the "
            "first job of the queue for at most $K units and then puts it at the end if work is left",
            edge="At first the queue holds all jobs in order.",
        ),
        "queue = list(enumerate($a_jobs))\n"
        "done = []\n"
        "while queue:\n"
        "    place, left = queue.pop(0)\n"
        "    if left <= $K:\n"
        "        done.append(place)\n"
        "    else:\n"
        "        queue.append((place, left - $K))\n"
        "return done",
        {"K": (2, 12)},
        ("round_robin", "finish_order"),
        level="medium",
    ),
    F(
        "cellular_rows",
        "a_cells a_steps",
        "list[int]",
        value(
            "the row $a_cells of zeros and ones after $a_steps steps, in each of which every cell becomes "
            "bit number 4 * left + 2 * own + right of the number $K",
            "what the cellular automaton of rule $K makes of $a_cells in $a_steps steps, where the new cell "
            "is the bit of $K at place 4 * left + 2 * own + right",
            edge="Left, own and right are the old values of the cell before it, of itself and of the cell "
            "after it; cells outside the row are 0, and bit 0 is the lowest.",
        ),
        "out = list($a_cells)\n"
        "for _ in range($a_steps):\n"
        "    wide = [0, *out, 0]\n"
        "    out = [$K >> (4 * a + 2 * b + c) & 1 for a, b, c in zip(wide, wide[1:], wide[2:])]\n"
        "return out",
        {"K": (18, 190)},
        ("automaton", "evolve"),
        level="medium",
    ),
    F(
        "stack_machine",
        "a_program",
        "list[int] | None",
        value(
            "the stack, bottom first, after a stack machine has run the tokens of $a_program",
            "what is on the stack, from bottom to top, when the instructions in $a_program are done",
            edge='A number is pushed; "+", "-" and "*" replace the top two numbers by the lower one plus, '
            'minus or times the top one; "dup" pushes the top once more and "drop" removes it. If a token '
            "lacks the numbers that it needs, the result is None.",
        ),
        "stack = []\n"
        "for token in $a_program:\n"
        '    need = 2 if token in ("+", "-", "*") else 1 if token in ("dup", "drop") else 0\n'
        "    if len(stack) < need:\n"
        "        return None\n"
        "    if need == 0:\n"
        "        stack.append(int(token))\n"
        '    elif token == "dup":\n'
        "        stack.append(stack[-1])\n"
        "    else:\n"
        "        top = stack.pop()\n"
        '        if token == "+":\n'
        "            stack[-1] += top\n"
        '        elif token == "-":\n'
        "            stack[-1] -= top\n"
        '        elif token == "*":\n'
        "            stack[-1] *= top\n"
        "return stack",
        names=("run_stack", "execute"),
        level="hard",
    ),
    F(
        "wall_turtle",
        "a_path",
        "tuple[int, int]",
        value(
            "the position (x, y) at which a turtle ends that starts at (0, 0) of a board with $K by $K "
            "fields, looks towards larger y and follows the letters of $a_path",
            "where a turtle stands, as (x, y), after the commands $a_path on a board whose x and y are at "
            "least 0 and below $K, starting at (0, 0) and facing larger y",
            edge='"L" and "R" turn it on the spot by a quarter to the left or right, "F" moves it one field '
            "forward; a move that would leave the board is not made.",
        ),
        "x, y, dx, dy = 0, 0, 0, 1\n"
        "for letter in $a_path:\n"
        '    if letter == "L":\n'
        "        dx, dy = -dy, dx\n"
        '    elif letter == "R":\n'
        "        dx, dy = dy, -dx\n"
        "    elif 0 <= x + dx < $K and 0 <= y + dy < $K:\n"
        "        x += dx\n"
        "        y += dy\n"
        "return (x, y)",
        {"K": (2, 10)},
        ("turtle", "walk"),
        level="hard",
    ),
)
