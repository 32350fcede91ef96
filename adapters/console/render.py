"""Messages and replies as text; each sentence keeps its own line, however narrow."""

from rich.console import Console
from rich.text import Text

from bot.wording.spans import Emphasis, Message, Reply

_STYLES = {
    Emphasis.PLAIN: "",
    Emphasis.STRONG: "bold",
    Emphasis.QUIET: "dim",
    Emphasis.TYPED: "cyan",
}


def rendered(message: Message) -> str:
    """A message as plain text."""
    return message.plain()


def rendered_reply(reply: Reply) -> str:
    """A reply as plain text, with what can be picked next, numbered."""
    parts = [rendered(reply.message)]
    if reply.attachment is not None:
        parts.append(reply.attachment.text)
    parts += [f"  {number}. {choice.label}" for number, choice in enumerate(reply.choices, 1)]
    return "\n".join(parts)


# Rich breaks lines at a no-break space, too, which leaves French colons alone on a line.
_NO_BREAK, _GLUE = "\u00a0", "\ue000"


def shown(reply: Reply, console: Console) -> str:
    """A reply with emphasis, broken between words as a terminal has room."""
    text = _styled(reply)
    text.plain = text.plain.replace(_NO_BREAK, _GLUE)
    with console.capture() as capture:
        console.print(text)
    return capture.get().replace(_GLUE, _NO_BREAK)


def _styled(reply: Reply) -> Text:
    text = Text()
    for line in reply.message.lines:
        for span in line:
            text.append(span.text, style=_STYLES[span.emphasis])
            if span.link is not None:
                text.append(f" {span.link}", style=f"dim link {span.link}")
        text.append("\n")
    if reply.attachment is not None:
        text.append(reply.attachment.text + "\n")
    for number, choice in enumerate(reply.choices, 1):
        text.append(f"  {number}. ", style="cyan").append(choice.label + "\n")
    return text
