"""`openai:` against real HTTP servers in this process: retries, limits, and every kind of refusal."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hrl.config import Settings
from hrl.errors import ModelSpecError, ModelUnavailable
from hrl.llm import open_model, resolve_spec
from hrl.llm.backend import Ask
from hrl.llm.backends.retries import Backoff
from hrl.llm.backends.server import ServerBackend
from hrl.llm.prompts import style
from hrl.llm.requests import Call, CodeReply, Generate, Sampling
from hrl.llm.specs import Server, discover

QUICK = Backoff(tries=4, base=0.01, longest=0.05)


def chat(text="def add(a, b): return a + b", **choice):
    """A complete, well-formed answer."""
    return {
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop", **choice}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7},
    }


@contextmanager
def serving(*answers, models=("tiny",)):
    """A server that gives `answers` in turn, the last one for ever.

    An answer is a status and a body (JSON value or bytes), with optional headers and delay. What was asked
    is in `.asked`, the largest number of requests at once in `.most`.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        def do_GET(self):
            self.reply(200, {"data": [{"id": name} for name in models]})

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with server.lock:
                status, content, *more = answers[min(len(server.asked), len(answers) - 1)]
                server.asked.append((self.path, dict(self.headers), body))
                server.running += 1
                server.most = max(server.most, server.running)
            options = more[0] if more else {}
            time.sleep(options.get("delay", 0))
            with server.lock:
                server.running -= 1
            self.reply(status, content(body) if callable(content) else content, options.get("headers", {}))

        def reply(self, status, content, headers=None):
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                pass  # The client gave up waiting, which is what some tests want.

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.asked, server.lock, server.running, server.most = [], threading.Lock(), 0, 0
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def call(**sampling):
    return Call(Generate("t", "add", "Sum.", "def add(a, b)"), Sampling(**sampling))


def ask(server, *calls, **options):
    url = server if isinstance(server, str) else server.url
    backend = ServerBackend("tiny", url, "openai:tiny", backoff=QUICK, **options)
    try:
        return backend.answer([Ask(one, style("chat").render(one.request)) for one in calls or (call(),)])
    finally:
        backend.close()


def refused(error, *answers, **options):
    with serving(*answers) as server, pytest.raises(error) as caught:
        ask(server, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    return message, len(server.asked)


def test_a_reply_is_parsed_and_counted():
    with serving((200, chat(logprobs={"content": [{"logprob": -0.5}, {"logprob": -1.5}]}))) as server:
        model = open_model(f"openai:tiny@{server.url}", Settings(api_key="secret"))
        completion = model.complete([call(temperature=0.3, max_tokens=99)])[0]
        model.close()
    path, headers, body = server.asked[0]
    assert completion.reply == CodeReply("def add(a, b): return a + b\n")
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (11, 7)
    assert completion.mean_logprob == -1.0
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret"
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("tiny", 0.3, 99)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert "stop" not in body


def test_a_base_models_prompt_goes_to_completions_as_it_stands():
    said = {"text": "\n    return a + b", "logprobs": {"token_logprobs": [None, -1.0]}}
    with serving((200, {"choices": [said]})) as server:
        model = open_model(f"openai:tiny@{server.url}", Settings(prompt_style="completion"))
        completion = model.complete([call()])[0]
        model.close()
    path, _, body = server.asked[0]
    assert (path, body["prompt"]) == ("/v1/completions", '"""\nSum.\n"""\ndef add(a, b):')
    assert (body["stop"], body["logprobs"]) == (["\ndef", "\nclass", "\nif", "\nprint"], 1)
    assert "messages" not in body
    assert completion.reply == CodeReply("def add(a, b):\n    return a + b\n")
    assert completion.mean_logprob == -1.0


def test_an_address_with_v1_is_kept_and_without_a_key_none_is_sent():
    with serving((200, chat())) as server:
        ask(server.url + "/v1/")
    path, headers, _ = server.asked[0]
    assert path == "/v1/chat/completions"
    assert "Authorization" not in headers


def test_seed_and_sample_number_make_different_seeds():
    with serving((200, chat())) as server:
        ask(server, call(), call(sample=1), call(seed=1), call())
    seeds = [body["seed"] for _, _, body in server.asked]
    assert len(set(seeds)) == 3
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_batch_is_sent_at_once_and_answered_in_order():
    def echo(body):
        return chat(f"seed {body['seed']}")

    with serving((200, echo, {"delay": 0.2})) as server:
        answers = ask(server, *(call(sample=n) for n in range(6)), parallel=3)
        again = ask(server, *(call(sample=n) for n in range(6)), parallel=3)
    assert [answer.text for answer in answers] == [answer.text for answer in again]
    assert len({answer.text for answer in answers}) == 6
    assert {answer.batch for answer in answers} == {6}
    assert 1 < server.most <= 3


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_go_away_is_asked_again(status):
    with serving((status, {"error": "busy"}), (status, b"busy"), (200, chat())) as server:
        assert "def add" in ask(server)[0].text
    assert len(server.asked) == 3


def test_retry_after_is_honoured_up_to_a_bound():
    assert Backoff(longest=30).at_least(0.5, "7") == 7
    assert Backoff(longest=30).at_least(0.5, "7000") == 30
    assert Backoff(longest=30).at_least(0.5, "Wed, 21 Oct 2015 07:28:00 GMT") == 0.5
    assert Backoff(longest=30).at_least(0.5, "Wed, 21 Oct 2115 07:28:00 GMT") == 30
    assert Backoff(longest=30).at_least(0.5, "soon") == 0.5
    with serving((429, {}, {"headers": {"Retry-After": "0.03"}}), (200, chat())) as server:
        assert ask(server)[0].text


def test_waits_grow_and_are_bounded():
    waits = list(Backoff(tries=8, base=1.0, longest=10.0).waits())
    assert len(waits) == 7
    assert all(min(10, 0.5 * 2**k) <= wait <= min(10, 2**k) for k, wait in enumerate(waits))


def test_a_server_that_stays_broken_is_unavailable():
    message, asked = refused(ModelUnavailable, (500, {"error": {"message": "out of\nmemory"}}))
    assert "500: out of memory" in message
    assert asked == QUICK.tries


def test_no_server_is_unavailable():
    with serving((200, chat())) as server:
        url = server.url
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        ask(url)


def test_a_server_that_is_too_slow_is_unavailable():
    message, _ = refused(ModelUnavailable, (200, chat(), {"delay": 0.5}), timeout=0.05)
    assert "in time" in message


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_names_the_setting(status):
    message, asked = refused(ModelUnavailable, (status, {"error": "no"}))
    assert "HRL_API_KEY" in message
    assert asked == 1


def test_an_unknown_model_names_those_there_are():
    expected = "no model 'tiny'; it has alpha, beta"
    with (
        serving((404, {"error": "no such model"}), models=("alpha", "beta")) as server,
        pytest.raises(ModelSpecError, match=expected),
    ):
        ask(server)


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"[]", {"choices": []}, {"choices": [{"text": "x"}]}, {"choices": [{"message": None}]}, b""],
)
def test_something_else_than_a_completion_is_unavailable(body):
    message, _ = refused(ModelUnavailable, (200, body))
    assert "chat completion" in message


