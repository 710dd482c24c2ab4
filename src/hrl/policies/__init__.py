"""Value-based policies that act on a named observation and a mask. Acting needs numpy only."""
