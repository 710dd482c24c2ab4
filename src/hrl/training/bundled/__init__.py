"""Trains the bundled model from scratch on the generated curriculum: `hrl train bundled`."""
