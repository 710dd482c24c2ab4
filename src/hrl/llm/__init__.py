"""Language models behind one protocol, always batched."""
