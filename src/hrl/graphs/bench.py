"""What the machine works with and what no checkpoint can hold: models, sandbox, recorder, ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from hrl.budget import Ledger
from hrl.config import Settings
from hrl.evaluation import HiddenTests
from hrl.events import Recorder
from hrl.executive import Tools
from hrl.graphs.policies import open_policies
from hrl.graphs.setup import ROLES, Setup
from hrl.llm import BatchingModel, ReplyCache, open_model
from hrl.llm.requests import Sampling
from hrl.policies.base import Policy
from hrl.retrieval import open_index
from hrl.retrieval.base import Retriever
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Limits, Sandbox
from hrl.types import Task, TestReport


@dataclass(frozen=True, slots=True)
class Workbench:
    """One run's tools.

    Attributes:
        models: role → model; roles may share one.
        executive_policy, hierarchical_policy: who decides at each level.
        replies: every answered call of this run.
        hidden: the store of hidden tests.
        graded: the report of hidden tests that an earlier session opened.
        keep: writes the frozen program to where the user finds it.
        parallel: how many episodes run at the same time.
    """

    task: Task
    models: Mapping[str, BatchingModel]
    executive_policy: Policy
    hierarchical_policy: Policy
    sandbox: Sandbox
    retriever: Retriever
    recorder: Recorder
    ledger: Ledger
    sampling: Sampling
    limits: Limits
    replies: ReplyCache
    hidden: HiddenTests
    graded: TestReport | None
    keep: Callable[[str], None]
    parallel: int

    def tools(self) -> Tools:
        """What a step of the Executive works with."""
        return Tools(
            model=self.models["executive"],
            sandbox=self.sandbox,
            retriever=self.retriever,
            recorder=self.recorder,
            ledger=self.ledger,
            sampling=self.sampling,
            limits=self.limits,
        )


@contextmanager
def open_bench(
    setup: Setup,
    recorder: Recorder,
    ledger: Ledger,
    *,
    hidden: HiddenTests,
    graded: TestReport | None = None,
) -> Iterator[Workbench]:
    """Open models, sandbox and index, and close them again, whatever happens.

    Args:
        setup: task, settings, models and run directory.
        recorder: receives the events.
        ledger: the run's account.
        hidden: the hidden tests.
        graded: see `Workbench`.

    Raises:
        BadInput: a model or policy that is named cannot be used.
        EnvironmentFailure: the model or the sandbox cannot be started.
    """
    settings, run = setup.settings, setup.run
    with ExitStack() as stack:
        executive, hierarchical = open_policies(settings)
        replies = ReplyCache(run.replies)
        stack.callback(replies.close)
        models = _open_models(setup.specs, settings, replies, stack)
        sandbox = open_sandbox(settings)
        stack.callback(sandbox.close)
        yield Workbench(
            task=setup.task,
            models=models,
            executive_policy=executive,
            hierarchical_policy=hierarchical,
            sandbox=sandbox,
            retriever=_open_index(setup.task, stack),
            recorder=recorder,
            ledger=ledger,
            sampling=Sampling.of(settings),
            limits=Limits.of(settings),
            replies=replies,
            hidden=hidden,
            graded=graded,
            keep=lambda code: run.write_text(run.solution, code),
            parallel=settings.max_parallel,
        )


def _open_index(task: Task, stack: ExitStack) -> Retriever:
    retriever = open_index(task.documents)
    close = getattr(retriever, "close", None)
    if close is not None:
        stack.callback(close)
    return retriever


def _open_models(
    specs: Mapping[str, str], settings: Settings, cache: ReplyCache, stack: ExitStack
) -> dict[str, BatchingModel]:
    """One model for each spec, however many roles share it."""
    opened: dict[str, BatchingModel] = {}
    for spec in specs.values():
        if spec not in opened:
            opened[spec] = open_model(spec, settings, cache=cache)
            stack.callback(opened[spec].close)
    return {role: opened[specs[role]] for role in ROLES}
