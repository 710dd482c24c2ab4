"""The standard library's index and its cache."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hrl.errors import EnvironmentFailure
from hrl.retrieval import open_index
from hrl.retrieval.library import library_passages
from hrl.retrieval.store import default_cache_dir, fts5
from hrl.types import Document


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("greatest common divisor", "math.gcd"),
        ("how many times each element occurs, counts", "collections.Counter"),
        ("median of numeric data", "statistics.median"),
        ("remove a prefix from a string", "str.removeprefix"),
        ("isLeapYear", "calendar.isleap"),
        ("accumulate", "itertools.accumulate"),
    ],
)
def test_a_question_finds_the_function(cache: Path, question: str, name: str):
    found = open_index([], cache_dir=cache).search(question)
    assert found[0].heading.startswith(name)
    assert found[0].source.startswith("python:")


def test_documents_come_before_the_library(cache: Path):
    document = Document("rules.md", "# Divisors\n\nOur greatest common divisor is always 7.")
    found = open_index([document], cache_dir=cache).search("greatest common divisor of two integers")
    assert found[0].source == "rules.md"
    assert found[1].heading.startswith("math.gcd")


def test_one_shared_word_drags_no_docstring_in_beside_a_document(cache: Path):
    document = Document("rules.md", "# Buoys\n\nA buoy is named by colour, hyphen and number.")
    found = open_index([document], cache_dir=cache).search("name of a buoy: zorble colour flimsy hyphen")
    assert [passage.source for passage in found] == ["rules.md"]


def test_an_error_report_finds_no_docstring_of_its_exception(cache: Path):
    found = open_index([], cache_dir=cache).search(
        "greatest common divisor. AssertionError: expected 3, got 4"
    )
    assert not [passage for passage in found if "Error" in passage.heading]


def test_the_passages_are_the_same_on_every_call_and_show_no_addresses():
    passages = library_passages()
    assert passages == library_passages()
    assert len(passages) > 500
    assert not [passage for passage in passages if " at 0x" in passage.heading + passage.text]


def test_gathering_imports_no_module_that_does_something():
    library_passages()
    assert not {"this", "antigravity", "turtle"} & set(sys.modules)


def test_the_index_is_built_once_and_leaves_no_parts(tmp_path: Path):
    open_index([], cache_dir=tmp_path)
    (file,) = tmp_path.iterdir()
    before = file.stat().st_mtime_ns
    assert open_index([], cache_dir=tmp_path).search("gcd")
    assert [found.stat().st_mtime_ns for found in tmp_path.iterdir()] == [before]
    assert f"python{sys.version_info[0]}.{sys.version_info[1]}" in file.name


def test_a_corrupt_cache_is_built_again(tmp_path: Path):
    open_index([], cache_dir=tmp_path)
    (file,) = tmp_path.iterdir()
    for content in (b"", b"no database", file.read_bytes()[:5000]):
        file.write_bytes(content)
        assert open_index([], cache_dir=tmp_path).search("gcd")
        assert len(file.read_bytes()) > 100_000


def test_a_foreign_database_in_the_cache_is_replaced(tmp_path: Path):
    open_index([], cache_dir=tmp_path)
    (file,) = tmp_path.iterdir()
    file.unlink()
    foreign = sqlite3.connect(file)
    foreign.execute("CREATE TABLE passages (body)")
    foreign.close()
    assert open_index([], cache_dir=tmp_path).search("gcd")


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert open_index([], cache_dir=tmp_path / "file" / "below").search("gcd")


def test_the_cache_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_dir() == tmp_path / "hrl"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_cache_dir().is_absolute()


def test_a_missing_fts5_is_a_failure_of_the_environment():
    with closing(sqlite3.connect(":memory:")) as connection:
        with pytest.raises(EnvironmentFailure, match="FTS5"), fts5():
            connection.execute("CREATE VIRTUAL TABLE t USING fts5x(a)")
        with pytest.raises(sqlite3.OperationalError), fts5():
            connection.execute("SELECT * FROM nowhere")


def test_closing_twice_is_allowed(cache: Path):
    index = open_index([Document("a.md", "a")], cache_dir=cache)
    index.close()
    index.close()
