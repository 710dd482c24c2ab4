"""`openai:MODEL@URL`: any server that speaks OpenAI's chat completions (vLLM, Ollama, llama.cpp, ...).

A prompt that is to be continued as it stands (`Prompt.raw`) goes to the server's `/completions` instead.

Plain httpx: one request per call, several at once, retries with backoff and jitter. A prompt's opened
answer (an assistant message at its end) is not sent, because servers disagree on what to do with it;
neither are the stop strings that belong to it.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from hrl.errors import ModelSpecError, ModelUnavailable
from hrl.llm.backend import Answer, Ask, encodable, estimated_usage, seed_of
from hrl.llm.backends.retries import Backoff
from hrl.llm.requests import Call
from hrl.types import Usage

if TYPE_CHECKING:
    import httpx

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_OPTIONAL = ("seed", "logprobs", "top_p", "stop")
_TOO_LONG = (
    "context length",
    "context_length",
    "maximum context",
    "context window",
    "too many tokens",
    "too long",
)


class ServerBackend:
    """Talks to one model of one server.

    Args:
        model: the name that the server knows the model by.
        url: the server's address, with or without `/v1`.
        name: the spec.
        api_key: sent as a bearer token.
        backoff: when and how long to wait before another try.
        timeout: seconds for one reply; connecting has 5 seconds.
        parallel: requests at once.
    """

    def __init__(
        self,
        model: str,
        url: str,
        name: str,
        *,
        api_key: str | None = None,
        backoff: Backoff | None = None,
        timeout: float = 300.0,
        parallel: int = 8,
    ) -> None:
        import httpx

        self.name = name
        self.fingerprint = f"openai:{model}@{url.rstrip('/')}"
        self._model = model
        self._url = url.rstrip("/")
        self._backoff = backoff or Backoff()
        base = self._url if self._url.endswith("/v1") else f"{self._url}/v1"
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(
            base_url=base,
            headers=headers,
            timeout=httpx.Timeout(timeout, connect=5.0),
            # A proxy from the environment is no way to this machine itself.
            trust_env=urlsplit(url).hostname not in LOOPBACK,
            follow_redirects=True,
        )
        self._pool = ThreadPoolExecutor(parallel, thread_name_prefix="hrl-server")
        self._dropped: set[str] = set()
        self._lock = threading.Lock()

    def identity(self, call: Call) -> str:
        """The prompt says everything."""
        del call
        return ""

    def answer(self, asks: Sequence[Ask]) -> list[Answer]:
        """Send all requests, at most `parallel` at once."""
        if len(asks) == 1:
            return [self._answer(asks[0], 1)]
        try:
            futures = [self._pool.submit(self._answer, ask, len(asks)) for ask in asks]
            return [future.result() for future in futures]
        except RuntimeError:
            raise ModelUnavailable(f"{self.name} was closed") from None

    def close(self) -> None:
        """Close connections and threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    def _answer(self, ask: Ask, batch: int) -> Answer:
        started = time.monotonic()
        place = "/completions" if ask.prompt.raw else "/chat/completions"
        response = self._post(place, self._body(ask))
        if response.status_code in (400, 413, 422):
            said = _error_of(response)
            if any(phrase in said.lower() for phrase in _TOO_LONG):
                return Answer("", Usage(), problem="the prompt does not fit the model's context")
            response = self._without_optional(place, ask, said)
        self._check(response)
        return self._read(response, ask, time.monotonic() - started, batch)

    def _without_optional(self, place: str, ask: Ask, said: str) -> httpx.Response:
        """Some servers refuse parameters they do not know: try once more with the bare minimum."""
        body = {key: value for key, value in self._body(ask).items() if key not in _OPTIONAL}
        response = self._post(place, body)
        if response.status_code == 200:
            with self._lock:
                self._dropped |= set(_OPTIONAL)
        elif response.status_code in (400, 413, 422):
            raise ModelUnavailable(f"the server of {self.name} refuses the request: {said}")
        return response

    def _post(self, place: str, body: Mapping[str, Any]) -> httpx.Response:
        import httpx

        waits = self._backoff.waits()
        while True:
            wait = next(waits, None)
            try:
                response = self._client.post(place, json=body)
            except httpx.TransportError as problem:
                if wait is None:
                    raise ModelUnavailable(self._unreachable(problem)) from None
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
                raise ModelUnavailable(f"{self.name} cannot be asked: {problem}") from None
            else:
                if wait is None or not self._backoff.retried(response.status_code):
                    return response
                wait = self._backoff.at_least(wait, response.headers.get("retry-after"))
            time.sleep(wait)

    def _unreachable(self, problem: Exception) -> str:
        import httpx

        if isinstance(problem, httpx.ReadTimeout):
            return f"the server at {self._url} does not answer in time"
        return f"the server at {self._url} cannot be reached: {str(problem) or type(problem).__name__}"

    def _body(self, ask: Ask) -> dict[str, Any]:
        messages = ask.prompt.messages
        opened = bool(messages) and messages[-1].role == "assistant"
        sampling = ask.call.sampling
        said = [
            {"role": message.role, "content": encodable(message.content)}
            for message in (messages[:-1] if opened else messages)
        ]
        body: dict[str, Any] = {
            "model": self._model,
            **({"prompt": "".join(t["content"] for t in said)} if ask.prompt.raw else {"messages": said}),
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_tokens,
            "top_p": sampling.top_p,
            "seed": seed_of(sampling) & 0x7FFFFFFF,
            # Completions want the number of alternatives, turns a yes.
            "logprobs": 1 if ask.prompt.raw else True,
        }
        if ask.prompt.stop and not opened:
            body["stop"] = list(ask.prompt.stop)[:4]
        return {key: value for key, value in body.items() if key not in self._dropped}

    def _check(self, response: httpx.Response) -> None:
        """Turn every status but success into one sentence."""
        status = response.status_code
        if status in (401, 403):
            raise ModelUnavailable(f"the server at {self._url} refuses the key; set HRL_API_KEY")
        if status == 404:
            raise ModelSpecError(f"the server at {self._url} has no model {self._model!r}{self._offered()}")
        if status != 200:
            raise ModelUnavailable(f"the server at {self._url} answers with {status}: {_error_of(response)}")

    def _offered(self) -> str:
        """The models that the server says it has."""
        import httpx

        try:
            names = model_names(self._client.get("/models", timeout=2.0).json())
        except (httpx.HTTPError, ValueError):
            return ""
        return f"; it has {', '.join(names[:8])}" if names else ""

    def _read(self, response: httpx.Response, ask: Ask, seconds: float, batch: int) -> Answer:
        try:
            data = response.json()
            choice = data["choices"][0]
            text = _text(choice.get("text") if ask.prompt.raw else choice["message"].get("content"))
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise ModelUnavailable(
                f"the server at {self._url} answers with something else than a chat completion"
            ) from None
        usage = _usage(data.get("usage"), seconds) or estimated_usage(ask.prompt, text, seconds)
        finish = "length" if choice.get("finish_reason") == "length" else "stop"
        return Answer(text, usage, finish, _mean_logprob(choice.get("logprobs")), batch=batch)


