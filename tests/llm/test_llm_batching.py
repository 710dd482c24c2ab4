"""Gathering calls from real threads: batches, errors, and no way to wait for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hrl.config import Settings
from hrl.errors import ModelUnavailable
from hrl.llm import BatchingModel, open_model
from hrl.llm.requests import BrokenReply, Call, Completion, Generate, Sampling
from hrl.types import Usage

LONG = 60.0


class CountingModel:
    """A `ChatModel` that answers with the goal and remembers the size of each batch."""

    name = fingerprint = style = "counting"

    def __init__(self, error=None, gate=None):
        self.batches = []
        self.running = self.most = 0
        self.closed = False
        self._error = error
        self._gate = gate
        self._lock = threading.Lock()

    def complete(self, calls):
        with self._lock:
            self.batches.append(len(calls))
            self.running += 1
            self.most = max(self.most, self.running)
        if self._gate:
            self._gate.wait(LONG)
        with self._lock:
            self.running -= 1
        if self._error:
            raise self._error
        return [
            Completion(
                BrokenReply("", ""), call.request.goal, Usage(), "stop", call.request.goal, batch=len(calls)
            )
            for call in calls
        ]

    def close(self):
        self.closed = True


def call(goal):
    return Call(Generate("t", "f", str(goal), "def f()"), Sampling())


def in_threads(count, work):
    """Run `work(number)` in threads that all start together; results or exceptions, in order."""
    start = threading.Barrier(count)

    def one(number):
        start.wait(LONG)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(one, number) for number in range(count)]
        return [future.exception(LONG) or future.result() for future in futures]


def test_announced_threads_become_one_batch_and_get_their_own_answers():
    inner = CountingModel()
    model = BatchingModel(inner, window=LONG)
    announced = threading.Barrier(6)

    def work(number):
        with model.expecting():
            announced.wait(LONG)
            return [c.text for c in model.complete([call(number), call(f"{number}b")])]

    assert in_threads(6, work) == [[str(n), f"{n}b"] for n in range(6)]
    assert inner.batches == [12]


def test_a_single_thread_does_not_wait_for_the_window():
    model = BatchingModel(CountingModel(), window=LONG)
    assert model.complete([call(1)])[0].text == "1"
    with model.expecting(), model.expecting():
        assert model.complete([call(2)])[0].text == "2"


def test_a_thread_that_leaves_lets_the_others_go_on():
    inner = CountingModel()
    model = BatchingModel(inner, window=LONG)
    announced = threading.Barrier(3)

    def work(number):
        with model.expecting():
            announced.wait(LONG)
            if number == 0:
                return None
            return model.complete([call(number)])[0].text

    assert in_threads(3, work) == [None, "1", "2"]
    assert sum(inner.batches) == 2


def test_a_thread_that_fails_lets_the_others_go_on():
    model = BatchingModel(CountingModel(), window=LONG)
    announced = threading.Barrier(3)

    def work(number):
        with model.expecting():
            announced.wait(LONG)
            if number == 0:
                raise KeyError("an episode broke")
            return model.complete([call(number)])[0].text

    first, *others = in_threads(3, work)
    assert isinstance(first, KeyError)
    assert others == ["1", "2"]


def test_the_window_ends_the_wait_for_a_thread_that_never_asks():
    model = BatchingModel(CountingModel(), window=0.01)
    done = threading.Event()

    def work(number):
        with model.expecting():
            if number == 0:
                return done.wait(LONG)
            text = model.complete([call(number)])[0].text
            done.set()
            return text

    assert in_threads(2, work) == [True, "1"]


def test_an_error_reaches_every_caller():
    inner = CountingModel(error=ModelUnavailable("the server is gone"))
    model = BatchingModel(inner, window=LONG)
    announced = threading.Barrier(4)

    def work(number):
        with model.expecting():
            announced.wait(LONG)
            return model.complete([call(number)])

    errors = in_threads(4, work)
    assert [str(error) for error in errors] == ["the server is gone"] * 4
    assert all(isinstance(error, ModelUnavailable) for error in errors)
    assert len({id(error) for error in errors}) == 4
    assert inner.batches == [4]


def test_the_model_works_again_after_an_error():
    inner = CountingModel(error=ModelUnavailable("for a moment"))
    model = BatchingModel(inner)
    with pytest.raises(ModelUnavailable):
        model.complete([call(1)])
    inner._error = None
    assert model.complete([call(1)])[0].text == "1"


@pytest.mark.parametrize(("running", "most"), [(1, 1), (3, 3)])
def test_no_more_batches_run_at_once_than_allowed(running, most):
    gate = threading.Event()
    inner = CountingModel(gate=gate)
    model = BatchingModel(inner, running=running, window=0.0)
    with ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(model.complete, [call(number)]) for number in range(6)]
        threading.Timer(0.2, gate.set).start()
        assert [future.result(LONG)[0].text for future in futures] == [str(number) for number in range(6)]
    assert inner.most <= most
    assert sum(inner.batches) == 6


def test_a_late_thread_joins_the_others_in_the_next_round():
    gate = threading.Event()
    inner = CountingModel(gate=gate)
    model = BatchingModel(inner, window=1.0)
    first_runs = threading.Event()

    def work(number):
        if number == 0:
            with model.expecting():
                first_runs.set()
                return [model.complete([call(f"0-{n}")])[0].batch for n in range(2)]
        first_runs.wait(LONG)
        while not inner.batches:
            threading.Event().wait(0.001)
        with model.expecting():
            threading.Timer(0.05, gate.set).start()
            return model.complete([call(number)])[0].batch

    # The second thread asks while the first one's batch runs; then both wait for each other.
    assert in_threads(2, work) == [[1, 2], 2]


def test_many_threads_with_many_calls_all_get_their_answers():
    inner = CountingModel()
    model = BatchingModel(inner, window=LONG)
    announced = threading.Barrier(8)

    def work(number):
        with model.expecting():
            announced.wait(LONG)
            return [model.complete([call(f"{number}-{n}")])[0].text for n in range(30)]

    assert in_threads(8, work) == [[f"{number}-{n}" for n in range(30)] for number in range(8)]
    assert inner.batches == [8] * 30


def test_cached_calls_do_not_wait_for_a_batch(tmp_path, opened):
    (tmp_path / "s.json").write_text('[{"text": "def f(): return 1"}]')
    model = opened(open_model(f"scripted:{tmp_path / 's.json'}", Settings()))
    model.complete([call("known")])
    inner = CountingModel()
    waiting = BatchingModel(inner, window=LONG, recall=model.complete)
    other = threading.Event()

    def work(number):
        with waiting.expecting():
            if number == 0:
                return other.wait(LONG)
            found = waiting.complete([call("known")])[0].cached
            other.set()
            return found

    assert in_threads(2, work) == [True, True]
    assert inner.batches == []


def test_no_calls_are_no_batch():
    inner = CountingModel()
    assert BatchingModel(inner).complete([]) == []
    assert inner.batches == []


def test_closing_closes_the_model():
    inner = CountingModel()
    BatchingModel(inner).close()
    assert inner.closed
