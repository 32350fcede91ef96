"""The tables. Times are milliseconds since 1970 (UTC); CRS scores are points.

Whoever takes `metadata` from here has all of them: migrations are compared with it.
"""

from storage.tables.delivery import (
    announcement_rounds,
    announcements,
    deliveries,
    openings,
    strikes,
    tellings,
    troubles,
)
from storage.tables.people import (
    audiences,
    backgrounds,
    link_codes,
    link_tries,
    links,
    profile_history,
    profiles,
    stances,
    subscribers,
)
from storage.tables.process import heartbeats, incidents, leases, notes
from storage.tables.rounds import (
    news_posts,
    round_revisions,
    rounds,
    sources,
    unreadable_rows,
)
from storage.tables.schema import metadata

__all__ = [
    "announcement_rounds",
    "announcements",
    "audiences",
    "backgrounds",
    "deliveries",
    "heartbeats",
    "incidents",
    "leases",
    "link_codes",
    "link_tries",
    "links",
    "metadata",
    "news_posts",
    "notes",
    "openings",
    "profile_history",
    "profiles",
    "round_revisions",
    "rounds",
    "sources",
    "stances",
    "strikes",
    "subscribers",
    "tellings",
    "troubles",
    "unreadable_rows",
]
