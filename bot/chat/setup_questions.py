"""What the guided set-up asks: a question, hints, and choices with their commands."""

from dataclasses import dataclass

from bot.chat.preferences import alert_choices
from bot.chat.reply import Request
from bot.core.categories import CATEGORIES
from bot.core.occupations import opens
from bot.core.profiles import Answer
from bot.wording.groups import group_name
from bot.wording.spans import Choice
from bot.wording.words import Words

TOGGLE = "~"
"""Before a group in a choice: change its answer, instead of taking it as the whole list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with hints on how to answer and choices to pick."""

    text: str
    hints: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()


def language(request: Request) -> Question:
    """Ask for the language."""
    return Question(
        text=request.words.say("Which language shall I write in? En français ?"),
        choices=(
            Choice(label="English", says="/start language en"),
            Choice(label="Français", says="/start language fr"),
        ),
    )


def score(request: Request) -> Question:
    """Ask for the score."""
    words = request.words
    return Question(
        text=words.say("What is your CRS score, as your IRCC account shows it?"),
        hints=(words.say("Type the number, for example 480."),),
        choices=(Choice(label=words.say("I do not know it yet"), says="/start score unknown"),),
    )


def nominee(request: Request) -> Question:
    """Ask for a nomination."""
    words = request.words
    return Question(
        text=words.say("Has a province or territory nominated you?"),
        choices=(
            Choice(label=words.say("No"), says="/start nominee no"),
            Choice(
                label=words.say("Yes, and my score includes the 600 points"),
                says="/start nominee yes included",
            ),
            Choice(
                label=words.say("Yes, but my score does not include the 600 points"),
                says="/start nominee yes add",
            ),
        ),
    )


def programs(request: Request) -> Question:
    """Ask for programs, each yes, no or not sure."""
    words = request.words
    return Question(
        text=words.say("Which programs are you eligible for?"),
        hints=(words.say("Pick one to change it, or type them, like: cec fsw."),),
        choices=(
            *(_toggle(request, "programs", group) for group in ("cec", "fsw", "fst")),
            Choice(label=words.say("None of the others"), says="/start programs none"),
            Choice(label=words.say("Done"), says="/start programs done"),
        ),
    )


def occupation(request: Request) -> Question:
    """Ask for an occupation."""
    words = request.words
    return Question(
        text=words.say("In which occupation have you worked in the last three years?"),
        hints=(words.say("Type it in words, like nurse or electrician, or as a NOC code."),),
        choices=(Choice(label=words.say("I would rather not say"), says="/start occupation none"),),
    )


def months(request: Request) -> Question:
    """Ask for the months worked."""
    words = request.words
    return Question(
        text=words.say("How many months of full-time work in it, in the last three years?"),
        hints=(words.say("Pick, or type it with its unit: 8 months."),),
        choices=(
            Choice(label=words.say("less than 6"), says="/start months 0"),
            Choice(label=words.say("6 to 11"), says="/start months 6"),
            Choice(label=words.say("12 or more"), says="/start months 12"),
        ),
    )


def place(request: Request) -> Question:
    """Ask where that was."""
    words = request.words
    return Question(
        text=words.say("Where was that?"),
        hints=(words.say("Some categories count work in Canada only."),),
        choices=(
            Choice(label=words.say("in Canada"), says="/start place canada"),
            Choice(label=words.say("abroad"), says="/start place abroad"),
        ),
    )


def categories(request: Request) -> Question:
    """Ask for categories, each yes, no or not sure."""
    words = request.words
    return Question(
        text=words.say("Which categories do you meet the conditions of?"),
        hints=(
            words.say("Pick one to change it, or type them, like: french stem."),
            words.say("French means NCLC 7 in all four abilities."),
        ),
        choices=(
            *(_toggle(request, "categories", group) for group in CATEGORIES),
            Choice(label=words.say("None of the others"), says="/start categories none"),
            Choice(label=words.say("Done"), says="/start categories done"),
        ),
    )


def zone(request: Request) -> Question:
    """Ask for the time zone."""
    words = request.words
    return Question(
        text=words.say("Which city's time do you use? Tie-breaks are to the second."),
        hints=(words.say("Type a city, like Toronto."),),
        choices=(
            Choice(label="Toronto", says="/start zone Toronto"),
            Choice(label="Vancouver", says="/start zone Vancouver"),
            Choice(label="UTC", says="/start zone UTC"),
        ),
    )


def submitted(request: Request) -> Question:
    """Ask when the profile was submitted."""
    words = request.words
    return Question(
        text=words.say("When did you first submit your profile to the pool?"),
        hints=(
            words.say(
                "As exactly as you know it: 2025-11-20 14:03, or 2025-11-20, or about March."
            ),
        ),
        choices=(Choice(label=words.say("I do not know"), says="/start submitted unknown"),),
    )


def alerts(request: Request) -> Question:
    """Ask what to tell."""
    return Question(
        text=request.words.say("What do you want to hear of?"),
        choices=alert_choices(request, "/start alerts"),
    )


def _toggle(request: Request, step: str, group: str) -> Choice:
    words, candidate = request.words, request.person.profiles[0].candidate
    state = _state(words, candidate.answers.about(group))
    if candidate.answers.about(group) is Answer.NOT_SAID and opens(candidate, group):
        state = words.say("yes, by your occupation")
    label = words.say("{group}: {state}", group=group_name(words, group), state=state)
    return Choice(label=label, says=f"/start {step} {TOGGLE}{group}")


def _state(words: Words, said: Answer) -> str:
    return {
        Answer.YES: words.say("yes"),
        Answer.NO: words.say("no"),
        Answer.NOT_SAID: words.say("not sure"),
    }[said]
