"""A benchmark's problems as this project sees them, whatever file they came from."""

from __future__ import annotations

from dataclasses import dataclass

from hrl.types import Document, TestCode


@dataclass(frozen=True, slots=True)
class Problem:
    """One function to write.

    Attributes:
        id: as the benchmark writes it: `HumanEval/0`, `11`.
        statement: what is asked, in words; never holds a test unless the benchmark's own text does.
        entry_point: the function that the tests call.
        signature: `def name(args)` without a colon; where the benchmark states none, the reference's.
        examples: tests that the task itself shows (a docstring's examples, MBPP's first assert).
        tests: the grading tests.
        prompt: code that the answer continues (HumanEval), or "".
        helpers: code of the task that the tests may use; see `hrl.sandbox.Job.helpers`.
        reference: a program that passes, or "".
        documents: what the search action may look up.
        group: which row of a report's table the problem belongs to, for example a curriculum's split; or "".
    """

    id: str
    statement: str
    entry_point: str
    signature: str
    examples: tuple[TestCode, ...]
    tests: tuple[TestCode, ...]
    prompt: str = ""
    helpers: str = ""
    reference: str = ""
    documents: tuple[Document, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Problems with where they came from.

    Attributes:
        name: `humaneval`, `mbpp`, `mbpp-sanitized`, `curriculum`, or the file's name.
        split: the part that was asked for, or "" where there is one part only.
        source: in words: the file, the cache, the hub's name, or the generator's seed.
        digest: SHA-256 over the problems' content, 64 hexadecimal digits, of the whole set before any split.
        official: whether the digest is the published set's; None where there is nothing to compare with.
    """

    name: str
    split: str
    source: str
    digest: str
    official: bool | None
    problems: tuple[Problem, ...]
