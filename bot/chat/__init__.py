"""What people say and what we answer, once for every platform: one command table, Reply values."""
