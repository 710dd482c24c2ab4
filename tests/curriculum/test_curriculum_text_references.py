"""References of the families about text, dates, parsing and records against second implementations."""

import calendar
import csv
import functools
import graphlib
import itertools
import random
import re
import statistics
import textwrap
import urllib.parse
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePosixPath

import pytest

from hrl.curriculum.functions_dates import DATE_FAMILIES
from hrl.curriculum.functions_parsing import PARSING_FAMILIES
from hrl.curriculum.functions_records import RECORD_FAMILIES
from hrl.curriculum.functions_text import TEXT_FAMILIES
from hrl.curriculum.problem import draw

FAMILIES = {
    family.name: family for family in (*TEXT_FAMILIES, *DATE_FAMILIES, *PARSING_FAMILIES, *RECORD_FAMILIES)
}
# The values of constants that the functions below are written for.
CONSTANTS = {
    "indent_lines": {"K": 3},
    "wrap_words": {"K": 8},
    "weighted_edits": {"K": 2, "M": 3},
    "raggedness": {"K": 12},
    "open_at": {"K": 8, "M": 19},
    "free_hours": {"K": 8, "M": 16},
    "nth_weekday": {"K": 3, "W": "Friday"},
}


def indent_lines(lines):
    return re.sub(r"(?m)^(?=.)", "   ", "\n".join(lines)).split("\n") if lines else []


def surname_first(name):
    front, space, last = name.rpartition(" ")
    return f"{last}, {front}" if space else name


def paragraph_heads(lines):
    groups = itertools.groupby(lines, key=lambda line: bool(line.strip()))
    return [next(group).strip() for filled, group in groups if filled]


def wrap_words(text):
    return textwrap.wrap(text, 8, break_long_words=False, break_on_hyphens=False)


def dedent_lines(lines):
    return textwrap.dedent("\n".join(lines)).split("\n") if lines else []


def keyword_cipher(message, key):
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    letters = itertools.cycle(key)
    return re.sub(
        "[a-z]", lambda found: alphabet[(ord(found[0]) + ord(next(letters)) - 2 * ord("a")) % 26], message
    )


def weighted_edits(first, last):
    @functools.cache
    def cost(a, b):
        if not a or not b:
            return 2 * len(a + b)
        return min(cost(a[1:], b) + 2, cost(a, b[1:]) + 2, cost(a[1:], b[1:]) + 3 * (a[0] != b[0]))

    return cost(first, last)


def raggedness(text):
    words = text.split()
    costs = [0] if not words else []
    for breaks in itertools.product((" ", "\n"), repeat=max(0, len(words) - 1)):
        lines = "".join(map(str.__add__, words, (*breaks, ""))).split("\n")
        if words and max(map(len, lines)) <= 12:
            costs.append(sum((12 - len(line)) ** 2 for line in lines[:-1]))
    return min(costs)


def fewest_pieces(joined, pieces):
    reached, steps = {0}, 0
    while reached and len(joined) not in reached:
        reached = {at + len(piece) for at in reached for piece in pieces if joined.startswith(piece, at)}
        steps += 1
    return steps if reached else -1


def minutes_of_day(clock):
    moment = time.fromisoformat(clock)
    return moment.hour * 60 + moment.minute


def twelve_hour(clock):
    return f"{time.fromisoformat(clock):%I:%M %p}".lstrip("0").lower()


def short_date(iso):
    return f"{date.fromisoformat(iso):%d %b %Y}".lstrip("0")


def open_at(clock):
    return time(8) <= time.fromisoformat(clock) < time(19)


def add_minutes(clock, minutes):
    start = datetime.combine(date(2024, 1, 15), time.fromisoformat(clock), UTC)
    return f"{start + timedelta(minutes=minutes):%H:%M}"


