"""Telegram's updates as the few things that matter to us."""

from dataclasses import dataclass

from telegram import CallbackQuery, ChatMember, Message, Update, User
from telegram import Chat as TelegramChat

from adapters.telegram.chats import Chat
from bot.core.subscribers import Language

WANTED = ["message", "channel_post", "callback_query", "my_chat_member"]
"""The kinds of updates to ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who did something; `id` is None for whoever posts as a channel or as the group itself."""

    id: int | None
    language: Language
    anonymous_admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Somebody typed something; `title` names the group or channel for people."""

    chat: Chat
    who: Person
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """Somebody pressed a button; `message` is the one it stands under, `title` as in `Said`."""

    chat: Chat
    who: Person
    query: str
    data: str
    message: int | None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """A group has become a supergroup."""

    chat: Chat
    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What we may do in a chat has changed; `title` names it for people."""

    chat: Chat
    who: Person
    title: str
    there: bool
    was_there: bool
    may_write: bool


Event = Said | Pressed | Migrated | Membership


def event_of(update: Update) -> Event | None:
    """What an update says; None if it is nothing to us."""
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update)
    message = update.message or update.channel_post
    return None if message is None else _said(message)


def _said(message: Message) -> Event | None:
    chat = _chat_of(message)
    if message.migrate_to_chat_id is not None:
        return Migrated(chat=Chat(chat.id), to=message.migrate_to_chat_id)
    text = message.text or message.caption
    if message.is_automatic_forward:
        return None  # a channel's post in its group: whoever it was meant for has it already
    if text is None and (chat.is_group or message.effective_attachment is None):
        return None  # "somebody joined", and all else that is no speech
    title = message.chat.title or ""
    return Said(chat=chat, who=_author(message), text=text or WITHOUT_WORDS, title=title)


WITHOUT_WORDS = "/help"
"""What a sticker or a photo says: it is no answer to anything."""


def _chat_of(message: Message) -> Chat:
    # A thread id stands at replies in ordinary groups, too; only topics may be written to.
    # A private chat may have topics as well, but there is one person in all of them.
    chat = Chat(message.chat.id)
    topic = message.message_thread_id if message.is_topic_message and chat.is_group else None
    return Chat(chat.id, topic)


def _author(message: Message) -> Person:
    if message.sender_chat is not None and message.sender_chat.id == message.chat.id:
        return Person(id=None, language=Language.ENGLISH, anonymous_admin=True)
    return _person(message.from_user)


def _person(user: User | None) -> Person:
    if user is None or user.is_bot:  # Telegram's own, for whoever acts as a group or channel
        return Person(id=None, language=Language.ENGLISH)
    french = (user.language_code or "").startswith("fr")
    return Person(id=user.id, language=Language.FRENCH if french else Language.ENGLISH)


def _pressed(query: CallbackQuery) -> Event | None:
    message = query.message
    if message is None or query.data is None:
        return None
    chat = _chat_of(message) if isinstance(message, Message) else Chat(message.chat.id)
    return Pressed(
        chat=chat,
        who=_person(query.from_user),
        query=query.id,
        data=query.data,
        message=message.message_id,
        title=message.chat.title or "",
    )


_GONE = (ChatMember.LEFT, ChatMember.BANNED)


def _membership(update: Update) -> Event | None:
    changed = update.my_chat_member
    if changed is None:
        return None
    new = changed.new_chat_member
    return Membership(
        chat=Chat(changed.chat.id),
        who=_person(changed.from_user),
        title=changed.chat.title or "",
        there=_is_there(new),
        was_there=_is_there(changed.old_chat_member),
        may_write=_is_there(new) and _may_write(changed.chat, new),
    )


def _is_there(member: ChatMember) -> bool:
    # Whoever is restricted may have left since.
    return member.status not in _GONE and bool(getattr(member, "is_member", True))


def _may_write(chat: TelegramChat, member: ChatMember) -> bool:
    if chat.type == TelegramChat.CHANNEL:
        return bool(getattr(member, "can_post_messages", False))
    return bool(getattr(member, "can_send_messages", True))
