"""Messages and replies as plain text; each sentence keeps its own line, however narrow."""

from bot.chat.reply import Reply
from bot.wording.spans import Message


def rendered(message: Message) -> str:
    """A message as text."""
    return message.plain()


def rendered_reply(reply: Reply) -> str:
    """A reply as text, with what can be picked next."""
    choices = [f"  {choice.says}  ({choice.label})" for choice in reply.choices]
    return "\n".join([rendered(reply.message), *choices])