def duration_text(seconds):
    sizes = {"d": 86400, "h": 3600, "m": 60, "s": 1}
    whole = timedelta(seconds=seconds)
    hours, minutes = divmod(whole.seconds // 60, 60)
    numbers = (whole.days, hours, minutes, whole.seconds % 60)
    return " ".join(f"{number}{unit}" for number, unit in zip(numbers, sizes, strict=True) if number) or "0s"


def days_left_in_month(iso):
    day = date.fromisoformat(iso)
    return calendar.monthrange(day.year, day.month)[1] - day.day


def clock_gap(first, last):
    away = itertools.count()
    return next(gap for gap in away if last in (add_minutes(first, gap), add_minutes(first, -gap)))


def peak_overlap(bookings):
    return max(sum(hour in range(*booking) for booking in bookings) for hour in range(30))


def free_hours(bookings):
    taken = {hour for booking in bookings for hour in range(*booking)}
    gaps = []
    for hour in range(8, 16):
        if hour not in taken and gaps and gaps[-1][1] == hour:
            gaps[-1] = (gaps[-1][0], hour + 1)
        elif hour not in taken:
            gaps.append((hour, hour + 1))
    return gaps


def days_between(first, last):
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def nth_weekday(year, month):
    days = [week[calendar.FRIDAY] for week in calendar.monthcalendar(year, month)]
    return date(year, month, [day for day in days if day][2]).isoformat()


def hex_color(code):
    return tuple(bytes.fromhex(code[1:]))


def file_ending(path):
    return PurePosixPath(path).suffix[1:].lower()


def signed_total(text):
    return sum(map(int, re.findall(r"[+-]?\d+", text)))


def query_lists(query):
    return urllib.parse.parse_qs(query, keep_blank_values=True)


def compare_versions(first, last):
    a, b = (list(map(int, version.split("."))) + [0] * (3 - version.count(".")) for version in (first, last))
    return next((1 if x > y else -1 for x, y in zip(a, b, strict=False) if x != y), 0)


def first_bad_bracket(text):
    def left(part):
        brackets = re.sub(r"[^][(){}]", "", part)
        while brackets != (brackets := re.sub(r"\(\)|\[\]|\{\}", "", brackets)):
            pass
        return brackets

    for place in range(len(text)):
        if re.search(r"[])}]", left(text[: place + 1])):
            return place
    return len(text) if left(text) else -1


def roman_order(numerals):
    ones, tens, hundreds = (
        ["", a, a * 2, a * 3, a + b, b, b + a, b + a * 2, b + a * 3, a + c]
        for a, b, c in ("IVX", "XLC", "CDM")
    )
    all_of_them = ["".join(parts) for parts in itertools.product(["", "M", "MM"], hundreds, tens, ones)]
    return sorted(numerals, key=all_of_them.index)


def csv_fields(line):
    return next(csv.reader([line])) or [""]


def sums_first(expression):
    doubled = expression.replace("(", "((").replace(")", "))")
    return eval("(" + doubled.replace("*", ")*(") + ")")


def expand_groups(text):
    while "(" in text:
        text = re.sub(r"\(([a-z]*)\)(\d)", lambda found: found[1] * int(found[2]), text)
    return text


def tree_parents(tree):
    parents = {}
    while found := re.search(r"(\w+)\(([\w,]+)\)", tree):
        parents |= dict.fromkeys(found[2].split(","), found[1])
        tree = tree.replace(found[0], found[1])
    return parents


def average_by_city(people):
    cities = {person["city"] for person in people}
    return {
        city: int(statistics.mean(person["age"] for person in people if person["city"] == city))
        for city in cities
    }


def paid_totals(customers, payments):
    return {name: sum(paid for who, paid in payments if who == number) for number, name in customers}


def record_changes(old, new):
    sides = {key: (old.get(key), new.get(key)) for key in old.keys() | new.keys()}
    return {key: side for key, side in sides.items() if len(set(side)) > 1}


def shared_ranks(scores):
    order = sorted((points for _, points in scores), reverse=True)
    return {name: order.index(points) + 1 for name, points in scores}


def task_order(needs):
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError:
        return []
    order = []
    while left := {task for task in needs if task not in order}:
        order.append(min(task for task in left if left.isdisjoint(needs[task])))
    return order


def replay_log(log):
    kept = []
    for entry in log:
        if entry[0] != "undo":
            kept.append(entry)
        else:
            del kept[-1:]
    numbers = {}
    for action, key, number in kept:
        numbers[key] = number + (numbers.get(key, 0) if action == "add" else 0)
    return numbers


SECOND = {name: globals()[name] for name in FAMILIES if name in globals()}


@pytest.mark.parametrize("name", SECOND)
def test_a_second_implementation_agrees(name):
    rng = random.Random(name)
    fixed = {constant: (value, value) for constant, value in CONSTANTS.get(name, {}).items()}
    cases = draw(replace(FAMILIES[name], constants=fixed), rng).cases(rng, 40)
    assert len(cases) >= 5
    for case in cases:
        assert (case.arguments, SECOND[name](*case.arguments)) == (case.arguments, case.expected)


def test_most_families_have_a_second_implementation():
    assert len(SECOND) >= 35
