"""Benchmark files become problems: sources, splits, digests, ids. The hub is a double of its package."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest

from hrl.benchmarks.datasets import (
    BENCHMARKS,
    canonical_id,
    challenge_problems,
    note,
    open_dataset,
    to_json_line,
)
from hrl.errors import BadInput, EnvironmentFailure

DATA = Path(__file__).parents[3] / "shared" / "data"
FILES = {"humaneval": "humaneval.jsonl", "mbpp": "mbpp.jsonl", "mbpp-sanitized": "sanitized-mbpp.json"}
published = pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent")

HUMANEVAL_ROW = {
    "task_id": "HumanEval/7",
    "prompt": 'def twice(x: int) -> int:\n    """Double it.\n    >>> twice(2)\n    4\n    """\n',
    "entry_point": "twice",
    "canonical_solution": "    return 2 * x\n",
    "test": "def check(candidate):\n    assert candidate(5) == 10\n",
}
MBPP_ROW = {
    "task_id": 11,
    "text": "Write a function to double a number.",
    "code": "def twice(x):\r\n    return 2 * x",
    "test_setup_code": "",
    "test_list": ["assert twice(1) == 2", "assert twice(2) == 4"],
    "challenge_test_list": [],
}
SANITIZED_ROW = {
    "source_file": "a notebook",
    "task_id": 12,
    "prompt": "Write a function to halve a number.",
    "code": "def half(x):\n    return x / 2",
    "test_imports": ["import math"],
    "test_list": ["assert math.isclose(half(1), 0.5)", "assert half(4) == 2"],
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no package `datasets`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setitem(sys.modules, "datasets", None)
    folder = tmp_path / "cache" / "hrl" / "benchmarks"
    folder.mkdir(parents=True)
    return folder


def lines(path: Path, *rows: dict) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def mbpp(tmp_path: Path, *ids: int) -> str:
    return str(lines(tmp_path / "mbpp.jsonl", *({**MBPP_ROW, "task_id": number} for number in ids)))


def hub(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A package `datasets` whose `load_dataset` has this body."""
    folder.mkdir()
    (folder / "datasets.py").write_text(
        f"import json, pathlib\ndef load_dataset(repository, configuration):\n{body}\n"
    )
    monkeypatch.delitem(sys.modules, "datasets")
    monkeypatch.syspath_prepend(str(folder))


def test_a_row_of_humaneval_becomes_a_problem(tmp_path: Path):
    opened = open_dataset("humaneval", data=str(lines(tmp_path / "some.jsonl", HUMANEVAL_ROW)))
    (problem,) = opened.problems
    assert (problem.id, problem.entry_point) == ("HumanEval/7", "twice")
    assert problem.signature == "def twice(x: int) -> int"
    assert problem.statement.startswith("Double it.")
    assert [test.source for test in problem.examples] == ["assert twice(2) == 4\n"]
    assert [test.source for test in problem.tests] == [HUMANEVAL_ROW["test"]]
    assert problem.prompt == problem.helpers == HUMANEVAL_ROW["prompt"]
    assert problem.reference == HUMANEVAL_ROW["prompt"] + HUMANEVAL_ROW["canonical_solution"]
    assert (opened.split, opened.official) == ("", False)


def test_a_row_of_mbpp_becomes_a_problem(tmp_path: Path):
    (problem,) = open_dataset("mbpp", data=mbpp(tmp_path, 11)).problems
    assert (problem.id, problem.entry_point, problem.signature) == ("11", "twice", "def twice(x)")
    assert [test.source for test in problem.examples] == ["assert twice(1) == 2\n"]
    assert [test.source for test in problem.tests] == ["assert twice(1) == 2\nassert twice(2) == 4\n"]
    assert problem.reference == "def twice(x):\n    return 2 * x"


def test_challenge_tests_grade_the_problems_that_have_them(tmp_path: Path):
    rows = [
        {**MBPP_ROW, "test_setup_code": "big = 10", "challenge_test_list": ["assert twice(big) == 20"]},
        {**MBPP_ROW, "task_id": 700},
    ]
    data = str(lines(tmp_path / "mbpp.jsonl", *rows))
    (problem,) = challenge_problems(data)
    (usual,) = open_dataset("mbpp", data=data).problems
    assert [test.source for test in problem.tests] == ["big = 10\nassert twice(big) == 20\n"]
    assert (problem.id, problem.examples, problem.reference) == (usual.id, usual.examples, usual.reference)


