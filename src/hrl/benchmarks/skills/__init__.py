"""What a model can do of each skill of the curriculum: examples, their verdicts, a table."""

from hrl.benchmarks.skills.example import Example
from hrl.benchmarks.skills.measuring import Row, judged, measure, table

__all__ = ["Example", "Row", "judged", "measure", "table"]
