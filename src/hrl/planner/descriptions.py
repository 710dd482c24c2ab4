"""What a statement says of each planned function, and which of the others it mentions there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hrl.llm.prompts.compact.statement import Part, parts
from hrl.llm.requests import PlannedPart
from hrl.types import Subtask, Task


def described(planned: Sequence[Subtask | PlannedPart], task: Task) -> dict[str, Part]:
    """How the statement describes each function, or the plan, where its goal names more of the others."""
    names = [entry.name for entry in planned]
    stated = {part.name: part for part in parts(task.statement)}
    found = {}
    for entry in planned:
        others = {name: 0 for name in names if name != entry.name and mentions(entry.goal, name)}
        own = Part(0, entry.goal, entry.name, entry.signature, others)
        said = stated.get(entry.name, own)
        said = replace(said, mentions={name: i for name, i in said.mentions.items() if name in names})
        found[entry.name] = said if len(said.mentions) >= len(others) else own
    return found


def beside(part: Part) -> list[str]:
    """Mentioned functions whose sentences speak of no other one: a first step, or beside the matter."""
    return [name for name in part.mentions if part.said({*part.mentions} - {name}) != part.goal]


def mentions(text: str, name: str) -> bool:
    """Whether a text names a function in back quotes."""
    return re.search(rf"`[^`\n]*\b{re.escape(name)}\b[^`\n]*`", text) is not None


def mended(planned: Sequence[PlannedPart], task: Task, entry: str) -> list[PlannedPart]:
    """A plan whose dependencies agree with what the statement says of the functions.

    Models put wrong dependencies in and leave true ones out. Two things tell without a test: a cycle, and a
    function that would be written for nobody. A cycle is cut where the need is in the plan alone or beside
    the matter ("see also `g`"); what nothing uses is needed by those whose descriptions mention it, first of
    all in one breath with others.

    Args:
        planned: as the model gave it; what is wrong with it otherwise stays wrong.
        task: describes the functions.
        entry: the entry point, which nothing has to use.
    """
    stated = described(planned, task)
    needs = {part.name: part.depends_on for part in planned}
    while edge := _needless_in_cycle(needs, stated, entry):
        needs[edge[0]] = tuple(need for need in needs[edge[0]] if need != edge[1])
    used = {name for some in needs.values() for name in some} | {entry}
    for loose in [name for name in needs if name not in used]:
        below = _below(loose, needs)
        users = [name for name, said in stated.items() if loose in said.mentions and name not in below]
        for name in [name for name in users if loose not in beside(stated[name])] or users:
            needs[name] = (*needs[name], loose)
    return [_needing(part, needs[part.name], stated[part.name]) for part in planned]


def _needless_in_cycle(
    needs: Mapping[str, tuple[str, ...]], stated: Mapping[str, Part], entry: str
) -> tuple[str, str] | None:
    """A function of a cycle, and one that it need not call for what is said of it; the entry point first."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((name, need) for name, some in needs.items() for need in some)
    try:
        cycle = nx.find_cycle(graph)
    except nx.NetworkXNoCycle:
        return None
    found = [
        (name, need)
        for name, need in cycle
        if need not in stated[name].mentions or need in beside(stated[name])
    ]
    return min(found, key=lambda edge: edge[1] != entry, default=None)


def _needing(part: PlannedPart, needs: tuple[str, ...], said: Part) -> PlannedPart:
    """The part with these dependencies, new ones as they are mentioned, in words that name them alone."""
    kept = [name for name in part.depends_on if name in needs]
    new = [name for name in said.mentions if name in needs and name not in kept]
    gone = [name for name in part.depends_on if name not in needs]
    told = all(mentions(part.goal, name) for name in new) and not any(mentions(part.goal, n) for n in gone)
    return replace(part, goal=part.goal if told else said.said(needs), depends_on=(*kept, *new))


def _below(name: str, needs: Mapping[str, tuple[str, ...]]) -> set[str]:
    """A function with everything that it needs, directly or not."""
    found, waiting = {name}, [name]
    while waiting:
        new = {need for need in needs.get(waiting.pop(), ()) if need not in found}
        found |= new
        waiting += new
    return found