def test_imports_of_a_sanitized_row_come_before_example_and_tests(tmp_path: Path):
    (problem,) = open_dataset("mbpp-sanitized", data=str(lines(tmp_path / "x", SANITIZED_ROW))).problems
    assert problem.statement == SANITIZED_ROW["prompt"]
    assert problem.examples[0].source == "import math\nassert math.isclose(half(1), 0.5)\n"
    assert problem.tests[0].source.splitlines()[0] == "import math"
    assert problem.entry_point == "half"


def test_sanitized_scores_say_that_they_do_not_compare():
    assert "do not compare" in note("mbpp-sanitized")
    assert note("curriculum") == ""


@pytest.mark.parametrize(
    ("split", "ids"),
    [
        ("prompt", "1 10"),
        (None, "11 510"),
        ("test", "11 510"),
        ("validation", "511 600"),
        ("train", "601 974"),
        ("all", "1 10 11 510 511 600 601 974"),
    ],
)
def test_splits_of_mbpp_are_ranges_of_ids(tmp_path: Path, split: str | None, ids: str):
    data = mbpp(tmp_path, 974, 1, 10, 11, 510, 511, 600, 601)
    opened = open_dataset("mbpp", split=split, data=data)
    assert [problem.id for problem in opened.problems] == ids.split()
    assert opened.split == (split or "test")


def test_the_digest_is_of_the_set_and_not_of_a_split_or_a_form(tmp_path: Path):
    first = {**MBPP_ROW, "task_id": 5, "more": 1}
    plain = lines(tmp_path / "plain.jsonl", MBPP_ROW, first)
    listed, packed = tmp_path / "listed.json", tmp_path / "packed.jsonl.gz"
    listed.write_text(json.dumps([first, {**MBPP_ROW, "code": MBPP_ROW["code"].replace("\r", "")}], indent=2))
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    digests = {open_dataset("mbpp", data=str(path)).digest for path in (plain, listed, packed)}
    digests.add(open_dataset("mbpp", split="prompt", data=str(plain)).digest)
    assert len(digests) == 1
    changed = lines(tmp_path / "other.jsonl", first, {**MBPP_ROW, "text": "Another."})
    assert open_dataset("mbpp", data=str(changed)).digest not in digests


@published
@pytest.mark.parametrize(("name", "count"), [("humaneval", 164), ("mbpp", 500), ("mbpp-sanitized", 427)])
def test_the_published_files_are_official(name: str, count: int):
    opened = open_dataset(name, data=str(DATA))
    assert (len(opened.problems), opened.official) == (count, True)
    assert len(opened.digest) == 64
    assert opened.source == str(DATA / FILES[name])


@published
def test_a_part_of_a_published_file_is_allowed_and_not_official(tmp_path: Path):
    part = tmp_path / "humaneval.jsonl"
    part.write_text("".join((DATA / "humaneval.jsonl").read_text().splitlines(keepends=True)[:3]))
    opened = open_dataset("humaneval", data=str(tmp_path))
    assert (len(opened.problems), opened.official) == (3, False)


def test_without_any_source_one_sentence_says_the_three_ways():
    with pytest.raises(BadInput) as told:
        open_dataset("humaneval")
    assert all(way in str(told.value) for way in ("--data", "hrl/benchmarks", "hrl[hub]"))
    assert told.value.exit_code == 2


@published
def test_the_cache_comes_before_the_hub_and_is_refused_where_it_differs(cache: Path):
    text = (DATA / "humaneval.jsonl").read_text()
    (cache / "HumanEval.jsonl").write_text(text)
    opened = open_dataset("humaneval")
    assert opened.official is True
    assert "HumanEval.jsonl" in opened.source
    (cache / "HumanEval.jsonl").write_text(text.replace("== True", "== 1", 1))
    with pytest.raises(BadInput, match="not the published humaneval"):
        open_dataset("humaneval")


@published
@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_hub_fills_the_cache(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path):
    repository, configuration = BENCHMARKS[name].hub
    body = f"""
    assert (repository, configuration) == ({repository!r}, {configuration!r})
    text = pathlib.Path({str(DATA / FILES[name])!r}).read_text()
    rows = json.loads(text) if text[0] == "[" else [json.loads(line) for line in text.splitlines()]
    return {{"train": rows[60:], "test": rows[:60]}}"""
    hub(tmp_path / "package", monkeypatch, body)
    first = open_dataset(name)
    assert first.official is True
    assert repository in first.source
    assert [path.name for path in cache.iterdir()] == [f"{name}.jsonl"]
    monkeypatch.setitem(sys.modules, "datasets", None)
    second = open_dataset(name)
    assert (second.problems, second.digest) == (first.problems, first.digest)


