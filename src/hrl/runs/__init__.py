"""The run directory: writing, listing, finding, locking.

Left out: what the files mean. The trace is `hrl.events`, the checkpoint is `hrl.graphs`.
"""

from hrl.runs.configuration import form_of, read_configuration, read_part, write_configuration
from hrl.runs.directory import RunDirectory
from hrl.runs.environment import cores, describe_environment
from hrl.runs.lines import LineFile, read_lines
from hrl.runs.listing import RunSummary, find_run, latest, list_runs, summarize
from hrl.runs.lock import RunLock
from hrl.runs.logs import logging_to
from hrl.runs.result import RunResult
from hrl.runs.writing import storage_failure, write_atomic

__all__ = [
    "LineFile",
    "RunDirectory",
    "RunLock",
    "RunResult",
    "RunSummary",
    "cores",
    "describe_environment",
    "find_run",
    "form_of",
    "latest",
    "list_runs",
    "logging_to",
    "read_configuration",
    "read_lines",
    "read_part",
    "storage_failure",
    "summarize",
    "write_atomic",
    "write_configuration",
]
