"""`drawbell feed sample`: the last answer of the feed that could not be read."""

from bot.cli.output import DONE, FAILED, answer, complain
from bot.ports import Sample, SourceHealth
from bot.settings import Settings
from storage.unit_of_work import open_database


async def show_sample(settings: Settings) -> int:
    """Print that answer, and on stderr when it came; fails when there was none.

    Raises:
        StoreUnavailable: the database cannot be opened.
    """
    sample, health = await kept_sample(settings)
    if sample is None:
        complain("no answer was kept; none was unreadable")
        return FAILED
    answer(_harmless(sample.text))
    complain(about(sample, health))
    return DONE


async def kept_sample(settings: Settings) -> tuple[Sample | None, SourceHealth]:
    """What was kept, and how the feed has been answering.

    Raises:
        StoreUnavailable: the database cannot be opened.
    """
    async with open_database(settings.database_url) as store, store.look() as memory:
        return await memory.source.sample(), await memory.source.health()


def about(sample: Sample, health: SourceHealth) -> str:
    """When the answer came, and whether the feed has been read since."""
    came = f"an answer could not be read at {sample.kept_at:%Y-%m-%d %H:%M} UTC"
    return f"{came}; the feed has been read since" if is_over(sample, health) else came


def is_over(sample: Sample, health: SourceHealth) -> bool:
    """Whether the feed has been read since that answer."""
    return health.succeeded_at is not None and health.succeeded_at > sample.kept_at


def _harmless(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(char if char.isprintable() or char in "\n\t" else "\ufffd" for char in text)
