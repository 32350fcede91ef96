"""News feeds: hints, context and cross-checks, never the truth."""
