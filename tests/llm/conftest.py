"""Tiny models for this room's tests, made once."""

import os

import pytest
from llm_tiny_models import TEMPLATE, save_llama, save_t5

# Read when transformers is imported: these tests never ask the hub.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def llama(tmp_path_factory):
    return save_llama(tmp_path_factory.mktemp("llama"), template=TEMPLATE)


@pytest.fixture(scope="session")
def base_llama(tmp_path_factory):
    return save_llama(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def t5(tmp_path_factory):
    return save_t5(tmp_path_factory.mktemp("t5"))
