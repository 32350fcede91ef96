"""Reads IRCC's official feed: the wire's words stay in this folder."""
