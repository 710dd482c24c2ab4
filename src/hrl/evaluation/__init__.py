"""Program → Verdict: the three kinds of tests kept apart, the hidden ones opened once.

Running the merged program against the visible and self-written tests is the Executive's evaluation mode;
this room holds what must not leak into it.
"""

from hrl.evaluation.hidden import FrozenAnswer, HiddenTests, freeze, grading_job
from hrl.evaluation.verdict import protocol, verdict

__all__ = ["FrozenAnswer", "HiddenTests", "freeze", "grading_job", "protocol", "verdict"]
