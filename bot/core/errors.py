"""The closed set of errors. Adapters translate everything they meet into one of these."""

from enum import Enum


class DrawbellError(Exception):
    """Root of our own errors; `str()` is a sentence for the operator."""


class Misconfigured(DrawbellError):
    """A setting has a value that cannot be used; says which and what to do."""


class SourceUnavailable(DrawbellError):
    """The source gave no answer; the next poll may succeed.

    `retry_after` is how long it asks to be left alone, in seconds, if it does.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SourceChanged(DrawbellError):
    """The source gave an answer that cannot be read: an operator should look at it.

    `sample` is the beginning of that answer, where there was one.
    """

    def __init__(self, message: str, *, sample: bytes | None = None) -> None:
        super().__init__(message)
        self.sample = sample


class StoreUnavailable(DrawbellError):
    """The database cannot be opened, is locked, full or not ours; nothing was changed."""


class ProfileRejected(DrawbellError):
    """What a person said cannot be saved. `reason` is a key for the wording."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class DeliveryError(DrawbellError):
    """A delivery did not succeed; the subclasses say what to do about it."""


class Scope(Enum):
    """Whom a platform's limit is for."""

    CHAT = "chat"
    PERHAPS_CHAT = "perhaps chat"
    """Not said, but it was about an answer, and that chat may have asked for too many."""

    PLATFORM = "platform"
    NOT_SAID = "not said"


class TryLater(DeliveryError):
    """Nothing was sent: the platform is busy, limiting, down or out of reach.

    `retry_after` is its own wait in seconds, None if it named none; `scope` says for whom.
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, scope: Scope = Scope.NOT_SAID
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.scope = scope


class RecipientMoved(DeliveryError):
    """The chat has a new address: save it and send again."""

    def __init__(self, message: str, *, new_address: str) -> None:
        super().__init__(message)
        self.new_address = new_address


class RecipientGone(DeliveryError):
    """The recipient blocked us or does not exist any more: stop sending there.

    `certain` is False for what platforms have said by mistake (no rights, chat not found; all of
    Telegram on 2023-10-31): that counts as a strike, and only several over a day end it.
    """

    def __init__(self, message: str, *, certain: bool = True) -> None:
        super().__init__(message)
        self.certain = certain


class SentElsewhere(DeliveryError):
    """It was sent, as near as can be to where it was to go: a topic is closed, its group is not.

    `receipt` is the platform's id of the message, if it has one.
    """

    def __init__(self, message: str, *, receipt: str | None) -> None:
        super().__init__(message)
        self.receipt = receipt


class AlertRejected(DeliveryError):
    """The platform refuses the message itself: our bug, for the operator."""


class OutcomeUnknown(DeliveryError):
    """The request may have arrived: repeating it may repeat the message."""
