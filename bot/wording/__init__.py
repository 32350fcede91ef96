"""Facts -> words in the reader's language. Spans, not markup: adapters decide on bold and links."""
