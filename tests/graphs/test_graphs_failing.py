"""The environment fails in the middle of a run: exit 3, the best program kept, and resume goes on."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from graphs_scenes import ADD, CLEAN, MAIN, PIPELINE, SCORE, code, new_run, of_kind, plan, settings_for, trace

from hrl.events import Stamped
from hrl.graphs.solve import resume, run_solve

# `main` first: its prompt names the others too.
FUNCTIONS = {"main": MAIN, "clean": CLEAN, "score": SCORE}


class Server(ThreadingHTTPServer):
    """An OpenAI-compatible server that answers only so many requests, until it is mended."""

    daemon_threads = True

    def __init__(self, answers: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.left = answers
        self.answered = 0
        self.lock = threading.Lock()

    @property
    def spec(self) -> str:
        return f"openai:tiny@http://127.0.0.1:{self.server_port}"

    def take(self) -> bool:
        with self.lock:
            self.left -= 1
            self.answered += self.left >= 0
            return self.left >= 0


class Handler(BaseHTTPRequestHandler):
    """Answers with the function whose name the prompt asks for; 503 when the server is worn out."""

    server: Server

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        prompt = json.loads(self.rfile.read(size))["messages"][-1]["content"]
        if not self.server.take():
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        name = next(name for name in FUNCTIONS if f"def {name}(" in prompt)
        message = {"role": "assistant", "content": f"```python\n{FUNCTIONS[name]}```"}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        body = json.dumps(
            {"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 9}}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(answers=2)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_model_that_goes_away_ends_with_exit_3_and_resume_goes_on(tmp_path: Path, server: Server) -> None:
    planner = settings_for(tmp_path, [plan()]).model
    settings = settings_for(tmp_path, [plan()], model=server.spec, planner_model=planner)
    run = new_run(settings, PIPELINE)

    outcome = run_solve(PIPELINE, "# Pipeline\n", settings, run)

    assert (outcome.exit_code, outcome.status) == (3, "failed")
    assert str(server.server_port) in outcome.message
    assert "def clean" in outcome.code
    assert "def score" in outcome.code
    assert run.solution.read_text(encoding="utf-8") == outcome.code
    assert of_kind(trace(run), "run.finished")[-1].status == "failed"

    server.left = 1
    again = resume(run)
    assert (again.exit_code, again.status) == (0, "solved")
    assert server.answered == len(FUNCTIONS), "nothing that was answered is asked again"


def test_a_failing_disk_ends_with_exit_3_and_resume_goes_on(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, [code("generate", "add", "def add(a, b):\n    return a + b\n")])
    run = new_run(settings, ADD)
    run.solution.mkdir()
    (run.solution / "in the way").touch()

    outcome = run_solve(ADD, "# Add\n", settings, run)

    assert (outcome.exit_code, outcome.status) == (3, "failed")
    assert "solution.py cannot be written" in outcome.message
    assert "return a + b" in outcome.code
    (run.solution / "in the way").unlink()
    run.solution.rmdir()
    again = resume(run)
    assert (again.exit_code, again.status) == (0, "solved")
    assert len([event for event in of_kind(trace(run), "model.answered") if not event.cached]) == 1


def test_a_bug_leaves_its_traceback_in_the_log_and_a_result(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, [code("generate", "add", "def add(a, b):\n    return a + b\n")])
    run = new_run(settings, ADD)

    def broken(stamped: Stamped) -> None:
        if stamped.event.kind == "candidate.made":
            raise ZeroDivisionError("a listener with a bug")

    with pytest.raises(ZeroDivisionError):
        run_solve(ADD, "# Add\n", settings, run, listeners=[broken])
    assert "a listener with a bug" in run.log.read_text(encoding="utf-8")
    assert json.loads(run.result.read_text(encoding="utf-8"))["status"] == "failed"
    assert run.solution.read_text(encoding="utf-8") == "def add(a, b):\n    return a + b\n"
    assert resume(run).status == "solved"
