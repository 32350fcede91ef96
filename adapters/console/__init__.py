"""The reference platform: a chat in the terminal or through a pipe."""
