"""What trainings of the Hierarchical level work with, in the real (process) sandbox."""

import pytest

from hrl.config import load_settings
from hrl.executive import EXECUTIVE
from hrl.llm import ReplyCache
from hrl.policies import load_policy
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Limits
from hrl.training.programs import Workshop
from hrl.training.reports import CachedSandbox


@pytest.fixture(scope="module")
def workshop():
    box = CachedSandbox(open_sandbox(load_settings(sandbox="process")))
    replies = ReplyCache(None)
    yield Workshop(load_policy("default", EXECUTIVE), box, replies, limits=Limits(seconds_per_test=5.0))
    box.close()
    replies.close()
