"""What a person was told unconfirmed."""

from bot.chat.reply import Request
from bot.core.delivery import Kind, State
from bot.core.unconfirmed import Unconfirmed


async def told_unconfirmed(request: Request) -> list[Unconfirmed]:
    """Rounds that the person was told of while only news sites reported them, oldest first."""
    told = {
        number
        for record in await request.memory.outbox.records(request.address)
        if record.kind is Kind.UNCONFIRMED and record.state in (State.SENT, State.UNCERTAIN)
        for number in record.round_numbers
    }
    if not told:
        return []
    return [one for one in await request.memory.rounds.unconfirmed() if one.round.number in told]
