"""The hierarchical machine: decide → plan, execute, integrate, evaluate or stop → decide, until it stops.

`execute` fans the ready subtasks out with `Send`, wave by wave through the plan; each becomes one run of the
executive machine. Nodes only delegate: what they do stands in `options`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

from hrl.executive import Episode
from hrl.graphs import integrating, options, ordering
from hrl.graphs.bench import Workbench
from hrl.graphs.decision import OPTIONS
from hrl.graphs.executive import executive_machine
from hrl.graphs.state import EpisodeOrder, EpisodeState, RunState
from hrl.types import dump, load

RECURSION_LIMIT = 1000
Node = Callable[[RunState], RunState]


def hierarchical_machine(bench: Workbench, checkpointer: Any = None) -> Any:
    """The whole machine, compiled.

    Args:
        bench: what the nodes work with.
        checkpointer: a LangGraph checkpoint saver; None keeps nothing.
    """
    executive = executive_machine(bench)
    graph = StateGraph(RunState)
    graph.add_node("decide", _delegate(options.choose_option, bench))
    graph.add_node("plan", _delegate(options.make_plan, bench))
    graph.add_node("execute", _delegate(options.remaining, bench))
    graph.add_node("episode", _episode(executive, bench))
    graph.add_node("integrate", _delegate(integrating.merge_parts, bench))
    graph.add_node("evaluate", _evaluate(executive, bench))
    graph.add_node("stop", _delegate(options.freeze_answer, bench))
    graph.add_node("grade", _delegate(options.grade, bench))
    graph.add_edge(START, "decide")
    graph.add_conditional_edges("decide", lambda state: state["option"], [*OPTIONS])
    graph.add_conditional_edges("execute", _fan_out(bench), ["episode", "decide"])
    graph.add_edge("episode", "execute")
    for option in ("plan", "integrate", "evaluate"):
        graph.add_edge(option, "decide")
    graph.add_edge("stop", "grade")
    graph.add_edge("grade", END)
    return graph.compile(checkpointer=checkpointer, name="hierarchical")


def _delegate(function: Callable[[RunState, Workbench], RunState], bench: Workbench) -> Node:
    def node(state: RunState) -> RunState:
        return function(state, bench)

    return node


def _fan_out(bench: Workbench) -> Callable[[RunState], list[Send] | str]:
    def fan_out(state: RunState) -> list[Send] | str:
        return [Send("episode", order) for order in ordering.orders(state, bench)] or "decide"

    return fan_out


def _episode(executive: Any, bench: Workbench) -> Callable[[EpisodeOrder], RunState]:
    def episode(order: EpisodeOrder) -> RunState:
        with bench.models["executive"].expecting():
            found = _run(executive, EpisodeState(episode=order["episode"], wave=order["wave"]))
        return ordering.take_episode(order, found)

    return episode


def _evaluate(executive: Any, bench: Workbench) -> Node:
    def evaluate(state: RunState) -> RunState:
        first = options.evaluation_episode(state, bench)
        return options.take_evaluation(state, bench, _run(executive, EpisodeState(episode=dump(first))))

    return evaluate


def _run(executive: Any, first: EpisodeState) -> Episode:
    """Run an episode; called inside a node, so it shares that node's checkpoints and resumes with it."""
    return load(Episode, executive.invoke(first)["episode"])
