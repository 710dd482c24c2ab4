r"""Files of answers, as other harnesses write them: EvalPlus's `solution` and HumanEval's `completion`.

One JSON object a line, in `.jsonl` or `.jsonl.gz`:

    {"task_id": "HumanEval/0", "solution": "def has_close_elements(...): ..."}     a whole program
    {"task_id": "HumanEval/0", "completion": "    for ..."}                        what follows the prompt

A `completion` is put behind the problem's prompt, with two exceptions: a problem without a prompt (MBPP)
takes whole programs only, and a completion that itself defines the function (see `cutting.defines`), as chat
models write it, is a whole program already and gets nothing of the prompt. Where both fields are there,
`solution` counts. Other fields are ignored, except `step`: see `read_samples`.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

from hrl.benchmarks.cutting import Cut, defines, sanitize, stop_words, with_usual_imports
from hrl.benchmarks.problem import Problem
from hrl.errors import BadInput
from hrl.runs import LineFile, read_lines, storage_failure

Kind = Literal["solution", "completion"]
Steps = Literal["refuse", "all", "last"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of a file.

    Attributes:
        source, line: where it stands; lines count from 1.
        task_id: as text, also where the file has a number.
        text: of the answer.
        kind: which field held it.
        number: of the sample, counted from 0 for each task in the order of the file.
    """

    source: str
    line: int
    task_id: str
    text: str
    kind: Kind
    number: int

    @property
    def place(self) -> str:
        """`file:line`."""
        return f"{self.source}:{self.line}"


def read_samples(path: Path, *, steps: Steps = "refuse") -> Iterator[Sample]:
    """Every sample of a file, in its order.

    Args:
        path: ends in `.jsonl` or `.jsonl.gz`.
        steps: what to do with lines that have a `step` (recorded repairs of one answer, told apart by
            `sample_index`): `refuse` the file, take `all` of them as samples, or the `last` step only.

    Raises:
        BadInput: the file cannot be read, or a line is no sample; the text names file and line.
    """
    last = _last_steps(path) if steps == "last" else None
    counts: dict[str, int] = {}
    for line, fields in _objects(path):
        task = _task_id(path, line, fields)
        if "step" in fields and steps == "refuse":
            raise BadInput(f"{path}:{line}: the samples have steps; say whether all or only the last count")
        if last is not None and last[_chain(path, line, fields)[0]][1] != line:
            continue
        text, kind = _text(path, line, fields)
        number = counts.get(task, 0)
        counts[task] = number + 1
        yield Sample(str(path), line, task, text, kind, number)


def continues(sample: Sample, problem: Problem) -> bool:
    """Whether the answer is put behind the problem's prompt."""
    return (
        sample.kind == "completion" and bool(problem.prompt) and not defines(sample.text, problem.entry_point)
    )


def program_of(sample: Sample, problem: Problem, *, cut: Cut = "as-is", usual_imports: bool = False) -> str:
    """The program that is graded for a sample.

    Args:
        sample: of that problem.
        problem: for its prompt and entry point.
        cut: see `hrl.benchmarks.cutting.CUTS`.
        usual_imports: whether `USUAL_IMPORTS` are put in front.
    """
    text = sample.text
    if continues(sample, problem):
        text = problem.prompt + (stop_words(text) if cut == "stop-words" else text)
    if cut == "sanitize":
        text = sanitize(text, problem.entry_point)
    return with_usual_imports(text) if usual_imports else text


class SampleFile:
    """Appends solutions to a `.jsonl` file in EvalPlus's form; a torn last line of an earlier run is cut off.

    A line is `{"task_id", "sample", "solution"}`; what is there already is not written again.

    Raises:
        StorageFailure: the file cannot be opened or written.
        RunError: what it holds already is no JSON.
    """

    def __init__(self, path: Path) -> None:
        self._lines = LineFile(path)
        self._known = {(row["task_id"], row["sample"]) for row in read_lines(path) if "sample" in row}

    def __contains__(self, key: tuple[str, int]) -> bool:
        return key in self._known

    def append(self, task_id: str, sample: int, solution: str) -> bool:
        """Write one answer; False when it was there."""
        if (task_id, sample) in self._known:
            return False
        self._known.add((task_id, sample))
        self._lines.append({"task_id": task_id, "sample": sample, "solution": solution})
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.__exit__(kind, error, trace)


def write_samples(path: Path, rows: Iterable[tuple[str, str]], *, kind: Kind = "solution") -> None:
    """Write a whole file of (task id, text) in either form; `.gz` is compressed, without a date.

    Raises:
        StorageFailure: it cannot be written.
    """
    lines = (json.dumps({"task_id": task, kind: text}) + "\n" for task, text in rows)
    try:
        if path.suffix == ".gz":
            with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
                packed.writelines(line.encode() for line in lines)
        else:
            with path.open("w", encoding="utf-8") as plain:
                plain.writelines(lines)
    except OSError as problem:
        raise storage_failure(problem, path) from None


def _open(path: Path) -> IO[bytes]:
    if path.name.endswith(".jsonl.gz"):
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if path.name.endswith(".jsonl"):
        return path.open("rb")
    raise BadInput(f"{path} is no file of samples: its name has to end in .jsonl or .jsonl.gz")


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    line = 0
    try:
        with _open(path) as file:
            for line, raw in enumerate(file, start=1):
                if raw.strip():
                    yield line, _object(path, line, raw)
    except FileNotFoundError:
        raise BadInput(f"{path} does not exist") from None
    except (OSError, EOFError, zlib.error) as problem:
        raise BadInput(f"{path}:{line + 1}: the file cannot be read: {problem}") from None


def _object(path: Path, line: int, raw: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(raw.decode("utf-8-sig" if line == 1 else "utf-8"))
    except UnicodeDecodeError:
        raise BadInput(f"{path}:{line}: the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise BadInput(f"{path}:{line}: the line is not JSON") from None
    if not isinstance(fields, dict):
        raise BadInput(f"{path}:{line}: a sample is a JSON object, not {type(fields).__name__}")
    return fields


def _task_id(path: Path, line: int, fields: dict[str, Any]) -> str:
    task = fields.get("task_id")
    if isinstance(task, bool) or not isinstance(task, str | int):
        raise BadInput(f"{path}:{line}: a sample needs a task_id, a text or a whole number")
    return str(task)


def _text(path: Path, line: int, fields: dict[str, Any]) -> tuple[str, Kind]:
    kind: Kind = "solution" if "solution" in fields else "completion"
    text = fields.get(kind)
    if not isinstance(text, str):
        raise BadInput(f"{path}:{line}: a sample needs a text in 'solution' or 'completion'")
    return text, kind


def _chain(path: Path, line: int, fields: dict[str, Any]) -> tuple[tuple[str, str], int]:
    """Which answer a line is a step of, and which step; a line without a step is a chain of its own."""
    if "step" not in fields:
        return (_task_id(path, line, fields), f"line {line}"), 0
    step = fields["step"]
    if isinstance(step, bool) or not isinstance(step, int):
        raise BadInput(f"{path}:{line}: a step is a whole number")
    return (_task_id(path, line, fields), repr(fields.get("sample_index"))), step


def _last_steps(path: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """The last step of each answer with its line."""
    last: dict[tuple[str, str], tuple[int, int]] = {}
    for line, fields in _objects(path):
        chain, step = _chain(path, line, fields)
        last[chain] = max(last.get(chain, (step, line)), (step, line))
    return last
