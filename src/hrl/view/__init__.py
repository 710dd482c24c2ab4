"""Events in, rich renderables out. Draws only; never runs anything."""
