"""The learner, its environments, and the commands that train policies and the bundled model."""
