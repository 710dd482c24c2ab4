"""The whole error tree, with the exit code that each branch ends a command with.

```
HrlError
├── BadInput                 2   the user can mend it: a task, an option, a file
│   ├── TaskError                a task file, with the line
│   ├── ModelSpecError           a model spec that names nothing usable
│   ├── PolicyFileError          a corrupt, foreign or outdated policy file
│   └── RunError                 a run that cannot be read or resumed
├── EnvironmentFailure       3   the machine: never scored, never shown to a model
│   ├── ModelUnavailable         an unreachable server, weights that do not load
│   ├── SandboxUnavailable       no sandbox, or one that broke in the middle
│   └── StorageFailure           no space left, a directory that is not writable
└── Interrupted            130   Ctrl-C or SIGTERM, after the state was saved
```

What is expected to fail (a candidate, a plan, a spent budget, a broken reply) is a value, not an exception.
"""

from __future__ import annotations


class HrlError(Exception):
    """Base of everything that this package raises on purpose; its text is one clear sentence."""

    exit_code = 1


class BadInput(HrlError):
    """Something that the user gave cannot be used."""

    exit_code = 2


class TaskError(BadInput):
    """A malformed task file.

    Args:
        message: what is wrong, in one sentence.
        line: 1-based line in the task file, where known.
        source: the file's name as the user gave it.
    """

    def __init__(self, message: str, *, line: int | None = None, source: str | None = None) -> None:
        self.message = message
        self.line = line
        self.source = source
        place = ":".join(str(part) for part in (source, line) if part is not None)
        super().__init__(f"{place}: {message}" if place else message)


class ModelSpecError(BadInput):
    """A model spec that names no usable model."""


class PolicyFileError(BadInput):
    """A policy file that is corrupt, foreign, or made for another feature version."""


class RunError(BadInput):
    """A run directory that cannot be found, read or resumed."""


class EnvironmentFailure(HrlError):
    """The machine, not the program, failed."""

    exit_code = 3


class ModelUnavailable(EnvironmentFailure):
    """The model cannot answer: unreachable server, weights that do not load, out of memory."""


class SandboxUnavailable(EnvironmentFailure):
    """No sandbox can be started, or the one in use broke."""


class StorageFailure(EnvironmentFailure):
    """Results cannot be written: no space left, or no permission."""


class Interrupted(HrlError):
    """The user stopped the run; its state is saved."""

    exit_code = 130


class BudgetExceeded(HrlError):
    """Internal signal: a call was refused because the budget named is spent.

    Raised by `budget.Ledger.admit` and turned into a value by `executive.step` and the graphs.
    """

    exit_code = 4

    def __init__(self, resource: str) -> None:
        self.resource = resource
        super().__init__(f"the budget of {resource.replace('_', ' ')} is spent")
