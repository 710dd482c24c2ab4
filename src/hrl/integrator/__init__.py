"""Candidates → Program: an AST merge, then the model for what the merge cannot settle."""

from hrl.integrator.integrate import Integration, integrate
from hrl.integrator.merge import Merged, merge, prelude

__all__ = ["Integration", "Merged", "integrate", "merge", "prelude"]
