"""A working directory of its own for every test, and the command in this process or in one of its own."""

import os
from dataclasses import dataclass

import pytest

from hrl.cli.exits import run


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def sentence(self):
        """The one line that standard error must be when input is refused."""
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.upper().startswith("HRL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def hrl(capsys):
    """Run a command in this process."""

    def call(*arguments):
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Ended(code, out, err)

    return call
