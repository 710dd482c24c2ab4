"""Where a published benchmark comes from: a file that the user names, the user's cache, the hub, in order.

A set is recognised by its content, not by its file: `digest_of` is the same for JSON Lines, a JSON list, a
compressed file and the hub's rows. What the user names may differ (a subset is a legitimate thing to
evaluate) and is then not official; a cache or a hub that differs is refused.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrl.benchmarks.datasets.catalogue import Benchmark
from hrl.benchmarks.datasets.hub import hub_rows
from hrl.benchmarks.datasets.ids import canonical_id
from hrl.errors import BadInput, EnvironmentFailure, StorageFailure
from hrl.retrieval.store import default_cache_dir
from hrl.runs import write_atomic

MAX_BYTES = 200_000_000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A benchmark's rows, sorted by id, only the fields that are used, with plain line feeds."""

    rows: tuple[Row, ...]
    source: str
    digest: str


def cache_folder() -> Path:
    """Where downloaded sets are kept and a user may put files: `~/.cache/hrl/benchmarks` on Linux."""
    return default_cache_dir() / "benchmarks"


def find(benchmark: Benchmark, data: str | None) -> Found:
    """The benchmark's rows from the first source that there is.

    Raises:
        BadInput: there is no source, or a file cannot be used.
        EnvironmentFailure: the hub was asked and failed.
    """
    if data is not None:
        path = _named(benchmark, Path(data).expanduser())
        return _found(benchmark, read_objects(path), str(path))
    cached = _beside(benchmark, cache_folder())
    if cached is not None:
        found = _found(benchmark, read_objects(cached), f"the cache, {cached}")
        if found.digest != benchmark.digest:
            raise BadInput(
                f"{cached} is not the published {benchmark.name}: its content has the digest "
                f"{found.digest[:12]} instead of {benchmark.digest[:12]}; delete it, or name it with --data"
            )
        return found
    return _from_hub(benchmark)


def _from_hub(benchmark: Benchmark) -> Found:
    repository, configuration = benchmark.hub
    rows = hub_rows(repository, configuration)
    if rows is None:
        raise BadInput(
            f"{benchmark.name} is not here: name its file with --data, put {benchmark.files[0]} into "
            f"{cache_folder()}, or install hrl[hub] to fetch it from the Hugging Face hub"
        )
    source = f"the hub's {repository} ({configuration})"
    found = _found(benchmark, [(source, row) for row in rows], source)
    if found.digest != benchmark.digest:
        raise EnvironmentFailure(
            f"{source} is not the published {benchmark.name}: its content has the digest "
            f"{found.digest[:12]} instead of {benchmark.digest[:12]}"
        )
    _keep(benchmark, found)
    return found


def _keep(benchmark: Benchmark, found: Found) -> None:
    """Put what was downloaded into the cache; a cache that cannot be written is no failure."""
    folder = cache_folder()
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found.rows)
    with contextlib.suppress(StorageFailure, OSError):
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / f"{benchmark.name}.jsonl", text)


def _named(benchmark: Benchmark, path: Path) -> Path:
    """The file itself, or the one in a folder that goes by a usual name."""
    if not path.exists():
        raise BadInput(f"there is no file or folder {path}")
    found = _beside(benchmark, path) if path.is_dir() else path
    if found is None:
        raise BadInput(f"{path} holds no {' or '.join(benchmark.files)} (.gz)")
    return found


def _beside(benchmark: Benchmark, folder: Path) -> Path | None:
    if not folder.is_dir():
        return None
    try:
        inside = sorted((path for path in folder.iterdir() if path.is_file()), reverse=True)
    except OSError as problem:
        raise BadInput(f"{folder} cannot be read: {problem.strerror}") from None
    files = {path.name.lower().removesuffix(".gz"): path for path in inside}  # unpacked before packed
    return next((files[name] for name in benchmark.files if name in files), None)


def read_objects(path: Path) -> list[tuple[str, Any]]:
    """The values of a JSON list or of JSON Lines, each with its place: `file:line`, or `file: entry N`.

    Raises:
        BadInput: the file cannot be read, or is neither.
    """
    text = _text(path)
    if text.lstrip().startswith("["):
        try:
            entries = json.loads(text)
        except (ValueError, RecursionError) as problem:
            raise BadInput(f"{path} is no JSON list: {problem}") from None
        return [(f"{path}: entry {number}", entry) for number, entry in enumerate(entries, 1)]
    return [
        (f"{path}:{number}", _parsed(line, f"{path}:{number}"))
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip()
    ]


def _parsed(line: str, place: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadInput(f"{place}: this line is no JSON: {problem}") from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, ValueError) as problem:
        raise BadInput(f"{path} cannot be read: {getattr(problem, 'strerror', None) or problem}") from None
    if len(data) > MAX_BYTES:
        raise BadInput(f"{path} is larger than {MAX_BYTES // 10**6} MB")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not UTF-8 text") from None


def _found(benchmark: Benchmark, objects: Iterable[tuple[str, Any]], source: str) -> Found:
    rows: dict[str, Row] = {}
    for place, value in objects:
        row = checked(benchmark, value, place)
        name = canonical_id(row["task_id"], benchmark.name)
        if name in rows:
            raise BadInput(f"{place}: the problem {name} is there twice")
        rows[name] = row
    if not rows:
        raise BadInput(f"{source} holds no problem")
    ordered = tuple(sorted(rows.values(), key=lambda row: _place(str(row["task_id"]))))
    return Found(ordered, source, digest_of(ordered))


def _place(task_id: str) -> tuple[int, str]:
    number = task_id.rpartition("/")[2]
    return (int(number) if number.isdecimal() else -1, task_id)


def checked(benchmark: Benchmark, value: Any, place: str) -> Row:
    """A row's used fields, ids in the benchmark's own spelling.

    Raises:
        BadInput: it is no row of this benchmark; the sentence begins with its place.
    """
    if not isinstance(value, Mapping):
        raise BadInput(f"{place}: this is no JSON object")
    missing = [name for name in benchmark.fields if name not in value]
    if missing:
        raise BadInput(f"{place}: a row of {benchmark.name} has the field {missing[0]!r}, this one has not")
    return {name: _field(benchmark, name, value[name], place) for name in benchmark.fields}


def _field(benchmark: Benchmark, name: str, value: Any, place: str) -> Any:
    kind = benchmark.fields[name]
    if name == "task_id" and isinstance(value, int | str) and not isinstance(value, bool):
        own = canonical_id(value, benchmark.name)
        if kind is str:
            return own
        if own.isdecimal():
            return int(own)
    elif kind is str and isinstance(value, str):
        return _plain(value)
    elif kind is list and isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return [_plain(entry) for entry in value]
    wanted = {str: "a text", int: "a number", list: "a list of texts"}[kind]
    raise BadInput(f"{place}: the field {name!r} has to be {wanted}")


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")


def digest_of(rows: Iterable[Row]) -> str:
    """SHA-256 over the rows as canonical JSON: sorted by id, keys sorted, no layout, plain line feeds."""
    ordered = sorted(rows, key=lambda row: _place(str(row["task_id"])))
    text = json.dumps(ordered, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
