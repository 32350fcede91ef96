"""The options of slash commands: what can be given with them, and how it is called."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.profiles import MAX_CRS_SCORE
from bot.wording.words import Words

TEXT, WHOLE, CHANNEL, ROLE_ = 3, 4, 7, 8
"""Discord's numbers for kinds of options."""

CATEGORY, OCCUPATION, NUMBER = "category", "occupation", "number"
"""Options that complete themselves."""

Text = Callable[[Words], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option. `choices` are what can be picked: what is said, and how it is shown."""

    name: str
    french: str
    what: Text
    kind: int = TEXT
    required: bool = False
    choices: tuple[tuple[str, Text], ...] = ()
    completes: bool = False
    least: int | None = None
    most: int | None = None


OF = Option(name="of", french="de", what=lambda words: words.say("whose profile, if not yours"))
MONTHS = Option(
    name="months",
    french="mois",
    what=lambda words: words.say("months of full-time work in it"),
    kind=WHOLE,
    least=0,
    most=600,
)
PLACE = Option(
    name="place",
    french="lieu",
    what=lambda words: words.say("where that was"),
    choices=(
        ("canada", lambda words: words.say("in Canada")),
        ("abroad", lambda words: words.say("abroad")),
    ),
)
NOMINATED = Option(
    name="answer",
    french="reponse",
    what=lambda words: words.say("whether you are, and what your score holds"),
    required=True,
    choices=(
        ("no", lambda words: words.say("No")),
        ("yes included", lambda words: words.say("Yes, and my score includes the 600 points")),
        (
            "yes add",
            lambda words: words.say("Yes, but my score does not include the 600 points"),
        ),
    ),
)
SCORE = Option(
    name="score",
    french="note",
    what=lambda words: words.say("the number that your IRCC account shows"),
    kind=WHOLE,
    required=True,
    least=0,
    most=MAX_CRS_SCORE,
)
WHEN = Option(
    name="when",
    french="quand",
    what=lambda words: words.say("like 2025-11-20 14:03"),
    required=True,
)


def category(what: Text, *, required: bool = False) -> Option:
    """A program or category."""
    return Option(name=CATEGORY, french="categorie", what=what, required=required, completes=True)


def number(*, required: bool) -> Option:
    """A round's number."""
    return Option(
        name=NUMBER,
        french="numero",
        what=lambda words: words.say("the round's number"),
        required=required,
        completes=True,
    )


INCLUDED = category(lambda words: words.say("a program or category"), required=True)
JOB = Option(
    name=OCCUPATION,
    french="profession",
    what=lambda words: words.say("in words, or as a NOC code"),
    required=True,
    completes=True,
)

MODE = Option(
    name="mode",
    french="mode",
    what=lambda words: words.say("what you want to hear of"),
    choices=(
        ("near", lambda words: words.say("When I would have qualified, or nearly")),
        ("qualified", lambda words: words.say("Only when I would have qualified")),
        ("categories", lambda words: words.say("Every round in my categories")),
        ("all", lambda words: words.say("Every round")),
    ),
)
POINTS = Option(
    name="points",
    french="points",
    what=lambda words: words.say("how many points short still counts as near"),
    kind=WHOLE,
    least=0,
    most=MAX_CRS_SCORE,
)
LANGUAGE = Option(
    name="language",
    french="langue",
    what=lambda words: words.say("change the language"),
    required=True,
    choices=(("en", lambda _words: "English"), ("fr", lambda _words: "Français")),
)
TOPIC = Option(
    name="topic",
    french="sujet",
    what=lambda words: words.say("one topic only"),
    choices=(
        ("profile", lambda words: words.say("Your profile")),
        ("alerts", lambda words: words.say("What you hear of")),
        ("rounds", lambda words: words.say("Rounds")),
        ("data", lambda words: words.say("Your data")),
    ),
)
HOURS = Option(
    name="hours", french="heures", what=lambda words: words.say("like 22:00-07:00, or off")
)
UNTIL = Option(
    name="until", french="jusque", what=lambda words: words.say("a day, like 2026-12-24")
)
CITY = Option(name="city", french="ville", what=lambda words: words.say("like Toronto"))
CODE = Option(
    name="code",
    french="code",
    what=lambda words: words.say("the code; or here, off, backup on, backup off"),
)
WHERE = Option(
    name="channel",
    french="salon",
    what=lambda words: words.say("the channel, if not this one"),
    kind=CHANNEL,
)
CHOSEN_ROLE = Option(
    name="role",
    french="role",
    what=lambda words: words.say("a role to mention with its rounds"),
    kind=ROLE_,
)
FOLLOWED = category(lambda words: words.say("one of them, or all"))
