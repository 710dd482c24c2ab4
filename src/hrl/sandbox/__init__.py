"""Where programs that a model wrote run, and nowhere else. Importing this stays light."""
