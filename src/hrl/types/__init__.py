"""The frozen types that cross borders: `Task → Plan → Candidate → Program → Verdict`.

Nothing here computes more than its own derived values, and nothing here knows a room above.
All of them survive `dump` / `load` through JSON.
"""

from hrl.types.plain import dump, load
from hrl.types.programs import Candidate, Program, parse_expression, parse_program, program_digest
from hrl.types.tasks import Budget, Document, Passage, Plan, PlanRejected, Subtask, Task, Usage
from hrl.types.testing import Status, TestCode, TestKind, TestOutcome, TestReport, Verdict

__all__ = [
    "Budget",
    "Candidate",
    "Document",
    "Passage",
    "Plan",
    "PlanRejected",
    "Program",
    "Status",
    "Subtask",
    "Task",
    "TestCode",
    "TestKind",
    "TestOutcome",
    "TestReport",
    "Usage",
    "Verdict",
    "dump",
    "load",
    "parse_expression",
    "parse_program",
    "program_digest",
]
