"""A source that publishes what a test says."""

from collections.abc import Iterable
from hashlib import sha256

from bot.core.rounds import Published, Round, UnreadableRow
from bot.ports import Payload, Unchanged, Validators


def digest_of(published: Published) -> str:
    """What recognises a payload."""
    return sha256(repr(published).encode()).hexdigest()


class FakeSource:
    """Answers each read with the next of `answers`; an error is raised, the last one repeats.

    Like the real sources it recognises a payload that it has given before, by its digest.
    """

    def __init__(self, *answers: Published | Exception) -> None:
        self._answers = list(answers)
        self.seen: list[Validators] = []

    async def read(self, seen: Validators) -> Payload | Unchanged | None:
        """See `bot.ports.RoundSource`."""
        self.seen.append(seen)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        digest = digest_of(answer)
        if digest == seen.digest:
            return None
        return Payload(published=answer, validators=Validators(digest=digest))


def publishing(
    *rounds: Round, unreadable: Iterable[UnreadableRow] = (), first_row_readable: bool = True
) -> Published:
    """A payload of the feed with these rounds, newest first as IRCC publishes them."""
    return Published(
        rounds=tuple(rounds),
        unreadable=tuple(unreadable),
        first_row_readable=first_row_readable,
    )
