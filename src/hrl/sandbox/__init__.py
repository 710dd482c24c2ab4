"""Where programs that a model wrote run, and nowhere else. Importing this stays light."""

from hrl.sandbox.base import Job, Limits, Result, Sandbox
from hrl.sandbox.opening import BackendStatus, available, open_sandbox

__all__ = ["BackendStatus", "Job", "Limits", "Result", "Sandbox", "available", "open_sandbox"]
