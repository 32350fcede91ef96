"""`drawbell round confirm NUMBER`: tell people of a round that was held."""

from bot.app import confirm_round
from bot.cli.output import DONE, answer
from bot.core.rounds import normal_number
from bot.settings import Settings


async def confirm(settings: Settings, number: str) -> int:
    """Release a held round; its alerts go out like any other's."""
    queued = await confirm_round(settings, normal_number(number))
    answer(f"Round #{normal_number(number)} is announced. Alerts queued: {queued}.")
    return DONE
