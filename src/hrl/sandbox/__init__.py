"""Where programs that a model wrote run, and nowhere else. Importing this stays light."""

from hrl.sandbox.base import Job, Limits, Sandbox
from hrl.sandbox.opening import BackendStatus, available, open_sandbox

__all__ = ["BackendStatus", "Job", "Limits", "Sandbox", "available", "open_sandbox"]
