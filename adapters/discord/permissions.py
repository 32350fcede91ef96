"""What we may do in a server's channel, and the names of what is missing."""

import discord

_EVERYWHERE = ("view_channel", "embed_links")
_OF_THREADS, _OF_OTHERS = "send_messages_in_threads", "send_messages"
_TEXTS = (
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
    discord.ChannelType.forum,
)


def can_hold_posts(kind: discord.ChannelType) -> bool:
    """Whether a channel is one of those that we post in."""
    return kind in _TEXTS


def missing_of(held: discord.Permissions, *, thread: bool) -> tuple[str, ...]:
    """The permissions that posting takes and that are not held, by Discord's names."""
    if held.administrator:
        return ()
    wanted = (*_EVERYWHERE, _OF_THREADS if thread else _OF_OTHERS)
    return tuple(name for name in wanted if not getattr(held, name))


def missing_in(client: discord.Client | None, channel: int) -> tuple[str, ...]:
    """What is missing in a channel, as far as the gateway has told us; nothing if it has not."""
    known = None if client is None else client.get_channel(channel)
    if not isinstance(known, discord.abc.GuildChannel | discord.Thread):
        return ()
    guild = known.guild
    if guild.unavailable or guild.me is None:
        return ()
    try:
        held = known.permissions_for(guild.me)
    except discord.ClientException:  # a thread whose channel we do not know
        return ()
    return missing_of(held, thread=isinstance(known, discord.Thread))
