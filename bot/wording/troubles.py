"""What keeps posts from a group, in words for whoever set it up."""

from collections.abc import Sequence

from bot.core.troubles import Trouble
from bot.wording.spans import Message, line
from bot.wording.words import Words


def trouble_message(words: Words, trouble: Trouble, titles: Sequence[str]) -> Message:
    """What happened, where (as people call it, if they do), and what to do about it."""
    named = words.listed([one or words.say("a group that you set up") for one in titles])
    return Message(lines=(line(_sentence(words, trouble, named)),))


def _sentence(words: Words, trouble: Trouble, title: str) -> str:
    match trouble:
        case Trouble.REMOVED:
            return words.say("I was removed from {title}, so nothing is posted there.", title=title)
        case Trouble.SILENCED:
            return words.say(
                "I may no longer write in {title}, so nothing is posted there.", title=title
            )
        case Trouble.REFUSED:
            return words.say(
                "I could not post in {title}. Please check that I am there and may write.",
                title=title,
            )
        case Trouble.TOPIC_GONE:
            return words.say(
                "In {title} the topic that I post in is closed or gone. Until that changes, or "
                "{command} is used in another topic, I post in the general one.",
                title=title,
                command=words.say("/follow"),
            )
