"""Which deliveries wait, or are being sent.

These conditions stand as text: a partial index is used only for the very words it was made with.
"""

from sqlalchemy import text

IS_DUE = text("deliveries.state = 0 AND deliveries.at = 0")
IS_WAITING = text("deliveries.state = 0 AND deliveries.at > 0")
IS_LEASED = text("deliveries.state = 1")
IS_HELD = text("deliveries.state = 0 AND deliveries.held = 1")
