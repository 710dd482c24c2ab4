"""The `few-shot:FILE` style: solved examples, then the task, as Austin et al. (2021) asked for MBPP.

The examples come from the caller's file, because those of the paper (MBPP's problems 2, 3 and 4) are not
part of this project. Everything but `Generate` has no few-shot form in the literature and is asked as the
`completion` style asks it.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

from hrl.llm.parsing import parse_code
from hrl.llm.prompts.base import Message, Prompt, files_version
from hrl.llm.prompts.chat.templates import clipped
from hrl.llm.prompts.completion import UNSTRIPPED
from hrl.llm.prompts.completion.forms import known, name_of, open_function
from hrl.llm.prompts.fewshot.shots import read_shots
from hrl.llm.requests import BrokenReply, CodeReply, Generate, Reply, Request
from hrl.llm.starters import continued, with_starter

BEGIN, DONE = "[BEGIN]", "[DONE]"
_STATEMENT = 8000


class FewShotStyle:
    """See the module; pure after its file was read once.

    Args:
        file: JSON Lines, see `shots`.

    Raises:
        ModelSpecError: the file cannot be read or holds no examples.
    """

    name = "few-shot"

    def __init__(self, file: Path) -> None:
        self._shots, digest = read_shots(file)
        self._digest = digest

    @cached_property
    def version(self) -> str:
        """Hash of this package's files, of those of `completion`, and of the examples."""
        parts = (files_version(__name__), UNSTRIPPED.version, self._digest)
        return hashlib.sha256("+".join(parts).encode()).hexdigest()[:12]

    def render(self, request: Request) -> Prompt:
        """The examples, a blank line after each, and the task up to `[BEGIN]`."""
        if not isinstance(request, Generate):
            return UNSTRIPPED.render(request)
        text = "".join(f"{_asked(shot.text, shot.tests)}{shot.code}\n{DONE}\n\n" for shot in self._shots)
        return Prompt((Message("user", text + _task(request)),), stop=(DONE,), raw=True)

    def parse(self, request: Request, text: str, finish: str) -> Reply:
        """The program up to `[DONE]`."""
        if not isinstance(request, Generate):
            return UNSTRIPPED.parse(request, text, finish)
        name, function = name_of(request), open_function(request)
        said, ended, _ = text.partition(DONE)
        finish = "stop" if ended else finish
        if not name:
            return BrokenReply("the request names no function", text)
        if function:
            return continued(function, said, name, finish=finish)
        reply = parse_code(said, name, finish=finish, signature=request.signature)
        if not isinstance(reply, CodeReply):
            return reply
        return CodeReply(with_starter(reply.code, request.starter, name), reply.truncated)


def _asked(text: str, tests: str) -> str:
    return (
        f"You are an expert Python programmer, and here is your task: {text} "
        f"Your code should pass these tests:\n\n{tests}\n{BEGIN}\n"
    )


def _task(request: Generate) -> str:
    """The task in the examples' form; without tests the signature says what is to be defined."""
    goal = clipped(request.goal, _STATEMENT)
    tests = "\n".join(test.source.strip() for test in request.tests if test.source.strip())
    if tests:
        asked = _asked(goal, tests)
    else:
        wanted = request.signature.strip().rstrip(":") or name_of(request)
        asked = (
            f"You are an expert Python programmer, and here is your task: {goal} "
            f"Your code should define this function:\n\n{wanted}\n{BEGIN}\n"
        )
    return known(request.helpers, request.passages) + asked + open_function(request)
