"""Every malformed task file gets one sentence with its line."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hrl.errors import TaskError
from hrl.task import explain, parse_task, read_task
from hrl.task.layout import read_layout

GOOD = "# Title\n\nDo it.\n\n"


def fenced(body: str, info: str = "python tests") -> str:
    return f"```{info}\n{body}\n```\n"


def header(body: str) -> str:
    return f"---\n{body}\n---\n{GOOD}" + fenced("assert f(1) == 1")


CASES = {
    "empty": ("", 1, "empty"),
    "blank": (" \n\t\n", 1, "empty"),
    "no prose": ("# Title\n\n" + fenced("assert f(1)"), 5, "no description"),
    "only headings": ("# Title\n\n## More\n", 3, "no description"),
    "empty title": ("#\n\nText.\n", 1, "title is empty"),
    "open fence": (GOOD + "```python tests\nassert f(1)\n", 5, "never closed"),
    "open context fence": (GOOD + fenced("assert f(1)") + "~~~text\nabc\n", 8, "never closed"),
    "fence swallows the next": (
        GOOD + "```python tests\nassert f(1)\n\n" + fenced("assert f(2)", "python hidden"),
        5,
        "not closed before the next one at line 8",
    ),
    "open comment": (GOOD + "<!-- note\n\n" + fenced("assert f(1)"), 5, "comment is never closed"),
    "near miss": (GOOD + fenced("assert f(1)", "python test"), 5, "did you mean `python tests`"),
    "short language": (GOOD + fenced("assert f(1)", "py tests"), 5, "did you mean `python tests`"),
    "glued": (GOOD + fenced("assert f(1)", "python-hidden"), 5, "did you mean `python hidden`"),
    "bare": (GOOD + fenced("assert f(1)", "starter"), 5, "did you mean `python starter`"),
    "stranger": (GOOD + fenced("assert f(1)", "python example"), 5, "marked blocks are"),
    "marked pycon": (GOOD + fenced(">>> f(1)\n1", "pycon hidden"), 5, "did you mean `python hidden`"),
    "empty tests": (GOOD + fenced("# nothing"), 5, "block of tests is empty"),
    "tests without assert": (GOOD + fenced("print(f(1))"), 6, "an assert is missing"),
    "tests that do not parse": (
        GOOD + fenced("assert f(1) == 1\nassert f(2 == 2"),
        7,
        "tests cannot be parsed",
    ),
    "hidden that does not parse": (GOOD + fenced("assert f(", "python hidden"), 6, "tests cannot be parsed"),
    "tests import the solution": (
        GOOD + fenced("import os\nfrom solution import f\nassert f(1)"),
        7,
        "must not import the solution",
    ),
    "tests define the entry point": (
        "---\nentry_point: f\n---\n" + GOOD + fenced("def f(x):\n    return 1\nassert f(1)"),
        9,
        "define `f` themselves",
    ),
    "tests call nothing": (GOOD + fenced("assert 1 + 1 == 2"), 6, "call no function"),
    "tests call several": (
        GOOD + fenced("assert a(1)\nassert b(2)"),
        6,
        "call `a` and `b`, and nothing says which .* add `entry_point: b`",
    ),
    "hidden calls another": (
        GOOD + fenced("assert f(1)") + fenced("assert g(1)", "python hidden"),
        9,
        "hidden tests never call the entry point `f`; they call `g`",
    ),
    "hidden without a name": (GOOD + fenced("assert g(1)", "python hidden"), 6, "add `entry_point: NAME`"),
    "doctest without examples": (GOOD + fenced("f(1)", "pycon"), 5, "no examples"),
    "doctest without output": (GOOD + fenced(">>> f(1)", "pycon"), 6, "an expected output is missing"),
    "doctest without blank": (GOOD + fenced(">>> f(1)\n1\n>>>f(2)\n2", "pycon"), 8, "lacks blank after >>>"),
    "doctest that does not parse": (GOOD + fenced(">>> f(1)\n1\n>>> f(\n2", "pycon"), 8, "cannot be parsed"),
    "doctest option": (GOOD + fenced(">>> f(1)  # doctest: +NOPE\n1", "pycon"), 6, "invalid option"),
    "two starters": (
        GOOD + fenced("def f(): ...", "python starter") + fenced("def f(): ...", "python starter"),
        8,
        "more than one `python starter`",
    ),
    "starter that does not parse": (
        GOOD + fenced("def f(:", "python starter"),
        6,
        "starter code cannot be parsed",
    ),
    "empty starter": (GOOD + fenced("", "python starter"), 5, "starter code is empty"),
    "open front matter": ("---\ntitle: x\n# T\n", 1, "never closed"),
    "broken yaml": (header("title: [x\nentry_point: f"), 3, "not valid YAML"),
    "unquoted signature": (header("signature: def f(a: int) -> int"), 2, "put the value in quotes"),
    "yaml that is a list": (header("- a"), 2, "`key: value` lines"),
    "unquoted glob": (header("documents: *.md"), 2, "put the value in quotes"),
    "control character": (header("title: x\nentry_point: \x07"), 3, "character that YAML does not allow"),
    "bad date": (header("title: 2024-13-45"), 2, "cannot be read"),
    "unknown key": (header("title: x\nentrypoint: f"), 3, "did you mean `entry_point`"),
    "unknown strange key": (header("colour: red"), 2, "known are title, entry_point"),
    "key that is a list": (header("? [a]\n: b"), 2, "not a word"),
    "key twice": (header("title: x\ntitle: y"), 3, "given twice"),
    "title of the wrong type": (header("title: 3"), 2, "has to be a text"),
    "empty value": (header("title: ''"), 2, "`title` is empty"),
    "entry point that is no name": (header("entry_point: f()"), 2, "function's name"),
    "keyword as entry point": (header("entry_point: class"), 2, "function's name"),
    "entry point never called": (header("title: x\nentry_point: g"), 3, "never call the entry point `g`"),
    "signature that does not parse": (header("signature: 'def f(a'"), 2, "has to look like"),
    "signature with a body": (header("signature: 'def f(a): return 1'"), 2, "has to look like"),
    "signature of another": (header("entry_point: f\nsignature: def g(a)"), 3, "`signature` is about `g`"),
    "documents of the wrong type": (header("documents: {a: b}"), 2, "text or a list"),
    "no documents": (header("documents: []"), 2, "`documents` is empty"),
    "document of the wrong type": (header("documents:\n  - a\n  - 3"), 4, "has to be a text"),
    "package option": (header("packages: [numpy, '--index-url=x']"), 2, "not a package name"),
    "budget of the wrong type": (header("budget: 5"), 2, "has to be a mapping"),
    "unknown budget": (header("budget:\n  token: 5"), 3, "did you mean `tokens`"),
    "negative budget": (header("budget:\n  seconds: 1\n  tokens: -5"), 4, "more than 0, not -5"),
    "zero budget": (header("budget: {model_calls: 0}"), 2, "more than 0"),
    "fractional budget": (header("budget: {sandbox_runs: 1.5}"), 2, "a whole number"),
    "endless budget": (header("budget: {seconds: .inf}"), 2, "has to be a number"),
    "budget that is true": (header("budget: {tokens: true}"), 2, "a whole number"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_malformed_file_gets_a_sentence_with_its_line(case: str):
    text, line, message = CASES[case]
    with pytest.raises(TaskError, match=message) as caught:
        parse_task(text, source="task.md", base=None)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"task.md:{line}: ")
    assert "\n" not in str(caught.value)


def test_text_from_standard_input_needs_a_title():
    with pytest.raises(TaskError, match="standard input:1: the task has no title"):
        parse_task("Do it.", source="-", base=None)


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"", 1, "empty"),
        (b"# T\n\x00\x01", 2, "binary"),
        (b"# T\n\nna\xefve\n", 3, "not UTF-8"),
        ("# T\n\nDo.".encode("utf-16"), 1, "UTF-16"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path, data, line, message):
    (tmp_path / "task.md").write_bytes(data)
    with pytest.raises(TaskError, match=message) as caught:
        read_task(str(tmp_path / "task.md"))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("absent.md", "does not exist"),
        ("'*.rst'", "no document matches"),
        ("folder", "is a folder"),
        ("/dev/zero", "is larger than"),
        ("x" * 300, "File name too long"),
        ("loop", "cannot be read"),
        ("empty.md", "is empty"),
        ("binary.md", "is binary"),
        ("latin.md", "is not UTF-8"),
        ("task.md", "cannot attach itself"),
        ('"a\\0b"', "name of this document is no path"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_at_its_line(tmp_path: Path, pattern, message):
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "empty.md").write_bytes(b"\n")
    (tmp_path / "binary.md").write_bytes(b"\0")
    (tmp_path / "latin.md").write_bytes(b"\xe9")
    path = tmp_path / "task.md"
    path.write_text(f"---\ntitle: x\ndocuments:\n  - {pattern}\n---\n{GOOD}", encoding="utf-8")
    with pytest.raises(TaskError, match=message) as caught:
        read_task(str(path))
    assert caught.value.line == 4


FRAGMENTS = st.sampled_from(
    [
        *(
            "---\n",
            "# T\n",
            "Do `f(x)`.\n",
            "\n",
            "```python tests\n",
            "```python hidden\n",
            "```python starter\n",
        ),
        *(
            "```pycon\n",
            "```\n",
            "~~~\n",
            "    ",
            "> ",
            "- ",
            "<!--",
            "-->",
            "assert f(1) == 1\n",
            "def f(a):\n",
        ),
        *(
            ">>> f(1)\n",
            "1\n",
            "title: x\n",
            "entry_point: f\n",
            "budget:\n",
            "  tokens: 3\n",
            "\\",
            "`",
            "\t",
        ),
        *(
            "signature: def f(a)\n",
            "documents: a.md\n",
            "\x0c",
            "\u2028",
            "é",
            "&a [*a]\n",
            "return",
            "(" * 300,
        ),
    ]
)


@settings(deadline=None)
@given(
    st.one_of(st.text(), st.text(alphabet=string.printable), st.lists(FRAGMENTS, max_size=30).map("".join))
)
@example("---\n? [a]\n: b\n---\n")
@example("---\na: &a [*a]\n---\n")
@example("# T\n\nDo.\n\n```python tests\nassert f(" + "1+" * 2000 + "1) == 2001\n```\n")
@example("# T\n\nDo.\n\n```python tests\nassert f(" + "-" * 5000 + "1) == 2001\n```\n")
def test_any_text_is_a_task_or_a_task_error(text: str):
    try:
        task = parse_task(text, source="-", base=Path("/nonexistent"))
    except TaskError as problem:
        line = problem.line
    else:
        line = None
        assert explain(task)
    assert line is None or 1 <= line <= text.count("\n") + text.count("\r") + 1


LINE = st.text(alphabet=string.ascii_letters + string.digits + " .,()=", min_size=1).map(
    lambda text: "x " + text
)


@settings(deadline=None)
@given(st.lists(LINE, min_size=1), st.lists(st.integers(0, 99), min_size=1, max_size=5), st.booleans())
def test_what_is_written_into_a_task_file_is_read_back(prose: list[str], values: list[int], crlf: bool):
    visible = "".join(f"assert f({value}) == {value}\n" for value in values)
    statement = "\n\n".join(line.rstrip() for line in prose)
    text = f"# Title\n\n{statement}\n\n```python tests\n{visible}```\n\n```python hidden\n{visible}```\n"
    task = parse_task(text.replace("\n", "\r\n") if crlf else text, source="t.md", base=None)
    assert task.statement == statement
    assert [test.source for test in (*task.visible_tests, *task.hidden_tests)] == [visible, visible]
    assert all(text.split("\n")[test.line - 1] == visible.split("\n")[0] for test in task.visible_tests)


@settings(deadline=None)
@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_no_line_of_a_marked_block_stays_in_the_statement(noise: str):
    marked = "```python hidden\nassert secret_function(1) == 1\n```\n"
    try:
        layout = read_layout(marked + "\n" + noise)
    except TaskError:
        return
    assert "secret_function" not in layout.statement
