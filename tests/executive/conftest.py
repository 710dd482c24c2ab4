import pytest

from hrl.config import load_settings
from hrl.sandbox import open_sandbox


@pytest.fixture(scope="session")
def sandbox():
    box = open_sandbox(load_settings(sandbox="process"))
    yield box
    box.close()
