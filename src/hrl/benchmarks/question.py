"""What an evaluation asks, and how it is kept so that `hrl resume` asks the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from hrl.benchmarks.cutting import Cut
from hrl.benchmarks.datasets import open_dataset
from hrl.benchmarks.problem import Dataset
from hrl.benchmarks.protocols import PROTOCOLS, Protocol
from hrl.benchmarks.samples import Steps
from hrl.config import Settings
from hrl.errors import BadInput
from hrl.runs import RunDirectory, describe_environment, form_of, read_part, write_configuration
from hrl.types import dump

FORMAT = "hrl-eval-1"


@dataclass(frozen=True, slots=True)
class Question:
    """An evaluation without its settings.

    Attributes:
        benchmark: `humaneval`, `mbpp`, `mbpp-sanitized`, `curriculum`, or a file.
        split: None: the benchmark's default.
        data: the file or folder that holds the benchmark; None: cache or hub.
        limit: only the first so many problems.
        samples: answers for each problem.
        protocol: see `hrl.benchmarks.protocols`.
        show_tests: whether prompts show the tests that the protocol lets the model see.
        grade: a file of samples that is graded, or `reference`; no model is asked.
        cut, usual_imports: see `hrl.benchmarks.samples.program_of`; for graded files.
        steps: see `hrl.benchmarks.samples.read_samples`; for graded files.
        digest: of the dataset's content; filled in when it is opened.
        command: what the user typed, for the report.
        drawn: seed of generated problems, for runs that differ in their own seed; None: the run's own.
    """

    benchmark: str
    split: str | None = None
    data: str | None = None
    limit: int | None = None
    samples: int = 1
    protocol: str = "visible"
    show_tests: bool = True
    grade: str | None = None
    cut: Cut = "as-is"
    usual_imports: bool = False
    steps: Steps = "refuse"
    digest: str = ""
    command: str = ""
    drawn: int | None = None

    @property
    def named_protocol(self) -> Protocol:
        """The protocol itself.

        Raises:
            BadInput: there is none of that name.
        """
        if self.protocol not in PROTOCOLS:
            raise BadInput(f"there is no protocol {self.protocol!r}; use one of {', '.join(PROTOCOLS)}")
        return PROTOCOLS[self.protocol]

    @property
    def title(self) -> str:
        """For lists of runs."""
        name = Path(self.benchmark).name
        split = f" {self.split}" if self.split else ""
        return f"{name}{split}, {'graded file' if self.grade else self.protocol}"


def open_problems(question: Question, seed: int) -> tuple[Question, Dataset]:
    """The dataset with the question's limit applied, and the question with the dataset's digest.

    Raises:
        BadInput: there is no such benchmark, split or file, or the content is not what it was.
    """
    dataset = open_dataset(
        question.benchmark,
        split=question.split,
        data=question.data,
        seed=seed if question.drawn is None else question.drawn,
        count=question.limit,
    )
    if question.digest and question.digest != dataset.digest:
        raise BadInput(f"{dataset.source} has changed since the run began; start a new evaluation")
    if not dataset.problems:
        raise BadInput(f"{dataset.source} holds no problem")
    limited = replace(dataset, problems=dataset.problems[: question.limit])
    return replace(question, digest=dataset.digest), limited


def write_question(run: RunDirectory, question: Question, settings: Settings) -> None:
    """Write environment and configuration; `config.json` comes last.

    Raises:
        StorageFailure: the directory cannot be written.
    """
    run.write_json(run.environment, describe_environment())
    write_configuration(run, FORMAT, settings, question=dump(question))


def is_evaluation(run: RunDirectory) -> bool:
    """Whether `hrl eval` made the run."""
    return form_of(run) == FORMAT


def read_question(run: RunDirectory) -> tuple[Question, Settings]:
    """What `write_question` wrote.

    Raises:
        RunError: another command or another version made the run, or it is damaged.
    """
    return read_part(run, FORMAT, "hrl eval", "question", Question)
