"""The `completion` styles: text that a base model continues, without a chat template.

What is sent is in `forms`; each prompt ends where the model goes on, and what it says is read together with
that end. `completion` sends a starter and a signature without white space around them,
`completion-unstripped` with the newline that HumanEval's prompts end with; `docs/prompts.md` says when to
use which.
"""

from __future__ import annotations

from functools import cached_property

from hrl.llm.parsing import parse_code, parse_tests
from hrl.llm.prompts.base import Message, Prompt, files_version
from hrl.llm.prompts.chat.plans import parse_plan
from hrl.llm.prompts.completion.forms import PLAN_LINE, form_of, name_of, test_line
from hrl.llm.requests import BrokenReply, CodeReply, MakePlan, Reply, Request, WriteTests
from hrl.llm.starters import continued, with_starter


class CompletionStyle:
    """See the module; pure, and never raises on a reply.

    Args:
        name: as settings write it.
        strip: whether white space around an open function is left out.
    """

    def __init__(self, name: str, *, strip: bool) -> None:
        self.name = name
        self._strip = strip

    @cached_property
    def version(self) -> str:
        """Hash of this package's files."""
        return files_version(__name__)

    def render(self, request: Request) -> Prompt:
        """One message, to be continued as it stands."""
        form = form_of(request, strip=self._strip)
        return Prompt((Message("user", form.text),), stop=form.stop, raw=True)

    def parse(self, request: Request, text: str, finish: str) -> Reply:
        """A program, a plan or tests, read together with the prompt's end."""
        if isinstance(request, MakePlan):
            return parse_plan(PLAN_LINE + text) if text.strip() else BrokenReply("the reply is empty", text)
        name = name_of(request)
        if not name:
            return BrokenReply("the request names no function", text)
        if isinstance(request, WriteTests):
            return parse_tests(test_line(name) + text.partition("\n\n\n")[0], name)
        form = form_of(request, strip=self._strip)
        if form.opened:
            reply = continued(form.opened, text, name, finish=finish)
        else:
            reply = parse_code(text, name, finish=finish)
        if not isinstance(reply, CodeReply) or not form.others:
            return reply
        return CodeReply(with_starter(reply.code, form.others, name), reply.truncated)


STYLE = CompletionStyle("completion", strip=True)
UNSTRIPPED = CompletionStyle("completion-unstripped", strip=False)
