"""The closed set of errors. Adapters translate everything they meet into one of these."""


class DrawbellError(Exception):
    """Root of our own errors; `str()` is a sentence for the operator."""


class Misconfigured(DrawbellError):
    """A setting has a value that cannot be used; says which and what to do."""


class SourceUnavailable(DrawbellError):
    """The source gave no answer; the next poll may succeed."""


class SourceChanged(DrawbellError):
    """The source gave an answer that cannot be read: an operator should look at it."""


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


class TryLater(DeliveryError):
    """The platform is busy, limiting or down; `retry_after` is its own wait in seconds, if any."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RecipientMoved(DeliveryError):
    """The chat has a new address: save it and send again."""

    def __init__(self, message: str, *, new_address: str) -> None:
        super().__init__(message)
        self.new_address = new_address


class RecipientGone(DeliveryError):
    """The recipient blocked us or does not exist any more: stop sending there."""


class AlertRejected(DeliveryError):
    """The platform refuses the message itself: our bug, for the operator."""


class OutcomeUnknown(DeliveryError):
    """The request may have arrived: repeating it may repeat the message."""
