"""`hrl eval`: problems answered under one protocol, graded once, and kept whatever happens.

    dataset ─► each problem and sample ─► answers, side by side ─► rows.jsonl, samples.jsonl ─► report

1. `session.begin` fills the run directory (or `session.go_on` reads it again).
2. Answers are made by several threads, so that their model calls become batches.
3. A row is written as soon as its answer is graded; what has a row is never answered again.
4. `ending.conclude` writes report and result. The environment's failures end the run; they are never rows.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager
from types import FrameType

from hrl.benchmarks.answering import Answer, Conditions, Tally, answer
from hrl.benchmarks.grading import grading_limits
from hrl.benchmarks.problem import Problem
from hrl.benchmarks.rows import Row
from hrl.benchmarks.samples import SampleFile
from hrl.benchmarks.session import Progress, Session, announce, open_boxes
from hrl.budget import DEFAULT_BUDGET
from hrl.events import FileRecorder, read_trace
from hrl.executive import EXECUTIVE
from hrl.llm import ReplyCache, open_model
from hrl.llm.requests import Sampling
from hrl.policies import load_policy
from hrl.runs import LineFile, logging_to
from hrl.types import dump


def evaluate(session: Session, progress: Progress) -> tuple[Row, ...]:
    """Answer and grade what is missing.

    Args:
        session: see there.
        progress: called with every new row.

    Returns:
        All rows, by problem and sample.

    Raises:
        BadInput: a model or policy that is named cannot be used.
        EnvironmentFailure: the model, the sandbox or the disk failed; every row so far is kept.
        KeyboardInterrupt: the user stopped it; likewise.
    """
    run, rows = session.run, list(session.rows)
    with ExitStack() as stack:
        stack.enter_context(logging_to(run))
        tally = Tally()
        if run.events.exists():
            for stamped in read_trace(run.events):
                tally(stamped)
        recorder = stack.enter_context(closing(FileRecorder(run.events, (tally,))))
        given = _open(session, recorder, stack)
        announce(
            session,
            recorder,
            given.sandbox,
            models={"executive": given.model.name},
            prompts={"executive": given.model.style},
            policy="" if given.protocol.single else given.policy.name,
            budget=given.budget,
        )
        kept = stack.enter_context(LineFile(run.rows))
        programs = stack.enter_context(SampleFile(run.samples))
        for found in _answers(session.missing(), given, tally, session.settings.max_parallel):
            row = found.row
            programs.append(row.problem, row.sample, found.code)
            kept.append(dump(row))
            rows.append(row)
            progress(row)
    return session.in_order(rows)


def _open(session: Session, recorder: FileRecorder, stack: ExitStack) -> Conditions:
    settings, question = session.settings, session.question
    policy = load_policy(settings.policy, EXECUTIVE, seed=settings.seed)
    replies = ReplyCache(session.run.replies)
    stack.callback(replies.close)
    model = open_model(settings.model, settings, cache=replies)
    stack.callback(model.close)
    sandbox = open_boxes(settings)
    stack.callback(sandbox.close)
    return Conditions(
        protocol=question.named_protocol,
        show_tests=question.show_tests,
        model=model,
        policy=policy,
        sandbox=sandbox,
        recorder=recorder,
        sampling=Sampling.of(settings),
        limits=grading_limits(settings.seconds_per_test, memory_mb=settings.memory_mb),
        budget=settings.budget(DEFAULT_BUDGET),
    )


def _answers(
    missing: Iterable[tuple[Problem, int]], given: Conditions, tally: Tally, workers: int
) -> Iterator[Answer]:
    """Each answer as soon as it is graded. A failure or a signal ends all: the boxes go under what runs."""

    def one(problem: Problem, sample: int) -> Answer:
        if not over.is_set() and not tally.graded(problem, sample):
            with given.model.expecting():
                answer(problem, sample, given)
        return tally.take(problem, sample)

    over = threading.Event()
    with _terminable(), ThreadPoolExecutor(workers, thread_name_prefix="hrl-eval") as pool:
        futures: list[Future[Answer]] = [pool.submit(one, problem, sample) for problem, sample in missing]
        try:
            for future in as_completed(futures):
                yield future.result()
        except BaseException:
            over.set()
            pool.shutdown(wait=False, cancel_futures=True)
            given.sandbox.close()
            raise


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the block as Ctrl-C does; outside the main thread nothing is installed."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
