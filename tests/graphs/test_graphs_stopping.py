import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import graphs_stubborn
import pytest
from graphs_scenes import ADD, code, settings_for, trace

from hrl.graphs.stopping import stopping
from hrl.graphs.studio import hierarchical
from hrl.runs import RunDirectory, RunResult, latest


def test_a_second_signal_ends_at_once_and_leaves_a_result(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, graphs_stubborn.__file__, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        path = Path(process.stdout.readline().strip())
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=120) == 130
    run = RunDirectory.open(path)
    result = RunResult.read(run)
    assert result is not None
    assert (result.status, result.exit_code) == ("interrupted", 130)
    assert trace(run)[-1].kind == "run.finished"


def test_before_the_machine_runs_a_signal_is_an_ordinary_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt), stopping(lambda: None):
        signal.raise_signal(signal.SIGTERM)


def test_the_handlers_of_before_are_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stopping(lambda: None):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_studio_draws_without_a_task() -> None:
    async def nodes() -> set[str]:
        async with hierarchical({}) as machine:
            return set(machine.get_graph().nodes)

    assert {"plan", "execute", "episode", "grade"} <= asyncio.run(nodes())


def test_studio_solves_a_task_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [code("generate", "add", "def add(a, b):\n    return a + b\n")]
    model = settings_for(tmp_path, answers).model
    task = tmp_path / "add.md"
    task.write_text(
        f"# Add\n\n{ADD.statement}\n\n```python tests\nassert add(1, 2) == 3\n```\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HRL_SANDBOX", "process")
    monkeypatch.setenv("HRL_POLICY", "always-verify")

    async def solve() -> str:
        config = {"configurable": {"task": str(task), "model": model}}
        async with hierarchical(config) as machine:
            state = await asyncio.to_thread(machine.invoke, {})
        return str(state["answer"])

    assert "return a + b" in asyncio.run(solve())
    assert "-studio-" in latest(Path(".hrl/runs")).id


def test_the_file_for_studio_names_a_factory_that_exists() -> None:
    config = json.loads((Path(__file__).parents[2] / "langgraph.json").read_text(encoding="utf-8"))
    (place,) = config["graphs"].values()
    path, _, name = place.partition(":")
    assert (Path(__file__).parents[2] / path).is_file()
    assert name == hierarchical.__name__
