"""The names that a test program takes from the candidate: stubs, proxies, its module and its variables."""

from __future__ import annotations

import ast
import types
from collections.abc import Sequence
from typing import Any

from hrl.sandbox.inside import guards
from hrl.sandbox.inside.plain import MUTABLE
from hrl.sandbox.inside.program import Redirect, free_names
from hrl.sandbox.inside.proxies import Proxy
from hrl.sandbox.inside.raising import NotGradable
from hrl.sandbox.inside.stubs import Caller, refill


class Names:
    """Fills the tests' namespace, and keeps the variables that they share with the candidate alike.

    Attributes:
        imported: what the tests import from the candidate's module: their own name, and its name there.
        modules: the tests' names for that module.
    """

    def __init__(self, caller: Caller, space: dict[str, Any], redirect: Redirect) -> None:
        self.caller, self.space = caller, space
        self.imported, self.modules = redirect.names, redirect.modules

    def fetch(self, trees: Sequence[ast.Module], entry: str | None) -> None:
        """Ask for what the tests use and do not define; helpers that the task states win over it."""
        wanted = {*free_names(trees, entry), *self.imported.values(), *([entry] if entry else [])}
        found = self.caller.look(sorted(name for name in wanted if name == entry or name not in self.space))
        self.space.update({name: value for name, value in found.items() if name not in self.imported})
        self.space.update({alias: found[name] for alias, name in self.imported.items() if name in found})
        self.space.update({module: _Module(self.caller) for module in self.modules})
        self._share(found)
        self._guard_evaluators(trees)

    def _share(self, found: dict[str, Any]) -> None:
        names = {name: name for name in found if name not in self.imported.values()}
        names |= {alias: name for alias, name in self.imported.items() if name in found}
        variables = {alias: name for alias, name in names.items() if _is_value(found[name])}
        if variables:
            self.caller.changed = lambda: self._refresh(variables)

    def _refresh(self, variables: dict[str, str]) -> None:
        """Look at the candidate's variables again; an imported one stays the object that it was."""
        found = self.caller.look(sorted(set(variables.values())))
        for alias, name in variables.items():
            old, new = self.space.get(alias), found.get(name)
            if type(old) is type(new) and isinstance(old, MUTABLE):
                refill(old, new)
            elif alias not in self.imported:
                self.space[alias] = new

    def _guard_evaluators(self, trees: Sequence[ast.Module]) -> None:
        nodes = [node for tree in trees for node in ast.walk(tree)]
        if {node.id for node in nodes if isinstance(node, ast.Name)} & {"eval", "exec", "compile"}:
            self.caller.keep_answers = True
            constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
            self.space.update(guards.evaluators(self.caller.answers, constants))


class _Module(types.ModuleType):
    """The candidate's module, for tests that import it."""

    def __init__(self, caller: Caller) -> None:
        super().__init__("solution")
        self.__dict__["_caller"] = caller

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__["_caller"].look([name])
        if name not in found:
            raise AttributeError(f"module 'solution' has no attribute '{name}'")
        if not _is_value(found[name]):
            self.__dict__[name] = found[name]
        return found[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            return super().__setattr__(name, value)
        raise NotGradable(f"the tests set {name!r} in the program's module")


def _is_value(value: Any) -> bool:
    return not (callable(value) or isinstance(value, Proxy | types.ModuleType))
