"""The two LangGraph state machines, checkpoints and resume; the only place with langgraph."""
