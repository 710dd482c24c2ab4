import gzip
import json

import pytest

from hrl.benchmarks.cutting import USUAL_IMPORTS, defines, sanitize, stop_words, with_usual_imports
from hrl.benchmarks.problem import Problem
from hrl.benchmarks.samples import Sample, SampleFile, continues, program_of, read_samples, write_samples
from hrl.errors import BadInput
from hrl.runs import read_lines

PROMPT = 'def half(n):\n    """Half of n."""\n'
HALF = Problem("T/0", "", "half", "def half(n)", (), (), prompt=PROMPT, helpers=PROMPT)


def written(tmp_path, *lines, name="samples.jsonl"):
    path = tmp_path / name
    path.write_text("".join(line + "\n" for line in lines))
    return path


def completion(text):
    return Sample("f", 1, "T/0", text, "completion", 0)


def test_both_forms_are_read_with_lines_and_samples_counted(tmp_path):
    path = written(
        tmp_path,
        '{"task_id": 11, "solution": "a", "extra": [1]}',
        "",
        '{"task_id": "T/0", "completion": "b"}',
        '{"task_id": "11", "completion": "c", "solution": "d"}',
    )
    found = [(s.line, s.task_id, s.text, s.kind, s.number) for s in read_samples(path)]
    assert found == [
        (1, "11", "a", "solution", 0),
        (3, "T/0", "b", "completion", 0),
        (4, "11", "d", "solution", 1),
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
@pytest.mark.parametrize("kind", ["solution", "completion"])
def test_what_is_written_is_read_again(tmp_path, name, kind):
    rows = [("T/0", "é\n\ttext"), ("T/0", ""), ("T/1", "x")]
    write_samples(tmp_path / name, rows, kind=kind)
    found = list(read_samples(tmp_path / name))
    assert [(s.task_id, s.text) for s in found] == rows
    assert {s.kind for s in found} == {kind}
    before = (tmp_path / name).read_bytes()
    write_samples(tmp_path / name, rows, kind=kind)
    assert (tmp_path / name).read_bytes() == before


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("3", "a JSON object, not int"),
        ('{"solution": "a"}', "needs a task_id"),
        ('{"task_id": true, "solution": "a"}', "needs a task_id"),
        ('{"task_id": "a"}', "'solution' or 'completion'"),
        ('{"task_id": "a", "solution": null}', "'solution' or 'completion'"),
        ('{"task_id": "a", "solution": "", "step": 1}', "say whether all or only the last"),
    ],
)
def test_a_bad_line_is_named(tmp_path, line, says):
    path = written(tmp_path, '{"task_id": "a", "solution": ""}', line)
    with pytest.raises(BadInput, match=says) as found:
        list(read_samples(path))
    assert str(found.value).startswith(f"{path}:2: ")
    assert "\n" not in str(found.value)


def test_bytes_that_are_no_text_are_named(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\n{"task_id": "\xff"}\n')
    with pytest.raises(BadInput, match=r"a\.jsonl:2: the line is not UTF-8"):
        list(read_samples(path))


def test_a_torn_archive_is_named(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"task_id": "a", "solution": "b"}\n' * 500)[:-20])
    with pytest.raises(BadInput, match=r"a\.jsonl\.gz:\d+: the file cannot be read"):
        list(read_samples(path))


@pytest.mark.parametrize("name", ["absent.jsonl", "a.txt"])
def test_a_file_that_cannot_hold_samples_is_refused(tmp_path, name):
    with pytest.raises(BadInput, match=r"does not exist|has to end in"):
        list(read_samples(tmp_path / name))


def test_steps_are_kept_as_asked(tmp_path):
    lines = [
        {"task_id": "a", "sample_index": index, "step": step, "completion": f"{index}.{step}"}
        for index, step in [(0, 0), (0, 2), (0, 1), (1, 0)]
    ]
    path = written(tmp_path, *map(json.dumps, [*lines, {"task_id": "b", "completion": "x"}]))
    assert [(s.text, s.number) for s in read_samples(path, steps="last")] == [
        ("0.2", 0),
        ("1.0", 1),
        ("x", 0),
    ]
    assert len(list(read_samples(path, steps="all"))) == 5


def test_a_sample_file_goes_on_where_it_was_torn(tmp_path):
    path = tmp_path / "samples.jsonl"
    with SampleFile(path) as file:
        assert file.append("T/0", 0, "one")
    with path.open("a") as raw:
        raw.write('{"task_id": "T/0", "sam')
    with SampleFile(path) as file:
        assert ("T/0", 0) in file
        assert not file.append("T/0", 0, "again")
        assert file.append("T/0", 1, "two")
    assert [row["solution"] for row in read_lines(path)] == ["one", "two"]
    assert [s.number for s in read_samples(path)] == [0, 1]


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("    return n / 2\n", False),
        ("    return n / 2\n\ndef half(n):\n    return 0\n", False),
        ("# so:\n    return n / 2\n\ndef half(n): 1\n", False),
        ("\nimport math\n\ndef half(n):\n    return (", True),
        ("def halves(n):\n    return 1\n", False),
        ("```python\ndef half(n):\n    return n / 2\n```", True),
        ("", False),
    ],
)
def test_a_completion_that_defines_the_function_continues_no_prompt(text, alone):
    assert defines(text, "half") is alone
    assert continues(completion(text), HALF) is not alone
    assert program_of(completion(text), HALF) == (text if alone else PROMPT + text)


