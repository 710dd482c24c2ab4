"""Tiny models for this room's tests, made once."""

import os
from contextlib import ExitStack

import pytest
from llm_tiny_models import TEMPLATE, save_llama, save_t5

# Read when transformers and torch are imported: these tests never ask the hub and share their cores.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def opened():
    """`open_model` and `ReplyCache` whose results are closed at the test's end: `opened(open_model(...))`."""
    with ExitStack() as stack:

        def keep(thing):
            stack.callback(thing.close)
            return thing

        yield keep


@pytest.fixture(scope="session")
def llama(tmp_path_factory):
    return save_llama(tmp_path_factory.mktemp("llama"), template=TEMPLATE)


@pytest.fixture(scope="session")
def base_llama(tmp_path_factory):
    return save_llama(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def t5(tmp_path_factory):
    return save_t5(tmp_path_factory.mktemp("t5"))
