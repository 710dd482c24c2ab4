"""The trace: one tagged, versioned event a line.

The live view, the replay, the exports and the tests all read the same list.
"""

from hrl.events.kinds import (
    TRACE_VERSION,
    BudgetSpent,
    CandidateMade,
    Decided,
    EpisodeFinished,
    EpisodeStarted,
    Evaluated,
    Event,
    HiddenOpened,
    Integrated,
    ModelAnswered,
    OptionChosen,
    PassagesFound,
    PlanMade,
    PlanRefused,
    RunFinished,
    RunResumed,
    RunStarted,
    Stamped,
    TestsRun,
    Warned,
)
from hrl.events.recording import (
    FileRecorder,
    MemoryRecorder,
    Recorder,
    read_trace,
    to_line,
)

__all__ = [
    "TRACE_VERSION",
    "BudgetSpent",
    "CandidateMade",
    "Decided",
    "EpisodeFinished",
    "EpisodeStarted",
    "Evaluated",
    "Event",
    "FileRecorder",
    "HiddenOpened",
    "Integrated",
    "MemoryRecorder",
    "ModelAnswered",
    "OptionChosen",
    "PassagesFound",
    "PlanMade",
    "PlanRefused",
    "Recorder",
    "RunFinished",
    "RunResumed",
    "RunStarted",
    "Stamped",
    "TestsRun",
    "Warned",
    "read_trace",
    "to_line",
]
