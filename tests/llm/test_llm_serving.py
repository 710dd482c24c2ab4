"""`openai:` against a real OpenAI-compatible server process: `transformers serve` on local weights.

The bundled model is served where this checkout has it, a tiny random one otherwise.
"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from hrl.config import Settings
from hrl.errors import ModelUnavailable
from hrl.llm import open_model
from hrl.llm.opening import bundled_directory
from hrl.llm.requests import Call, CodeReply, Generate, Sampling

pytestmark = [pytest.mark.slow, pytest.mark.timeout(280)]
PATIENCE = 200.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def weights(llama):
    return bundled_directory() if (bundled_directory() / "config.json").is_file() else llama


@pytest.fixture(scope="module")
def server(weights, tmp_path_factory):
    """The address of a running server, and its process."""
    home = tmp_path_factory.mktemp("hf")
    (home / "hub").mkdir()
    port = free_port()
    program = Path(sys.executable).with_name("transformers")
    command = [program, "serve", weights, "--device", "cpu", "--dtype", "float32"]
    environment = {**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            wait_for(port, process, home / "log")
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()
            process.wait()


def wait_for(port, process, log):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start: {log.read_text()[-2000:]}")


@pytest.fixture
def model(server, weights):
    compact = (weights / "hrl.json").is_file()
    settings = Settings(prompt_style="compact" if compact else "chat", device="cpu")
    opened = open_model(f"openai:{weights}@{server[0]}", settings)
    yield opened
    opened.close()


def call(sample=0, **more):
    request = Generate("t", "add", "Return the sum of a and b.", "def add(a, b)")
    return Call(request, Sampling(max_tokens=24, sample=sample, **more))


def test_a_served_model_answers_and_counts(model):
    completion = model.complete([call()])[0]
    assert completion.usage.prompt_tokens > 10
    assert 0 < completion.usage.completion_tokens <= 24
    assert completion.finish in ("stop", "length")
    assert completion.text or completion.finish == "stop"


def test_parallel_requests_are_all_answered(model):
    completions = model.complete([call(sample, temperature=0.8) for sample in range(4)])
    assert [completion.batch for completion in completions] == [4] * 4
    assert len({completion.key for completion in completions}) == 4


def test_the_served_weights_say_what_they_say_in_this_process(server, weights, model):
    """Greedy, over the server and in this process: the same text, up to where the request ends."""
    if not (weights / "hrl.json").is_file():
        pytest.skip("a random model's greedy choices are ties that rounding decides")
    here = open_model(f"hf:{weights}", Settings(device="cpu"))
    served, local = (m.complete([call(temperature=0.0)])[0] for m in (model, here))
    here.close()
    assert isinstance(local.reply, CodeReply)
    assert served.reply == local.reply


def test_a_server_that_dies_is_unavailable(server, weights):
    address, process = server
    process.kill()
    process.wait()
    model = open_model(f"openai:{weights}@{address}", Settings())
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        model.complete([call()])
    model.close()
