"""The Executive decision process: actions, mask, features, reward, and the one `step`."""
