"""Alerts as HTTP requests to a server of the operator's own (docs/operating.md)."""