def model_names(listing: Any) -> list[str]:
    """The ids in a reply to `GET /v1/models`; an empty list for anything else."""
    entries = listing.get("data") if isinstance(listing, dict) else None
    if not isinstance(entries, list):
        return []
    return [entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]


def _text(content: Any) -> str:
    """The message's text; some servers send it in parts."""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _usage(usage: Any, seconds: float) -> Usage | None:
    if not isinstance(usage, dict):
        return None
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int):
        return None
    return Usage(prompt, completion, seconds)


def _mean_logprob(logprobs: Any) -> float | None:
    found = logprobs if isinstance(logprobs, dict) else {}
    values = [entry.get("logprob") for entry in found.get("content") or () if isinstance(entry, dict)]
    values += found.get("token_logprobs") or []
    known = [float(value) for value in values if isinstance(value, int | float) and math.isfinite(value)]
    return sum(known) / len(known) if known else None


def _error_of(response: httpx.Response) -> str:
    """What the server says went wrong, in at most 200 characters."""
    try:
        data = response.json()
    except ValueError:
        return " ".join(response.text.split())[:200] or "no reason given"
    error = data.get("error", data.get("detail", data)) if isinstance(data, dict) else data
    message = error.get("message", error) if isinstance(error, dict) else error
    return " ".join(str(message).split())[:200]