def test_parameters_that_a_server_refuses_are_dropped():
    refusal = (400, {"error": {"message": "logprobs is not supported"}})
    with serving(refusal, (200, chat())) as server:
        backend = ServerBackend("tiny", server.url, "openai:tiny", backoff=QUICK)
        asks = [Ask(call(), style("chat").render(call().request))]
        assert backend.answer(asks)[0].text
        assert backend.answer(asks)[0].text
        backend.close()
    assert ["logprobs" in body for _, _, body in server.asked] == [True, False, False]


def test_a_request_that_stays_refused_is_unavailable():
    message, asked = refused(ModelUnavailable, (422, {"detail": "bad messages"}))
    assert "bad messages" in message
    assert asked == 2


def test_a_prompt_too_long_for_the_server_is_a_value():
    error = {"error": {"message": "This model's maximum context length is 4096 tokens."}}
    with serving((400, error)) as server:
        assert "context" in ask(server)[0].problem


def test_missing_usage_is_estimated_and_odd_content_is_read():
    parts = [{"type": "text", "text": "def add"}, {"type": "text", "text": "(a, b): ..."}]
    answer = {"choices": [{"message": {"content": parts}, "finish_reason": "length"}]}
    with serving((200, answer)) as server:
        found = ask(server)[0]
    assert found.text == "def add(a, b): ..."
    assert found.finish == "length"
    assert found.usage.prompt_tokens > 50
    assert found.usage.completion_tokens > 3


def test_a_reply_without_content_is_empty():
    with serving((200, chat(None))) as server:
        assert ask(server)[0].text == ""


def test_lone_surrogates_do_not_leave_the_program():
    with serving((200, b'{"choices": [{"message": {"content": "a\\ud800b"}}]}')) as server:
        model = open_model(f"openai:tiny@{server.url}", Settings())
        request = Generate("t", "add", "Sum \ud800.", "def add(a, b)")
        text = model.complete([Call(request, Sampling())])[0].text
        model.close()
    assert text == "a\\ud800b"


def test_a_server_on_this_machine_is_found_and_named():
    with serving((200, chat()), models=("nomic-embed-text", "coder", "other")) as server:
        places = (Server("Nothing", 1), Server("Ollama", server.server_port))
        assert discover(places) == [(places[1], ["coder", "other"])]
        spec, said = resolve_spec(None, Settings(), servers=places)
    assert spec == f"openai:coder@{server.url}"
    assert "Ollama" in said
    assert "2 models" in said


def test_a_port_where_something_else_listens_is_passed_over():
    with serving((200, chat()), models=()) as server:
        assert discover((Server("vLLM", server.server_port),)) == []
