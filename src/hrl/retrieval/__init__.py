"""The search action: BM25 over the task's documents and the standard library's docstrings."""