def test_a_hub_that_differs_is_refused_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
):
    hub(tmp_path / "package", monkeypatch, f"    return {{'test': [{HUMANEVAL_ROW!r}]}}")
    with pytest.raises(EnvironmentFailure, match="not the published humaneval"):
        open_dataset("humaneval")
    assert list(cache.iterdir()) == []


def test_a_hub_that_fails_is_the_environments_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    hub(tmp_path / "package", monkeypatch, "    raise ConnectionError('no route')")
    with pytest.raises(EnvironmentFailure, match=r"openai/openai_humaneval: ConnectionError: no route"):
        open_dataset("humaneval")


@pytest.mark.parametrize(
    ("name", "split", "said"),
    [
        ("humaneval", "test", "humaneval has no splits"),
        ("mbpp", "dev", "prompt, test, validation, train, all"),
        ("curriculum", "dev", "held-out, train, validation, unseen_parameters, unseen_combinations"),
        ("humanevil", None, "humaneval, mbpp, mbpp-sanitized, curriculum"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_does(name: str, split: str | None, said: str):
    with pytest.raises(BadInput, match=said):
        open_dataset(name, split=split)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", r"x:1: this line is no JSON"),
        ("\n\n[]", r"x holds no problem"),
        ("\n7", r"x:2: this is no JSON object"),
        (json.dumps(SANITIZED_ROW), r"x:1: a row of mbpp has the field 'text'"),
        (json.dumps({**MBPP_ROW, "test_list": "assert 1"}), r"x:1: the field 'test_list' has to be a list"),
        (json.dumps({**MBPP_ROW, "task_id": "eleven"}), r"x:1: the field 'task_id' has to be a number"),
        (json.dumps(MBPP_ROW) + "\n" + json.dumps(MBPP_ROW), r"x:2: the problem 11 is there twice"),
        (json.dumps({**MBPP_ROW, "code": "y = 1"}), r"the problem 11 cannot be used: the tests call no"),
        (json.dumps({**MBPP_ROW, "code": "def"}), r"the problem 11 cannot be used: .* not Python"),
        ("\xff", r"x is not UTF-8"),
    ],
)
def test_a_bad_file_is_one_sentence_with_its_place(tmp_path: Path, text: str, said: str):
    path = tmp_path / "x"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput, match=said):
        open_dataset("mbpp", data=str(path))


def test_a_folder_without_the_file_names_what_it_looked_for(tmp_path: Path):
    with pytest.raises(BadInput, match=r"holds no mbpp.jsonl or"):
        open_dataset("mbpp", data=str(tmp_path))


@pytest.mark.parametrize(
    ("task_id", "dataset", "own"),
    [
        (11, "mbpp", "11"),
        ("11", "mbpp", "11"),
        ("Mbpp/11", "mbpp", "11"),
        ("mbpp/011", "mbpp-sanitized", "11"),
        ("HumanEval/0", "humaneval", "HumanEval/0"),
        ("humaneval/0", "humaneval", "HumanEval/0"),
        (0, "humaneval", "HumanEval/0"),
        ("Mbpp/11", "humaneval", "Mbpp/11"),
        ("HumanEval/11", "mbpp", "HumanEval/11"),
        ("chain-01", "mbpp", "chain-01"),
        (3, "own.jsonl", "3"),
    ],
)
def test_ids_have_one_spelling(task_id: int | str, dataset: str, own: str):
    assert canonical_id(task_id, dataset) == own


def test_the_curriculum_is_a_function_of_its_seed():
    first, again, other = (open_dataset("curriculum", seed=seed, count=24) for seed in (1, 1, 2))
    assert first == again
    assert first.digest != other.digest
    assert first.problems == open_dataset("curriculum", seed=1, count=40).problems[:24]
    kinds = {problem.group.split("/")[1] for problem in first.problems}
    assert kinds == {"function", "doctest", "document", "starter"}
    assert not any(problem.group.startswith("train") for problem in first.problems)
    assert len({problem.id for problem in first.problems}) == 24


def test_the_curriculum_has_200_problems_of_the_split_that_is_asked_for():
    opened = open_dataset("curriculum", split="train")
    assert len(opened.problems) == 200
    assert all(problem.group.startswith("train/") for problem in opened.problems)


def test_an_exported_curriculum_is_read_as_it_was(tmp_path: Path):
    generated = open_dataset("curriculum", count=24)
    path = tmp_path / "curriculum.jsonl"
    path.write_text("".join(to_json_line(problem) + "\n" for problem in generated.problems))
    read = open_dataset(str(path))
    assert read.problems == generated.problems
    assert read.digest == generated.digest
    assert (read.name, read.official) == ("curriculum.jsonl", None)
