"""The version that a report names as its maker."""

__version__ = "0.1.0"
