"""Telegram, on python-telegram-bot (PTB) over our own transport."""

import os

# PTB moves its spans of time from numbers to timedelta. Until it has, it warns at every limit that
# Telegram sets, unless the program says that it is ready.
os.environ.setdefault("PTB_TIMEDELTA", "1")
