"""The reply cache: once given, never asked again; and what a damaged file does."""

import resource
import sqlite3
import threading

import pytest

from hrl.config import Settings
from hrl.errors import RunError, StorageFailure
from hrl.llm import ReplyCache, open_model
from hrl.llm.backend import Answer
from hrl.llm.requests import BrokenReply, Call, Generate, Sampling
from hrl.types import Usage

ANSWER = Answer("def f(): ...", Usage(10, 5, 0.25), "length", -0.5, "")
OTHER = Answer("", Usage(1, 0, 0.0), problem="no")


def call(goal="Goal.", attempt=0, **sampling):
    return Call(Generate("t", "f", goal, "def f()", attempt), Sampling(**sampling))


@pytest.fixture
def script(tmp_path):
    file = tmp_path / "script.json"
    file.write_text('[{"text": "def f(): return 1"}]')
    return f"scripted:{file}"


def test_an_answer_survives_the_file(tmp_path):
    cache = ReplyCache(tmp_path / "replies.sqlite")
    cache.put("m", {"k": ANSWER, "p": OTHER})
    cache.close()
    cache.close()
    again = ReplyCache(tmp_path / "replies.sqlite")
    assert again.get(["k", "p", "absent"]) == {"k": ANSWER, "p": OTHER}
    assert (again.counts.hits, again.counts.misses, len(again)) == (2, 1, 2)
    again.close()


def test_the_first_reply_stays(opened):
    cache = opened(ReplyCache(None))
    cache.put("m", {"k": ANSWER})
    cache.put("m", {"k": OTHER})
    assert cache.get(["k"]) == {"k": ANSWER}


def test_thousands_of_keys_are_found(opened):
    cache = opened(ReplyCache(None))
    cache.put("m", {f"k{n}": ANSWER for n in range(2500)})
    assert len(cache.get(f"k{n}" for n in range(3000))) == 2500


def test_a_model_is_asked_once_and_identical_calls_of_a_batch_too(script, tmp_path):
    cache = ReplyCache(tmp_path / "replies.sqlite")
    model = open_model(script, Settings(), cache=cache)
    first, twin, other = model.complete([call(), call(), call("Other.")])
    assert [c.cached for c in (first, twin, other)] == [False, True, False]
    assert first.key == twin.key != other.key
    assert first.batch == other.batch == 2
    again = model.complete([call()])[0]
    assert (again.cached, again.text, again.usage, again.key) == (True, first.text, first.usage, first.key)
    model.close()
    again = ReplyCache(tmp_path / "replies.sqlite")
    assert open_model(script, Settings(), cache=again).complete([call()])[0].cached
    again.close()
    assert cache.counts.hits == 1
    cache.close()


@pytest.mark.parametrize(
    "other",
    [call("Else."), call(sample=1), call(seed=1), call(temperature=0.9), call(max_tokens=9), call(attempt=1)],
)
def test_whatever_may_change_the_reply_changes_the_key(script, other, opened):
    model = opened(open_model(script, Settings()))
    first, second = model.complete([call(), other])
    assert first.key != second.key
    assert not second.cached


def test_a_broken_reply_keeps_its_reason_in_the_cache(tmp_path, opened):
    (tmp_path / "r.jsonl").write_text('{"task_id": "x", "step": 0, "completion": ""}\n')
    model = opened(open_model(f"replay:{tmp_path / 'r.jsonl'}", Settings()))
    first, again = model.complete([call()])[0], model.complete([call()])[0]
    assert again.cached
    assert isinstance(first.reply, BrokenReply)
    assert again.reply == first.reply


def test_threads_and_two_openings_of_one_file_do_not_disturb_each_other(tmp_path):
    path = tmp_path / "replies.sqlite"
    caches = [ReplyCache(path), ReplyCache(path)]

    def write(number):
        for n in range(20):
            caches[number % 2].put("m", {f"{number}-{n}": ANSWER})
            assert caches[(number + 1) % 2].get([f"{number}-{n}"])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(caches[0]) == 80
    for cache in caches:
        cache.close()


@pytest.mark.parametrize("data", [b"SQLite format 3\x00 and then nonsense" * 40, b"plain text" * 200])
def test_a_damaged_file_is_one_sentence(tmp_path, data):
    (tmp_path / "replies.sqlite").write_bytes(data)
    with pytest.raises(RunError, match=r"replies\.sqlite is damaged"):
        ReplyCache(tmp_path / "replies.sqlite")


def test_a_file_cut_in_the_middle_is_one_sentence(tmp_path, opened):
    path = tmp_path / "replies.sqlite"
    cache = ReplyCache(path)
    cache.put("m", {f"k{n}": ANSWER for n in range(2000)})
    cache.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(RunError, match="damaged"):
        opened(ReplyCache(path)).get([f"k{n}" for n in range(2000)])


def test_another_programs_database_is_not_touched(tmp_path):
    path = tmp_path / "replies.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE replies (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(RunError, match="is not a reply cache"):
        ReplyCache(path)
    assert path.read_bytes() == before


def test_a_directory_that_is_not_there_is_a_storage_failure(tmp_path):
    with pytest.raises(StorageFailure, match="cannot be used"):
        ReplyCache(tmp_path / "none" / "replies.sqlite")


def test_a_file_that_cannot_grow_is_a_storage_failure_and_keeps_what_it_has(tmp_path):
    cache = ReplyCache(tmp_path / "replies.sqlite")
    cache.put("m", {"before": ANSWER})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(StorageFailure, match="cannot be used"):
            cache.put("m", {f"k{n}": Answer("x" * 10_000, Usage()) for n in range(50)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert cache.get(["before", "k0"]) == {"before": ANSWER}
    cache.put("m", {"after": ANSWER})
    assert cache.get(["after"]) == {"after": ANSWER}
    cache.close()
