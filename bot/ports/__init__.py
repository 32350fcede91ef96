"""What the use cases need of the world: protocols whose docstrings list what they raise."""

from bot.ports.delivery import Notifier, Outbox, Traits
from bot.ports.news import NewsFeed, NewsFetched, NewsLink, NewsMemory
from bot.ports.people import LinkCodes, Recipients, Subscribers, Troubles
from bot.ports.process import Heartbeat, Incident, LeaseHolder, ProcessMemory
from bot.ports.rounds import Rounds
from bot.ports.sources import (
    NameSource,
    Payload,
    RoundSource,
    Sample,
    SourceHealth,
    SourceMemory,
    Unchanged,
    Validators,
)
from bot.ports.store import Store, UnitOfWork

__all__ = [
    "Heartbeat",
    "Incident",
    "LeaseHolder",
    "LinkCodes",
    "NameSource",
    "NewsFeed",
    "NewsFetched",
    "NewsLink",
    "NewsMemory",
    "Notifier",
    "Outbox",
    "Payload",
    "ProcessMemory",
    "Recipients",
    "RoundSource",
    "Rounds",
    "Sample",
    "SourceHealth",
    "SourceMemory",
    "Store",
    "Subscribers",
    "Traits",
    "Troubles",
    "Unchanged",
    "UnitOfWork",
    "Validators",
]
