"""Both machines as one mermaid flowchart, drawn from the compiled graphs themselves; nothing is run."""

from __future__ import annotations

from typing import Any, cast

from hrl.graphs.bench import Workbench
from hrl.graphs.executive import executive_machine
from hrl.graphs.hierarchical import hierarchical_machine

_CALLERS = ("episode", "evaluate")


def mermaid() -> str:
    """Mermaid text; `hrl graph` prints it."""
    bench = undriven()
    lines = ["flowchart TD"]
    lines += _section("hierarchical", hierarchical_machine(bench))
    lines += _section("executive", executive_machine(bench))
    lines += [f"  hierarchical_{caller} -. runs .-> executive" for caller in _CALLERS]
    return "\n".join(lines) + "\n"


def undriven() -> Workbench:
    """A bench for a machine that is looked at and never run."""
    return cast(Workbench, _Nothing())


class _Nothing:
    """All that building a machine reads of a bench."""

    parallel = 1


def _section(name: str, machine: Any) -> list[str]:
    graph = machine.get_graph()
    lines = [f"  subgraph {name}"]
    for node in graph.nodes:
        lines.append(f"    {_id(name, node)}{_shape(node)}")
    for edge in graph.edges:
        arrow = "-.->" if edge.conditional else "-->"
        lines.append(f"    {_id(name, edge.source)} {arrow} {_id(name, edge.target)}")
    return [*lines, "  end"]


def _id(machine: str, node: str) -> str:
    return f"{machine}_{node.strip('_')}"


def _shape(node: str) -> str:
    return f"([{node.strip('_')}])" if node.startswith("__") else f"[{node}]"
