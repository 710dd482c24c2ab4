"""The frozen types that cross borders: `Task → Plan → Candidate → Program → Verdict`.

Nothing here computes more than its own derived values, and nothing here knows a room above.
All of them survive `dump` / `load` through JSON.
"""

from __future__ import annotations

import ast
import hashlib
import threading
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    import networkx as nx
    from pydantic import TypeAdapter

T = TypeVar("T")

TestKind = Literal["python", "doctest"]
Status = Literal["pass", "fail", "timeout", "memory", "error", "protocol"]


@dataclass(frozen=True, slots=True)
class TestCode:
    """Tests as the user or a model wrote them.

    Attributes:
        source: a Python test program, or doctest examples when `kind` is `doctest`.
        kind: how to read `source`.
        line: 1-based line of the first line of `source` in the task file (1 elsewhere).
    """

    __test__ = False

    source: str
    kind: TestKind = "python"
    line: int = 1


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


_warnings_lock = threading.Lock()


def parse_program(code: str) -> ast.Module:
    """`ast.parse` without its warnings: an invalid escape is a model's style, no concern of ours.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `ast.parse`.
    """
    with _warnings_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def program_digest(code: str) -> str:
    """Hash of the normalised AST: comments, layout and docstrings do not count.

    Code that does not parse is hashed by its text without white space at line ends.
    """
    try:
        tree = parse_program(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        normalised = "text:" + "\n".join(line.rstrip() for line in code.strip().splitlines())
    else:
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if (
                isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                and body
                and isinstance(body[0], ast.Expr)
                and isinstance(body[0].value, ast.Constant)
                and isinstance(body[0].value.value, str)
            ):
                node.body = body[1:] or [ast.Pass()]
        normalised = "ast:" + ast.dump(tree)
    return hashlib.sha256(normalised.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program text; `digest` recognises repeats (see `program_digest`).

    Attributes:
        origin: `generate`, `debug`, `starter`, `merge` or `integrate`.
        mean_logprob: mean token log-probability of the reply that held it, where known.
    """

    code: str
    digest: str
    origin: str
    mean_logprob: float | None = None

    @staticmethod
    def of(code: str, origin: str, mean_logprob: float | None = None) -> Candidate:
        """A candidate with its digest computed."""
        return Candidate(code, program_digest(code), origin, mean_logprob)


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """One test's result.

    Attributes:
        name: the test's source line, or the test function's name.
        status: see `Status`; `error` is an exception other than a failed assertion.
        error_class: builtin exception class nearest to what was raised, or "".
        message: one short line for people and prompts.
        expected: repr of the expected value, where the test states one.
        got: repr of the value returned, where there is one.
    """

    __test__ = False

    name: str
    status: Status
    error_class: str = ""
    message: str = ""
    expected: str = ""
    got: str = ""


@dataclass(frozen=True, slots=True)
class TestReport:
    """What the sandbox says of one program and one set of tests.

    Attributes:
        verdict: `pass` only when there is at least one outcome and all of them pass;
            else the status of the first that does not.
        error_class: of the first test that does not pass (`SyntaxError` if nothing could load).
        stdout_tail: the end of what the candidate printed; no verdict depends on it.
        seconds: wall time in the sandbox.
        backend, isolation: where it ran and how well that is isolated.
    """

    __test__ = False

    verdict: Status
    outcomes: tuple[TestOutcome, ...] = ()
    error_class: str = ""
    message: str = ""
    stdout_tail: str = ""
    seconds: float = 0.0
    backend: str = ""
    isolation: str = ""

    @property
    def passed(self) -> int:
        """How many tests pass."""
        return sum(outcome.status == "pass" for outcome in self.outcomes)

    @property
    def total(self) -> int:
        """How many tests there are."""
        return len(self.outcomes)

    @property
    def share(self) -> float:
        """Share of tests passed, 0..1 (soft pass); 0 where there is no test."""
        return self.passed / self.total if self.outcomes else 0.0


@dataclass(frozen=True, slots=True)
class Program:
    """The merged answer: file name → source. Today always one file, `solution.py`."""

    files: dict[str, str]
    entry_point: str | None

    @property
    def code(self) -> str:
        """The source of `solution.py`."""
        return self.files["solution.py"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The three kinds of tests, kept apart.

    Attributes:
        solved: hidden tests pass where there are any, else visible ones, else self-written ones.
        verified: False when only self-written tests, or none, vouch for the program.
    """

    visible: TestReport | None
    self_written: TestReport | None
    hidden: TestReport | None
    solved: bool
    verified: bool


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        from pydantic import TypeAdapter

        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(value: Any, kind: Any = None) -> Any:
    """A frozen dataclass (or a union of them, given as `kind`) as plain JSON values."""
    return _adapter(kind if kind is not None else type(value)).dump_python(value, mode="json")


def load(kind: type[T], data: Any) -> T:
    """The inverse of `dump`; raises `pydantic.ValidationError` on anything else."""
    loaded: T = _adapter(kind).validate_python(data)
    return loaded
