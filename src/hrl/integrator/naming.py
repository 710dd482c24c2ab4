"""The merged program's names: who keeps its own, who is renamed, who shares another's."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hrl.integrator.modules import Module
from hrl.integrator.sameness import Definition, digests

_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Naming:
    """Final names.

    Attributes:
        of: module → its name → the name in the merged program, for defined and free names.
        shared: names of a module whose definition another module gives.
        notes: what was renamed or shared, for people.
    """

    of: Mapping[str, Mapping[str, str]]
    shared: Mapping[str, AbstractSet[str]]
    notes: tuple[str, ...]


def name_all(
    modules: list[Module], ancestors: Mapping[str, AbstractSet[str]], planned: AbstractSet[str]
) -> Naming:
    """Choose names so that every module behaves in the merged program as it did behind its dependencies.

    Args:
        modules: in topological order.
        ancestors: module → the modules whose names it could see.
        planned: names that belong to the subtasks of the plan.
    """
    free = _resolved(modules, ancestors)
    return _Namer(modules, free, planned).run()


def _resolved(
    modules: list[Module], ancestors: Mapping[str, AbstractSet[str]]
) -> dict[Definition, Definition]:
    """Where a module's free names are defined: in the first of its dependencies that defines them."""
    found: dict[Definition, Definition] = {}
    for module in modules:
        visible = [other for other in modules if other.name in ancestors.get(module.name, ())]
        for name in module.free:
            owners = [other for other in visible if name in other.own]
            owner = next((other for other in owners if name == other.name), owners[0] if owners else None)
            if owner is not None:
                found[Definition(module.name, name)] = Definition(owner.name, name)
    return found


class _Namer:
    def __init__(
        self, modules: list[Module], free: Mapping[Definition, Definition], planned: AbstractSet[str]
    ) -> None:
        self._modules = modules
        self._free = free
        self._planned = planned
        self._digests = digests(modules, free)
        self._taken: dict[str, Definition | None] = {}
        self._by_digest: dict[str, str] = {}
        self._identifiers = {name for module in modules for name in _identifiers(module)} | _BUILTINS
        self._of: dict[str, dict[str, str]] = {}
        self._shared: dict[str, set[str]] = {}
        self._notes: list[str] = []

    def run(self) -> Naming:
        for module in self._modules:
            unresolved = (name for name in module.free if Definition(module.name, name) not in self._free)
            self._taken.update(dict.fromkeys(unresolved))
        self._taken.update(dict.fromkeys(self._planned))
        for module in self._modules:
            self._of[module.name] = {}
            self._shared[module.name] = self._sharable(module)
            for name in self._ordered(module):
                self._of[module.name][name] = self._choose(module, name)
            self._look_up(module)
        return Naming(self._of, self._shared, tuple(self._notes))

    def _ordered(self, module: Module) -> list[str]:
        found = dict.fromkeys(entry.bound for entry in module.imports)
        for part in module.parts:
            found |= dict.fromkeys(sorted(part.binds))
        return list(found)

    def _sharable(self, module: Module) -> set[str]:
        """Names that an earlier module defines alike; names bound together are shared together."""
        same = {
            name for name in module.own if self._digests[Definition(module.name, name)] in self._by_digest
        }
        same.discard(module.name)
        while True:
            broken = {
                name
                for part in module.parts
                if not part.binds <= same or (part.uses & module.own) - same
                for name in part.binds & same
            }
            if not broken:
                return same
            same -= broken

    def _choose(self, module: Module, name: str) -> str:
        definition = Definition(module.name, name)
        digest = self._digests[definition]
        if name in self._shared[module.name]:
            final = self._by_digest[digest]
            if not digest.startswith("import "):
                self._notes.append(
                    f"{module.name}: its {name} is the same as another part's and was left out"
                )
            return final
        if name == module.name or name not in self._taken:
            final = name
        else:
            final = self._fresh(name, module.name)
            self._notes.append(f"{module.name}: {name} was renamed to {final}")
        self._taken[final] = definition
        self._by_digest.setdefault(digest, final)
        return final

    def _fresh(self, name: str, module: str) -> str:
        base = f"{name.rstrip('_')}_{module.strip('_')}"
        final, number = base, 2
        while final in self._taken or final in self._identifiers:
            final, number = f"{base}_{number}", number + 1
        return final

    def _look_up(self, module: Module) -> None:
        for name in module.free:
            target = self._free.get(Definition(module.name, name))
            if target is not None:
                self._of[module.name][name] = self._of[target.module][target.name]


def _identifiers(module: Module) -> Iterable[str]:
    for part in module.parts:
        for node in ast.walk(part.node):
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.arg):
                yield node.arg
    yield from module.own
