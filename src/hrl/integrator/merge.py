"""The AST merge: candidates in topological order become one program.

Every part keeps the meaning that it had behind its dependencies' code, where it was tested. What cannot be
settled without judgement (a missing function, another signature, settings that differ) is a problem, not
an exception; the merged text is the best that there is all the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hrl.integrator.checks import conflicting_effects, is_effect, missing_or_misfit, star_imports
from hrl.integrator.modules import Import, Module, read_module
from hrl.integrator.naming import Naming, name_all
from hrl.integrator.rewriting import renamed
from hrl.types import Plan, Subtask, parse_program


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged program.

    Attributes:
        code: its source; "" where no candidate exists.
        notes: what was changed, for people.
        problems: what a model or a person has to settle.
    """

    code: str
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def merge(plan: Plan, candidates: Mapping[str, str], entry_point: str | None) -> Merged:
    """Merge the candidates that exist.

    Args:
        plan: gives order, dependencies and signatures.
        candidates: subtask → source; missing and unreadable ones are problems.
        entry_point: the function that the whole program has to define.
    """
    merged = _merge_some(plan, plan.in_order(), candidates)
    defined = entry_point is None or entry_point in candidates or _defines(merged.code, entry_point)
    if defined:
        return merged
    return Merged(merged.code, merged.notes, (*merged.problems, f"nothing defines {entry_point}"))


def prelude(plan: Plan, candidates: Mapping[str, str], name: str) -> str:
    """Merged code of the dependencies of a subtask; "" where it has none. Goes before its candidate."""
    return _merge_some(plan, plan.ancestors(name), candidates).code


def _merge_some(plan: Plan, subtasks: Iterable[Subtask], candidates: Mapping[str, str]) -> Merged:
    chosen = list(subtasks)
    planned = frozenset(subtask.name for subtask in plan.subtasks)
    modules: list[Module] = []
    problems: list[str] = []
    for subtask in chosen:
        if not candidates.get(subtask.name, "").strip():
            problems.append(f"there is no program for {subtask.name}")
            continue
        try:
            module = _without_stubs(read_module(subtask.name, candidates[subtask.name], planned), planned)
        except SyntaxError as problem:
            problems.append(f"the part {subtask.name} does not parse: {problem.msg}")
            continue
        modules.append(module)
        problems += missing_or_misfit(module, subtask)
    if not modules:
        return Merged(_whole(chosen, candidates), (), tuple(problems))
    problems += conflicting_effects(modules) + star_imports(modules)
    ancestors = {module.name: {entry.name for entry in plan.ancestors(module.name)} for module in modules}
    naming = name_all(modules, ancestors, planned)
    notes = [note for module in modules for note in module.notes]
    return Merged(_program(modules, naming), (*notes, *naming.notes), tuple(problems))


def _whole(chosen: list[Subtask], candidates: Mapping[str, str]) -> str:
    """A single candidate that does not parse is kept as it is: a repair may start from it."""
    texts = [candidates[subtask.name] for subtask in chosen if candidates.get(subtask.name, "").strip()]
    return texts[0].rstrip() + "\n" if len(texts) == 1 and len(chosen) == 1 else ""


def _without_stubs(module: Module, planned: frozenset[str]) -> Module:
    """Without empty repetitions of other parts' functions, which only pointed at them."""
    kept = tuple(part for part in module.parts if not _is_stub(part.node, planned - {module.name}))
    return Module(module.name, module.imports, module.future, module.stars, kept, module.notes)


def _is_stub(node: ast.stmt, others: frozenset[str]) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name not in others:
        return False
    return all(
        isinstance(entry, ast.Pass | ast.Raise)
        or (isinstance(entry, ast.Expr) and isinstance(entry.value, ast.Constant))
        for entry in node.body
    )


def _program(modules: list[Module], naming: Naming) -> str:
    blocks: list[str] = []
    effects: set[str] = set()
    for module in modules:
        for part in module.parts:
            if part.binds and part.binds <= naming.shared[module.name]:
                continue
            text = renamed(part.text, naming.of[module.name])
            if is_effect(part.node) and text in effects:
                continue
            effects.add(text)
            blocks.append(text)
    head = [_future(modules), "\n".join(_imports(modules, naming))]
    return "\n\n".join([*(part for part in head if part), _spaced(blocks)]).strip("\n") + "\n"


def _future(modules: list[Module]) -> str:
    names = sorted({name for module in modules for name in module.future})
    return f"from __future__ import {', '.join(names)}" if names else ""


def _imports(modules: list[Module], naming: Naming) -> list[str]:
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    for module in modules:
        for entry in module.imports:
            final = _final(entry, naming.of[module.name])
            if entry.name:
                alias = entry.name if entry.name == final else f"{entry.name} as {final}"
                named.setdefault(entry.module, set()).add(alias)
            else:
                plain |= _plain(entry, final)
    stars = {f"from {star} import *" for module in modules for star in module.stars}
    froms = (f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(named.items()))
    return [*sorted(plain), *sorted(stars), *froms]


def _final(entry: Import, names: Mapping[str, str]) -> str:
    return names.get(entry.bound, entry.bound)


def _plain(entry: Import, final: str) -> set[str]:
    """`import a.b` binds `a`; under another name the package itself is imported beside it."""
    top = entry.module.partition(".")[0]
    if entry.bound == entry.module.partition(".")[0] and entry.bound != entry.module:
        return {f"import {entry.module}"} | ({f"import {top} as {final}"} if final != top else set())
    return {f"import {entry.module}" + (f" as {final}" if final != entry.module else "")}


def _spaced(blocks: list[str]) -> str:
    """Two empty lines around definitions, none between other statements; more at the top after imports."""
    text = ""
    for index, block in enumerate(blocks):
        large = _is_definition(block) or (index > 0 and _is_definition(blocks[index - 1]))
        text += ("\n\n\n" if large else "\n") * (index > 0) + block
    return ("\n" + text) if blocks and _is_definition(blocks[0]) else text


def _is_definition(block: str) -> bool:
    last = next((line for line in block.split("\n") if line and not line.startswith(("#", "@"))), "")
    return last.startswith(("def ", "async def ", "class "))


def _defines(code: str, name: str) -> bool:
    try:
        body = parse_program(code).body
    except (SyntaxError, ValueError):
        return False
    return any(getattr(node, "name", None) == name for node in body)
