"""What a well-formed task file is understood to say."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from hrl.errors import BadInput, TaskError
from hrl.task import explain, parse_task, read_task
from hrl.types import Budget, Document, Task, TestCode, dump, load

FULL = """---
entry_point: total
signature: "def total(numbers: list[int]) -> int"
packages: [attrs, "numpy>=1.26"]
budget:
  tokens: 5000
  seconds: 60
---
# Add numbers

Write `total(numbers)`.

```python tests
assert total([1, 2]) == 3
```

```text
context stays
```

```python hidden
assert total([4]) == 4
```

```python starter
def total(numbers):
    ...
```

```pycon
>>> total([5, 5])
10
```
"""


def parse(text: str, base: Path | None = None, source: str = "task.md") -> Task:
    return parse_task(text, source=source, base=base)


def simple(tests: str, prose: str = "Do it.") -> str:
    return f"# Title\n\n{prose}\n\n```python tests\n{tests}\n```\n"


def test_every_part_of_a_task_file_reaches_its_field():
    task = parse(FULL)
    assert task.title == "Add numbers"
    assert task.entry_point == "total"
    assert task.signature == "def total(numbers: list[int]) -> int"
    assert task.packages == ("attrs", "numpy>=1.26")
    assert task.budget == Budget(tokens=5000, seconds=60.0)
    assert task.starter_code == "def total(numbers):\n    ...\n"
    assert task.hidden_tests == (TestCode("assert total([4]) == 4\n", "python", 22),)
    assert [test.kind for test in task.visible_tests] == ["python", "doctest"]


def test_the_statement_holds_prose_and_context_and_nothing_else():
    assert parse(FULL).statement == "Write `total(numbers)`.\n\n```text\ncontext stays\n```"


def test_tests_keep_their_line_numbers():
    lines = FULL.split("\n")
    for test in parse(FULL).visible_tests:
        assert lines[test.line - 1] == test.source.split("\n", maxsplit=1)[0]


def test_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path):
    (tmp_path / "unix.md").write_bytes(FULL.encode())
    (tmp_path / "windows.md").write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert read_task(str(tmp_path / "unix.md")) == read_task(str(tmp_path / "windows.md"))


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FULL.encode())))
    task, text = read_task("-")
    assert (task.title, text) == ("Add numbers", FULL)


def test_a_task_survives_json():
    assert load(Task, dump(parse(FULL))) == parse(FULL)


def test_the_id_is_stable_and_does_not_depend_on_the_budget():
    cheaper = FULL.replace("tokens: 5000", "tokens: 50")
    assert parse(FULL).id == parse(cheaper).id
    assert parse(FULL).id.startswith("add-numbers-")
    assert parse(FULL).id != parse(FULL.replace("[5, 5]", "[6, 4]")).id


def test_a_title_without_ascii_letters_still_gives_an_id():
    assert parse("# 数字\n\nWrite a function.").id.startswith("task-")


def test_a_heading_comes_before_the_front_matters_title():
    assert parse("---\ntitle: Other\n---\n# Mine\n\nText.").title == "Mine"
    assert parse("---\ntitle: Other\n---\nText.\n\n## Notes\n\nMore.").title == "Other"


def test_an_underlined_heading_is_a_title_too():
    assert parse("Mine and\nyours\n=====\n\nText.").title == "Mine and yours"


def test_the_file_name_is_the_last_resort_for_a_title():
    assert parse("Write a function.", source="dir/word_count.md").title == "Word count"


def test_fences_of_tildes_longer_fences_and_fences_in_lists_are_read():
    text = (
        "# T\n\nDo.\n\n~~~python tests\nassert f(1) == 1\n~~~\n\n"
        "- item\n\n  `````python tests\n  assert f(2) == 2\n  `````\n"
    )
    assert [test.source for test in parse(text).visible_tests] == ["assert f(1) == 1\n", "assert f(2) == 2\n"]
    assert [test.line for test in parse(text).visible_tests] == [6, 12]


def test_a_fence_inside_a_longer_fence_is_context():
    text = simple("assert f(1)") + "\n````text\n```python hidden\nassert f(2)\n```\n````\n"
    task = parse(text)
    assert task.hidden_tests == ()
    assert "```python hidden" in task.statement


def test_comments_are_neither_tests_nor_statement():
    text = (
        simple("assert f(1)", "Do <!-- secret --> it.") + "\n<!--\n```python hidden\nassert g(2)\n```\n-->\n"
    )
    task = parse(text)
    assert task.hidden_tests == ()
    assert task.statement == "Do it."


def test_code_attributes_and_other_languages_are_context():
    text = (
        simple("assert f(1)") + "\n```python title=x.py\nf(2)\n```\n\n```json\n{}\n```\n\n```python\n1\n```\n"
    )
    assert parse(text).statement.count("```") == 6


@pytest.mark.parametrize(
    ("tests", "prose", "entry", "signature"),
    [
        ("assert f(1, 2) == 3", "Do.", "f", "def f(a, b)"),
        ("assert f(1, 2) == 3", "Add `left` to `right`, or None.", "f", "def f(left, right)"),
        ("assert f(1, 2) == 3", "Add `left` to `f`.", "f", "def f(a, b)"),
        ("assert f(1, key=2) == 3", "Turn `key` into `x`.", "f", "def f(x, key)"),
        ("s = Stack()\ns.push(2)\nassert s.pop() == 2", "Do.", "Stack", None),
        ("assert f(1, key=2) == 3", "Do.", "f", "def f(a, key)"),
        ("assert f(1) == 3\nassert f(1, 2) == 3", "Do.", "f", None),
        ("assert f(1, 2) == 3", "Write `f(left, right)`.", "f", "def f(left, right)"),
        ("assert f(1, 2) == 3", "Write `def f(left: int, right: int = 2) -> int:`.", "f", None),
        ("assert f(1, 2) == 3", "Like `f(x)`.", "f", "def f(a, b)"),
        ("r = f(1)\nassert r == 3\nassert r > 2", "Do.", "f", "def f(a)"),
        ("def test_it():\n    r = f(1)\n    assert r == 3", "Do.", "f", "def f(a)"),
        ("import math\nassert math.isclose(f(1), 2)", "Do.", "f", "def f(a)"),
        ("assert list(map(f, [1])) == [2]", "Do.", "f", None),
        ("assert main(read('x')) == 1\nassert main(2) == 1", "Do.", "main", "def main(a)"),
        ("data = read(1)\nassert main(data) == 1\nassert main(2) == 1", "Do.", "main", "def main(a)"),
        ("assert outer(inner(1)) == 1", "Do.", "outer", "def outer(a)"),
        ("assert a(1)\nassert b(1)", "Write `b(x)` with a helper.", "b", "def b(x)"),
        (
            "try:\n    f(0)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError",
            "Do.",
            "f",
            "def f(a)",
        ),
    ],
)
def test_the_entry_point_and_its_signature_are_inferred(tests, prose, entry, signature):
    task = parse(simple(tests, prose))
    assert task.entry_point == entry
    if signature or "def f" not in prose:
        assert task.signature == signature


def test_a_builtins_name_is_never_inferred():
    with pytest.raises(TaskError, match="no function that the program could define"):
        parse(simple("assert sum([1]) == 1", "Write `def sum(xs)`."))


def test_annotated_signatures_of_the_prose_are_kept():
    task = parse(simple("assert f(1) == 3", "Write `def f(left: int, right: int = 2) -> int:`."))
    assert task.signature == "def f(left: int, right: int=2) -> int"


def test_a_def_in_a_context_block_gives_the_signature():
    text = "# T\n\nWrite this:\n\n```python\ndef area(width, height):\n    ...\n```\n"
    task = parse(text)
    assert (task.entry_point, task.signature) == ("area", "def area(width, height)")


def test_a_builtins_name_may_be_given_as_the_entry_point():
    task = parse("---\nentry_point: sum\n---\n" + simple("assert sum([1]) == 1"))
    assert task.entry_point == "sum"


def test_the_starter_codes_last_function_decides_where_tests_do_not():
    starter = "\n```python starter\ndef a(x):\n    return x\n\ndef b(y):\n    ...\n```\n"
    task = parse(simple("assert a(1)\nassert b(1)") + starter)
    assert (task.entry_point, task.signature) == ("b", "def b(y)")


def test_a_task_without_tests_may_have_no_entry_point():
    assert parse("# T\n\nWrite something useful.").entry_point is None


def test_documents_and_globs_are_read_beside_the_file(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    for name in ("b.md", "a.md"):
        (tmp_path / "docs" / name).write_text(f"about {name}\r\n", encoding="utf-8")
    text = "---\ndocuments: [docs/b.md, 'docs/*.md']\n---\n# T\n\nDo.\n"
    assert parse(text, tmp_path).documents == (
        Document("docs/b.md", "about b.md\n"),
        Document("docs/a.md", "about a.md\n"),
    )


def test_a_glob_never_attaches_the_task_itself(tmp_path: Path):
    (tmp_path / "task.md").write_text(
        "---\ndocuments: '*.md'\n---\n" + FULL.split("---\n")[2], encoding="utf-8"
    )
    (tmp_path / "other.md").write_text("other", encoding="utf-8")
    task, _ = read_task(str(tmp_path / "task.md"))
    assert [document.name for document in task.documents] == ["other.md"]


def test_a_document_outside_the_folder_is_allowed_and_announced(tmp_path: Path):
    (tmp_path / "rules.md").write_text("rule", encoding="utf-8")
    (tmp_path / "tasks").mkdir()
    for pattern in ("../rules.md", str(tmp_path / "rules.md")):
        task = parse(f"---\ndocuments: {pattern}\n---\n# T\n\nDo.\n", tmp_path / "tasks")
        assert any("outside the task's folder" in line for line in explain(task))


def test_explain_says_how_the_entry_point_was_found_and_counts_the_tests():
    lines = explain(parse(FULL))
    assert "entry point: total (the front matter says so)" in lines
    assert "visible tests: 2 checks in 2 blocks (python and doctest)" in lines
    assert "hidden tests: 1 check in 1 block (python)" in lines
    assert "budget: 5000 tokens, 60 seconds" in lines


def test_explain_warns_of_a_task_without_tests():
    lines = explain(parse("# T\n\nWrite `f(x)`.\n\n```python\n>>> f(1)\n2\n```\n"))
    assert any("unverified" in line for line in lines)
    assert any("mark their block `pycon`" in line for line in lines)


def test_explain_warns_of_imports_that_the_sandbox_lacks():
    assert any("pytest" in line for line in explain(parse(simple("import pytest\nassert f(1)"))))


def test_missing_files_and_folders_are_bad_input(tmp_path: Path):
    with pytest.raises(BadInput, match="there is no task file"):
        read_task(str(tmp_path / "absent.md"))
    with pytest.raises(BadInput, match="is a folder"):
        read_task(str(tmp_path))
