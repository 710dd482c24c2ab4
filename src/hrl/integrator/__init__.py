"""Candidates in, one program out: an AST merge, then the model for what it cannot settle."""
