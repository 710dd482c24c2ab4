"""Factories for LangGraph Studio (`langgraph dev`, see `langgraph.json`).

Without a task the machine can only be looked at. With `configurable.task` (a task file's path) and, if
wished, `configurable.model` it solves that task; submit an empty input. A run directory is made as usual.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from typing import Any

from hrl.budget import Ledger
from hrl.config import load_settings
from hrl.evaluation import HiddenTests
from hrl.events import FileRecorder
from hrl.graphs.bench import Workbench, open_bench
from hrl.graphs.drawing import undriven
from hrl.graphs.hierarchical import hierarchical_machine
from hrl.graphs.setup import write_setup
from hrl.runs import RunDirectory
from hrl.task import read_task


@asynccontextmanager
async def hierarchical(config: dict[str, Any]) -> AsyncIterator[Any]:
    """The hierarchical machine for one Studio session; opening and closing happen off the event loop."""
    given = config.get("configurable", {})
    if not given.get("task"):
        yield hierarchical_machine(undriven())
        return
    stack = ExitStack()
    bench = await asyncio.to_thread(stack.enter_context, _bench(given))
    try:
        yield hierarchical_machine(bench)
    finally:
        await asyncio.to_thread(stack.close)


@contextmanager
def _bench(given: Mapping[str, Any]) -> Iterator[Workbench]:
    task, text = read_task(given["task"])
    settings = load_settings(model=given.get("model"))
    run = RunDirectory.create(settings.runs_dir, "studio", task.id)
    setup = write_setup(run, task, text, settings)
    ledger = Ledger(settings.budget(task.budget))
    hidden = HiddenTests(task.hidden_tests)
    with (
        closing(FileRecorder(run.events)) as recorder,
        open_bench(setup, recorder, ledger, hidden=hidden) as bench,
    ):
        yield bench
