"""The backends behind `hrl.llm.open_model`, one module each, imported when a spec asks for them."""
