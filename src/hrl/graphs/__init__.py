"""The two LangGraph state machines, checkpoints and resume; the only place with langgraph.

Importing langgraph brings a client of a tracing service along. It stays silent unless somebody asks for
it, and this makes that explicit before langgraph is imported: the one thing in hrl that happens at import.
"""

import os

os.environ.setdefault("LANGSMITH_TRACING", "false")
