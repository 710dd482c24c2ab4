"""What is asked for: tasks with their documents and budgets, plans with their subtasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hrl.types.testing import TestCode

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True)
class Document:
    """A text that the user attached: `name` is shown to the user and in prompts."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved piece of a document; `score` is BM25, higher is better."""

    source: str
    heading: str
    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What model calls cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Prompt and completion tokens together."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """Upper bounds for one run; `None` means unbounded. `seconds` is wall time."""

    tokens: int | None = None
    seconds: float | None = None
    model_calls: int | None = None
    sandbox_runs: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What the user asks for.

    Attributes:
        id: short stable name: slug of the title and a digest of the content.
        statement: the prose and context blocks, without tests and starter code.
        entry_point: the function that the tests call.
        signature: `def name(args) -> result` without a colon, where known.
        visible_tests: may be shown to the model and to the policies.
        hidden_tests: opened once, after the answer is frozen; never in a prompt or feature.
        packages: third-party packages that the sandbox image has to hold.
        entry_point_from: how the entry point was found, in words, for people.
    """

    id: str
    title: str
    statement: str
    entry_point: str | None = None
    signature: str | None = None
    starter_code: str = ""
    visible_tests: tuple[TestCode, ...] = ()
    hidden_tests: tuple[TestCode, ...] = ()
    documents: tuple[Document, ...] = ()
    packages: tuple[str, ...] = ()
    budget: Budget = field(default_factory=Budget)
    entry_point_from: str = ""


@dataclass(frozen=True, slots=True)
class Subtask:
    """One function of the plan.

    Attributes:
        name: the function's name, unique in the plan.
        goal: what it does, in words.
        signature: `def name(args) -> result` without a colon.
        tests: visible tests that exercise this function.
        depends_on: names of subtasks whose functions this one may call.
    """

    name: str
    goal: str
    signature: str
    tests: tuple[TestCode, ...] = ()
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanRejected:
    """A plan that cannot be used; a value that the Hierarchical policy sees."""

    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Subtasks whose dependencies form a DAG; build one with `Plan.of`, which validates."""

    subtasks: tuple[Subtask, ...]

    @staticmethod
    def of(subtasks: Iterable[Subtask]) -> Plan | PlanRejected:
        """Validate: not empty, unique names, known dependencies, no cycle."""
        import networkx as nx

        plan = Plan(tuple(subtasks))
        names = [subtask.name for subtask in plan.subtasks]
        if not names:
            return PlanRejected("the plan has no subtasks")
        for name in names:
            if not name.isidentifier():
                return PlanRejected(f"{name!r} is not a function name")
            if names.count(name) > 1:
                return PlanRejected(f"the plan names {name} twice")
        for subtask in plan.subtasks:
            for dependency in subtask.depends_on:
                if dependency not in names:
                    return PlanRejected(f"{subtask.name} depends on {dependency}, which is not in the plan")
        if not nx.is_directed_acyclic_graph(plan.graph()):
            cycle = " → ".join(edge[0] for edge in nx.find_cycle(plan.graph()))
            return PlanRejected(f"the plan has a cycle: {cycle}")
        return plan

    def graph(self) -> nx.DiGraph[str]:
        """Edges run from a dependency to what needs it; node attribute `subtask`."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        for subtask in self.subtasks:
            graph.add_node(subtask.name, subtask=subtask)
        for subtask in self.subtasks:
            graph.add_edges_from((dependency, subtask.name) for dependency in subtask.depends_on)
        return graph

    def subtask(self, name: str) -> Subtask:
        """The subtask of that name; KeyError when there is none."""
        for subtask in self.subtasks:
            if subtask.name == name:
                return subtask
        raise KeyError(name)

    def in_order(self) -> tuple[Subtask, ...]:
        """Dependencies first; ties in the plan's own order."""
        import networkx as nx

        position = {subtask.name: index for index, subtask in enumerate(self.subtasks)}
        order = nx.lexicographical_topological_sort(self.graph(), key=lambda name: position[name])
        return tuple(self.subtask(name) for name in order)

    def ancestors(self, name: str) -> tuple[Subtask, ...]:
        """All direct and indirect dependencies of a subtask, dependencies first."""
        import networkx as nx

        wanted = nx.ancestors(self.graph(), name)
        return tuple(subtask for subtask in self.in_order() if subtask.name in wanted)