def test_where_there_is_no_prompt_a_completion_is_a_program():
    mbpp = Problem("11", "", "half", "def half(n)", (), ())
    assert program_of(completion("    return 1"), mbpp) == "    return 1"


def test_stop_words_cut_what_continues_a_prompt_only():
    text = "    return n / 2\n\nprint(half(3))\n\ndef other():\n    pass\n"
    assert program_of(completion(text), HALF, cut="stop-words") == PROMPT + "    return n / 2\n"
    assert stop_words("a\n#b\nclass") == "a"
    whole = "def half(n):\n    return n / 2\n\ndef other(): pass\n"
    assert program_of(completion(whole), HALF, cut="stop-words") == whole
    assert program_of(Sample("f", 1, "T/0", whole, "solution", 0), HALF, cut="stop-words") == whole


def test_sanitizing_keeps_imports_the_function_and_what_it_reaches():
    text = (
        "Sure:\n```python\nimport math\n\nK, L = 2, 3\n\n@staticmethod\ndef deep(n):\n    return K\n\n"
        "def near(n):\n    return deep(n)\n\nclass Unused: pass\n\ndef half(n):\n    return near(n)\n\n"
        "print(half(2))\nassert half(1)\n```\nIt works."
    )
    kept = sanitize(text, "half")
    compile(kept, "kept", "exec")
    assert kept == (
        "import math\nK, L = 2, 3\n@staticmethod\ndef deep(n):\n    return K\n"
        "def near(n):\n    return deep(n)\ndef half(n):\n    return near(n)\n"
    )


def test_sanitizing_takes_the_block_that_has_the_function():
    text = "```\npip install x\n```\nthen\n```py\ndef half(n):\n    return 1\n```"
    assert sanitize(text, "half") == "def half(n):\n    return 1\n"


def test_sanitizing_cuts_prose_and_a_torn_end():
    text = "Here it is.\n\ndef half(n):\n    return n / 2\n\ndef torn(a):\n    return (a\n"
    assert sanitize(text, "half") == "def half(n):\n    return n / 2\n"


def test_sanitizing_prefers_the_definition_that_returns_something():
    text = PROMPT + "\ndef half(n):\n    return n / 2\n"
    assert sanitize(text, "half") == "def half(n):\n    return n / 2\n"
    assert sanitize("def half(n):\n    n.pop()\n", "half") == "def half(n):\n    n.pop()\n"


@pytest.mark.parametrize("text", ["", "only words, no code at all", "(" * 5000, "def half(\n" * 300, "\x00"])
def test_sanitizing_bears_anything(text):
    assert isinstance(sanitize(text, "half"), str)


def test_usual_imports_stand_in_front_but_behind_the_future():
    assert with_usual_imports("x = 1\n") == USUAL_IMPORTS + "x = 1\n"
    program = with_usual_imports('"""Doc."""\nfrom __future__ import annotations\nx = math.pi\n')
    compile(program, "program", "exec")
    assert program.endswith(USUAL_IMPORTS + "x = math.pi\n")
