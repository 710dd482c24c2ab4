"""hrl: a Markdown task in, a tested program out, driven by a learned policy.

Importing this package does nothing but define the version.
"""

__version__ = "0.1.0"
