"""Which visible test exercises which subtask.

A check belongs to the subtask whose function it calls; where it calls several, to the first that can see
all of them. A check that no single subtask can run waits for the evaluation of the merged program.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable

from hrl.planner.pieces import Piece, pieces, with_setup
from hrl.types import Plan, TestCode

_BUILTINS = frozenset(dir(builtins))


def assign_tests(
    tests: Iterable[TestCode], plan: Plan, entry_point: str | None
) -> dict[str, tuple[TestCode, ...]]:
    """Subtask name → its tests, with the set-up that they need and their lines in the task file."""
    assigned: dict[str, list[TestCode]] = {subtask.name: [] for subtask in plan.subtasks}
    for test in tests:
        for name, part in _divide(test, plan, entry_point).items():
            assigned[name].append(part)
    return {name: tuple(parts) for name, parts in assigned.items()}


def called_functions(tests: Iterable[TestCode]) -> list[str]:
    """Names that the tests call and nobody defined, in order: what the program has to provide."""
    found: dict[str, None] = {}
    for test in tests:
        cut = pieces(test)
        known = {name for piece in cut for name in piece.binds} | _BUILTINS
        found |= dict.fromkeys(name for piece in cut for name in piece.calls if name not in known)
    return list(found)


def _divide(test: TestCode, plan: Plan, entry_point: str | None) -> dict[str, TestCode]:
    cut = pieces(test)
    fallback = entry_point if entry_point in _names(plan) else plan.in_order()[-1].name
    checks = [index for index, piece in enumerate(cut) if piece.checks]
    if not checks:
        return {fallback: test}
    owners: dict[str, list[int]] = {}
    for index in checks:
        owner = _owner([cut[place] for place in with_setup([index], cut)], plan, fallback)
        if owner is not None:
            owners.setdefault(owner, []).append(index)
    if len(owners) == 1 and len(next(iter(owners.values()))) == len(checks):
        return {next(iter(owners)): test}
    return {owner: _part(test, with_setup(chosen, cut), cut) for owner, chosen in owners.items()}


def _owner(used: list[Piece], plan: Plan, fallback: str) -> str | None:
    """The subtask that can run these pieces; None where none sees all the functions that they call."""
    called = {name for piece in used for name in piece.loads} & _names(plan)
    if not called:
        return fallback
    for subtask in plan.in_order():
        visible = {ancestor.name for ancestor in plan.ancestors(subtask.name)} | {subtask.name}
        if called <= visible:
            return subtask.name
    return None


def _part(test: TestCode, chosen: list[int], cut: list[Piece]) -> TestCode:
    source = "\n".join(cut[index].text for index in chosen) + "\n"
    return TestCode(source, test.kind, test.line + cut[chosen[0]].line - 1)


def _names(plan: Plan) -> set[str]:
    return {subtask.name for subtask in plan.subtasks}
