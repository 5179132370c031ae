"""Writes a report down in one form a module; computes nothing."""
