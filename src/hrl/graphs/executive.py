"""The executive machine: decide → generate, test, debug, search or stop → decide, until it ends.

Every action is a node of its own, so that a killed run resumes inside an episode.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langgraph.graph import END, START, StateGraph

from hrl.executive import Action, Episode, announce, budget_left, conclude, decide, step
from hrl.graphs.bench import Workbench
from hrl.graphs.gate import Gates
from hrl.graphs.state import EpisodeState
from hrl.types import dump, load

ACTIONS = tuple(action.name.lower() for action in Action)


def executive_machine(bench: Workbench) -> Any:
    """The compiled machine; it checkpoints through the machine that calls it."""
    graph, gates = StateGraph(EpisodeState), Gates(bench.parallel)
    graph.add_node("announce", _announce(bench))
    graph.add_node("decide", _decide(bench))
    graph.add_node("conclude", _conclude(bench))
    for action in Action:
        name = action.name.lower()
        graph.add_node(name, _take(action, bench, gates))
        graph.add_conditional_edges(name, _next, ["decide", "conclude"])
    graph.add_edge(START, "announce")
    graph.add_edge("announce", "decide")
    graph.add_conditional_edges("decide", lambda state: state["action"], [*ACTIONS])
    graph.add_edge("conclude", END)
    return graph.compile(name="executive")


def _announce(bench: Workbench) -> Callable[[EpisodeState], EpisodeState]:
    def node(state: EpisodeState) -> EpisodeState:
        announce(load(Episode, state["episode"]), bench.recorder)
        return EpisodeState()

    return node


def _decide(bench: Workbench) -> Callable[[EpisodeState], EpisodeState]:
    def choose(state: EpisodeState) -> EpisodeState:
        episode = load(Episode, state["episode"])
        left = budget_left(episode, bench.tools())
        action = decide(episode, bench.executive_policy, bench.recorder, left)
        return EpisodeState(action=action.name.lower())

    return choose


def _take(action: Action, bench: Workbench, gates: Gates) -> Callable[[EpisodeState], EpisodeState]:
    def take(state: EpisodeState) -> EpisodeState:
        episode = load(Episode, state["episode"])
        if not episode.steps:
            gates.arrive(state.get("wave", []))
        found = step(episode, action, bench.tools())
        return EpisodeState(episode=dump(found.episode))

    return take


def _conclude(bench: Workbench) -> Callable[[EpisodeState], EpisodeState]:
    def node(state: EpisodeState) -> EpisodeState:
        conclude(load(Episode, state["episode"]), bench.recorder)
        return EpisodeState()

    return node


def _next(state: EpisodeState) -> str:
    return "decide" if state["episode"]["status"] == "running" else "conclude"
