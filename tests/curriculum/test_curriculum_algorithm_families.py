"""The families about algorithms: references that agree with a second way to compute, tests that find bugs."""

import itertools as it
import math
import random
import re
from fractions import Fraction
from functools import reduce
from heapq import merge

import pytest

from hrl.config import load_settings
from hrl.curriculum.execution import call
from hrl.curriculum.families import SINGLES
from hrl.curriculum.functions_dynamic import DYNAMIC_FAMILIES
from hrl.curriculum.functions_grids import GRID_FAMILIES
from hrl.curriculum.functions_search import SEARCH_FAMILIES
from hrl.curriculum.functions_sequences import SEQUENCE_FAMILIES
from hrl.curriculum.functions_sets import SET_FAMILIES
from hrl.curriculum.functions_simulation import SIMULATION_FAMILIES
from hrl.curriculum.mutations import mutate
from hrl.curriculum.problem import draw, fill, with_body
from hrl.curriculum.slots import SLOTS
from hrl.curriculum.slots_algorithms import ALGORITHM_SLOTS
from hrl.curriculum.tasks import asserts
from hrl.sandbox import Job, open_sandbox

FAMILIES = (
    *(*SET_FAMILIES, *GRID_FAMILIES, *SIMULATION_FAMILIES),
    *(*SEARCH_FAMILIES, *DYNAMIC_FAMILIES, *SEQUENCE_FAMILIES),
)
KOLAKOSKI = [1, 2, 2, 1, 1, 2, 1, 2, 2, 1, 2, 2, 1, 1, 2, 1, 1, 2, 2, 1]
SOME = range(15)
each = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


# -- second ways to compute, by family; constants come by name


def closure(pairs):
    found = set(pairs)
    for b, a, c in it.product(SOME, repeat=3):
        if (a, b) in found and (b, c) in found:
            found.add((a, c))
    return sorted(found)


def classes(pairs):
    joined = closure([*pairs, *((b, a) for a, b in pairs)])
    return [list(group) for group in sorted({tuple(b for a, b in joined if a == x) for x, _ in joined})]


def cells(grid):
    return list(it.product(range(len(grid)), range(len(grid[0]))))


def painted(grid, K):
    region = {(0, 0)}
    for _ in cells(grid):
        near = {n for y, x in region for n in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1))}
        region |= {(y, x) for y, x in near & set(cells(grid)) if grid[y][x] == grid[0][0]}
    return [[K if (y, x) in region else cell for x, cell in enumerate(row)] for y, row in enumerate(grid)]


def walk(maze):
    free = {(y, x) for y, x in cells(maze) if maze[y][x] == "."}
    front = free & {(0, 0)}
    for steps in range(20):
        if (len(maze) - 1, len(maze[0]) - 1) in front:
            return steps
        front = {p for p in free for q in front if abs(p[0] - q[0]) + abs(p[1] - q[1]) == 1}
    return -1


def spiral(n, K):
    """Reads places off an indexed square by taking its first row and turning the rest."""
    left, order = [[(y, x) for x in range(n)] for y in range(n)], []
    while left:
        order += left[0]
        left = [list(column) for column in zip(*left[1:], strict=True)][::-1]
    return [[K + order.index((y, x)) for x in range(n)] for y in range(n)]


def automaton(row, steps, K):
    for _ in range(steps):
        text = "0" + "".join(map(str, row)) + "0"
        row = [int(f"{K:08b}"[7 - int(text[i : i + 3], 2)]) for i in range(len(row))]
    return row


def turtle(path, K):
    place, ahead = 0, 1j
    for letter in path:
        ahead *= {"L": 1j, "R": -1j, "F": 1}[letter]
        moved = place + ahead if letter == "F" else place
        place = moved if {moved.real, moved.imag} <= set(range(K)) else place
    return (place.real, place.imag)


def stack(program):
    if not program:
        return []
    below, token = stack(program[:-1]), program[-1]
    if below is None or (not token.isdigit() and len(below) < 1 + (token in "+-*")):
        return None
    if token in "+-*":
        return [*below[:-2], {"+": int.__add__, "-": int.__sub__, "*": int.__mul__}[token](*below[-2:])]
    return below[:-1] if token == "drop" else [*below, below[-1] if token == "dup" else int(token)]


def probes(xs, x, start=0):
    half = (len(xs) - 1) // 2
    if not xs or xs[half] == x:
        return [start + half] * bool(xs)
    left, right = (xs[:half], x, start), (xs[half + 1 :], x, start + half + 1)
    return [start + half, *probes(*(left if xs[half] > x else right))]


