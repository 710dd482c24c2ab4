"""The run directory: writing, listing, reading."""
