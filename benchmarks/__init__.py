"""Measures speed and memory against the aims of the project: `make bench`."""