def choices(xs):
    return [chosen for size in range(len(xs) + 1) for chosen in it.combinations(xs, size)]


def covering(spans, K):
    found = [c for c in choices(spans) if all(any(a <= i < b for a, b in c) for i in range(K))]
    return len(found[0]) if found else -1


def capacity(loads, trips):
    cuts = (c for k in range(trips) for c in it.combinations(range(1, len(loads)), k))
    return min(max(sum(loads[a:b]) for a, b in it.pairwise((0, *c, len(loads)))) for c in cuts)


def fraction(a, b):
    whole, rest = divmod(Fraction(a, b), 1)
    return [whole, *(fraction(rest.denominator, rest.numerator) if rest else [])]


def ternary(n):
    digits = (d for size in range(6) for d in it.product((-1, 0, 1), repeat=size))
    return list(next(d for d in digits if sum(x * 3**i for i, x in enumerate(d[::-1])) == n))


SECOND_WAYS = {
    "odd_membership": lambda rows: [v for v in SOME if sum(v in row for row in rows) % 2],
    "subset_chain": lambda rows: all(v in b for a, b in it.pairwise(rows) for v in a),
    "symmetric_relation": lambda r: sorted(r) == sorted((b, a) for a, b in r),
    "relation_image": lambda r, starts: [v for v in SOME if any((x, v) in r for x in starts)],
    "transitive_relation": lambda r: closure(r) == sorted(r),
    "compose_relations": lambda r, s: sorted({(a, d) for a, b in r for c, d in s if b == c}),
    "minimal_sets": lambda rows: [r for r in rows if all(set(p) >= set(r) or set(p) - set(r) for p in rows)],
    "transitive_closure": closure,
    "equivalence_classes": classes,
    "diagonal_gap": lambda g: sum(g[y][x] * ((x == y) - (x + y == len(g) - 1)) for y, x in cells(g)),
    "quarter_turn_left": lambda g: [[row[-1 - i] for row in g] for i in range(len(g[0]))],
    "paint_region": painted,
    "spiral_square": spiral,
    "shortest_walk": walk,
    "lift_travel": lambda floors, K: sum(abs(a - b) for a, b in it.pairwise([K, *floors])),
    "light_at": lambda t, K, M, P: (["green"] * K + ["yellow"] * M + ["red"] * P)[t % (K + M + P)],
    "bank_ledger": lambda changes, K, M: reduce(lambda b, c: b + c * (-M <= c >= -K - b), changes, 0),
    "round_robin": lambda jobs, K: sorted(range(len(jobs)), key=lambda i: (-(-jobs[i] // K), i)),
    "cellular_rows": automaton,
    "stack_machine": stack,
    "wall_turtle": turtle,
    "split_at_pivot": lambda xs, x: sorted(xs, key=lambda v: (v > x) - (v < x)),
    "nearest_value": lambda xs, x: next((y for d in range(30) for y in (x - d, x + d) if y in xs), None),
    "merge_with_sources": lambda rows: list(merge(*([(v, i) for v in row] for i, row in enumerate(rows)))),
    "search_probes": probes,
    "strong_inversions": lambda xs, K: sum(a - b > K for a, b in it.combinations(xs, 2)),
    "fewest_covering": covering,
    "smallest_capacity": capacity,
    "subset_sums": lambda xs: sorted(set(map(sum, choices(xs)))),
    "tilings": lambda n, K: sum(math.comb(n - j * (K - 1), j) for j in range(n // K + 1)),
    "climb_without": lambda n, bad: sum(
        sum(way) == n and not set(it.accumulate(way)) & set(bad)
        for size in range(n + 1) for way in it.product((1, 2), repeat=size)
    ),
    "resting_gains": lambda xs, K: max(
        sum(xs[i] for i in c) for c in choices(range(len(xs))) if all(b - a > K for a, b in it.pairwise(c))
    ),
    "longest_step_chain": lambda xs, K: max(
        len(c) for c in choices(xs) if all(0 < b - a <= K for a, b in it.pairwise(c))
    ),
    "exact_coin_ways": lambda coins, total, count: sum(
        sum(paid) == total for paid in it.combinations_with_replacement(coins, count)
    ),
    "pack_few": lambda items, room, K: max(
        sum(v for _, v in c) for c in choices(items) if len(c) <= K and sum(w for w, _ in c) <= room
    ),
    "distinct_partitions": lambda n: sorted(list(c) for c in choices(range(n, 0, -1)) if sum(c) == n)[::-1],
    "synthetic_division": lambda p, K: [sum(c * K**i for i, c in enumerate(p[k::-1])) for k in range(len(p))],
    "modular_inverse": lambda a, K: pow(a, -1, K) if math.gcd(a, K) == 1 else None,
    "multiply_polynomials": lambda p, q: [
        sum(p[i] * q[k - i] for i in range(len(p)) if 0 <= k - i < len(q)) for k in range(len(p) + len(q) - 1)
    ],
    "continued_fraction": fraction,
    "mixed_radix": lambda n, sizes: [n // math.prod(sizes[:i]) % r for i, r in enumerate([*sizes, n + 1])],
    "balanced_ternary": ternary,
    "kolakoski": lambda n: KOLAKOSKI[:n],
}  # fmt: skip


# -- the promises


@each
def test_five_draws_run_have_different_cases_and_change_no_argument(family):
    for seed in range(5):
        rng = random.Random(f"{family.name}{seed}")
        problem = draw(family, rng)
        cases = problem.cases(rng, 9)
        assert "$" not in problem.goal + problem.body
        assert len(cases) >= 5
        assert len({repr(case.expected) for case in cases}) >= 2
        for case in cases:
            before = repr(case.arguments)
            namespace = {}
            exec(problem.code, namespace)
            results = [namespace[problem.name](*case.arguments) for _ in range(2)]
            assert results == [case.expected] * 2
            assert repr(case.arguments) == before


@pytest.mark.parametrize("name", SECOND_WAYS)
def test_a_second_way_to_compute_agrees(name):
    (family,) = (family for family in FAMILIES if family.name == name)
    for seed in range(12):
        rng = random.Random(seed)
        constants = {constant: rng.randint(*span) for constant, span in family.constants.items()}
        names = {slot: SLOTS[slot].names[0] for slot in family.slots.split()}
        problem = fill(family, rng, names, {key: str(number) for key, number in constants.items()})
        for case in problem.cases(rng, 12):
            assert SECOND_WAYS[name](*case.arguments, **constants) == case.expected, case


@each
def test_every_sentence_names_all_parameters_and_constants_and_ends_with_a_full_stop(family):
    assert len(family.goals) >= 16
    wanted = {*family.slots.split(), *family.constants}
    for goal in family.goals:
        assert {name.rstrip(".,") for name in re.findall(r"\$(\w+)", goal)} == wanted
        assert goal[0].isupper() or goal[0] in "$("
        assert goal.endswith(".")
        assert "  " not in goal


@each
def test_no_parameter_hides_a_name_that_the_body_uses(family):
    used = set(re.findall(r"(?<![$\w])[a-z_]\w*", family.body))
    assert not used & {name for slot in family.slots.split() for name in SLOTS[slot].names}


def test_names_are_new_and_levels_are_graded():
    names = [family.name for family in FAMILIES]
    ours = set(names)
    assert len(ours) == len(names) == 53
    assert not ours & {family.name for family in SINGLES if family not in FAMILIES}
    levels = [family.level for family in FAMILIES]
    assert [levels.count(level) for level in ("easy", "medium", "hard")] == [19, 20, 14]
    slots = [slot.name for slot in ALGORITHM_SLOTS]
    assert len(slots) == len(set(slots))
    assert set(slots) == {slot for family in FAMILIES for slot in family.slots.split()}


def test_the_tests_of_nearly_all_families_find_three_bugs_or_more():
    caught = {}
    for family in FAMILIES:
        rng = random.Random(family.name)
        problem = draw(family, rng)
        cases = problem.cases(rng, 9)
        mutants = {mutate(problem.body, rng) for _ in range(24)} - {problem.body}
        caught[family.name] = sum(fails(problem, body, cases) for body in mutants)
    assert sum(found >= 3 for found in caught.values()) >= 50, caught


def fails(problem, body, cases):
    code = with_body(problem.bare_signature, body)
    outcomes = (call(code, problem.name, case.arguments, bounded=True) for case in cases)
    return any(o.error_class or o.value != c.expected for o, c in zip(outcomes, cases, strict=False))


def test_the_references_pass_their_tests_in_the_sandbox():
    jobs = []
    for family in FAMILIES:
        rng = random.Random(family.name)
        problem = draw(family, rng)
        jobs.append(Job(problem.code, (asserts(problem.name, problem.cases(rng, 9)),)))
    with open_sandbox(load_settings(sandbox="process", max_parallel=2)) as sandbox:
        results = dict(sandbox.run_many(jobs))
    verdicts = {FAMILIES[place].name: getattr(found, "verdict", found) for place, found in results.items()}
    assert verdicts == {family.name: "pass" for family in FAMILIES}
