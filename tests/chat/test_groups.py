"""Where many read along: what is posted there, who decides it, and nothing personal, ever."""

from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest

from bot.chat.commands import BY_WORD
from bot.chat.groups import Place, arrive, converse_in_group, is_for_admins
from bot.core.categories import GROUPS
from bot.core.delivery import Alert
from bot.core.detect import Status
from bot.core.rounds import Round
from bot.core.subscribers import OWNER, TITLE, Address, Language, Subscriber
from bot.pipeline.deliver import LEASE
from bot.pipeline.poll import announce
from bot.wording.alerts import group_post
from bot.wording.spans import Reply
from storage.unit_of_work import Database
from tests.builders import a_round
from tests.chat.world import Person
from tests.fakes.clock import FakeClock
from tests.fakes.databases import dump

PRIVATE = "https://t.me/drawbell_test_bot"
ADDRESS = Address(platform="telegram", chat="-1001")
OWNER_ID = "4711"
PUBLIC = ("latest", "derniere", "dernier", "round 385", "ronde 385", "draw 385", "history")
KINDS = {
    "general": a_round(number="501", name="General"),
    "healthcare": a_round(number="502"),
    "healthcare, a new edition": a_round(number="503", name="Healthcare (Version 97)"),
    "cec": a_round(number="504", name="Canadian Experience Class"),
    "pnp": a_round(number="505", name="Provincial Nominee Program"),
    "french": a_round(number="506", name="French language proficiency (Version 1)"),
    "unknown": a_round(number="507", name="Lighthouse keepers, 2027-Version 1"),
}


@dataclass(kw_only=True)
class Group:
    """A group, as its members speak there; an administrator unless told otherwise."""

    store: Database
    address: Address = ADDRESS
    title: str = "Nurses of Halifax"
    language: Language = Language.ENGLISH
    clock: FakeClock = field(default_factory=FakeClock)

    def place(self, *, admin: bool = True, who: str = OWNER_ID) -> Place:
        return Place(
            address=self.address,
            title=self.title,
            language=self.language,
            admin=admin,
            who=who,
            private=PRIVATE,
        )

    async def says(self, text: str, *, admin: bool = True, who: str = OWNER_ID) -> Reply | None:
        place = self.place(admin=admin, who=who)
        return await converse_in_group(text, place, store=self.store, clock=self.clock)

    async def reads(self, text: str, *, admin: bool = True, who: str = OWNER_ID) -> str:
        reply = await self.says(text, admin=admin, who=who)
        assert reply is not None, text
        return reply.message.plain()

    async def saved(self) -> Subscriber | None:
        async with self.store.look() as memory:
            return await memory.subscribers.find(self.address)

    async def followed(self) -> set[str]:
        saved = await self.saved()
        return set() if saved is None else set(saved.profiles[0].candidate.answers.yes)

    async def told_of(self, *rounds: Round) -> list[Alert]:
        """Announce rounds, and claim what is due to the group."""
        async with self.store.begin() as memory:
            await memory.rounds.add(rounds, Status.ANNOUNCED, self.clock())
            for round_ in rounds:
                await announce(memory, [round_], self.clock())
        async with self.store.begin() as memory:
            return await memory.outbox.claim(
                "telegram",
                now=self.clock(),
                lease=LEASE,
                limit=100,
                only=self.address,
            )


@pytest.fixture
def group(memory: Database) -> Group:
    return Group(store=memory)


def offered(reply: Reply | None) -> dict[str, str]:
    assert reply is not None
    return {choice.label: choice.says for choice in reply.choices}


async def test_whoever_asks_first_sees_that_nothing_is_posted_and_what_can_be(group: Group) -> None:
    reply = await group.says("/follow")

    assert reply is not None
    assert reply.message.plain() == "I post nothing here yet. Pick what to follow."
    assert len(offered(reply)) == len(GROUPS) + 1
    assert offered(reply)["Every round"] == "/follow all"
    assert await group.saved() is None


async def test_categories_are_added_one_message_after_the_other(group: Group) -> None:
    await group.says("/follow healthcare")
    text = await group.reads("/follow cec, french")

    assert await group.followed() == {"healthcare", "cec", "french"}
    assert text == (
        "I post general rounds here, and those of Canadian Experience Class, French and Healthcare."
    )


async def test_a_button_switches_one_category_on_and_off_again(group: Group) -> None:
    reply = await group.says("/follow")
    for state in ({"stem"}, set()):
        reply = await group.says("/follow ~stem")
        assert await group.followed() == state
        assert offered(reply)[f"STEM: {'yes' if state else 'no'}"] == "/follow ~stem"


async def test_every_button_leads_to_what_it_says(group: Group) -> None:
    for says in offered(await group.says("/follow")).values():
        await group.says("/unfollow")
        reply = await group.says(says)

        wanted = set(GROUPS) if says == "/follow all" else {says.removeprefix("/follow ~")}
        assert await group.followed() == wanted
        assert reply is not None


@pytest.mark.parametrize("all_", ["/follow all", "/follow everything", "/suivre tout"])
async def test_all_is_every_round_and_one_less_is_no_longer_all(all_: str, group: Group) -> None:
    assert await group.reads(all_) == "I post every round here."
    assert "Every round" not in offered(await group.says("/follow"))

    text = await group.reads("/unfollow pnp")

    assert text.startswith("I post general rounds here, and those of ")
    assert await group.followed() == set(GROUPS) - {"pnp"}


@pytest.mark.parametrize("rest", ["", " all", " everything"])
async def test_unfollowing_all_leaves_nothing_behind(rest: str, group: Group, world: Path) -> None:
    await group.says("/follow healthcare")
    text = await group.reads(f"/unfollow{rest}")

    assert text == "Nothing is posted here any more. /follow begins again."
    assert await group.saved() is None
    assert ADDRESS.chat not in repr(dump(world))


async def test_unfollowing_the_last_category_posts_nothing(group: Group) -> None:
    await group.says("/follow healthcare")
    text = await group.reads("/unfollow healthcare")

    assert text == "I post nothing here yet. Pick what to follow."
    assert await group.told_of(*KINDS.values()) == []


@pytest.mark.parametrize(
    "text", ["/follow", "/follow all", "/unfollow", "/follow ~stem", "/language fr", "/suivre"]
)
async def test_only_administrators_decide(text: str, group: Group) -> None:
    await group.says("/follow healthcare")
    before = await group.saved()

    assert is_for_admins(text)
    answer = await group.reads(text, admin=False, who="13")

    assert answer == "Only administrators decide what is posted here."
    assert await group.saved() == before


@pytest.mark.parametrize("text", ["hello", "/latest", "/profile", "/foo", "/help", "", "480"])
def test_nobody_has_to_be_an_administrator_for_the_rest(text: str) -> None:
    assert not is_for_admins(text)


@pytest.mark.parametrize("words", PUBLIC)
async def test_everybody_may_ask_for_rounds(words: str, group: Group) -> None:
    reply = await group.says(f"/{words}", admin=False)

    assert reply is not None
    assert "#38" in reply.message.plain()
    assert reply.choices == ()


@pytest.mark.parametrize("word", ["help", "aide", "start", "début"])
async def test_help_says_what_can_be_typed_here_and_where_the_rest_is(
    word: str, group: Group
) -> None:
    text = await group.reads(f"/{word}", admin=False)

    assert "/follow healthcare cec – post the rounds of these here" in text
    assert f"Would you have qualified? Ask me in private. {PRIVATE}" in text
    assert "/profile" not in text


def personal() -> list[str]:
    public = {"latest", "round", "history", "language", "help", "start"}
    return sorted(word for word, one in BY_WORD.items() if one.name not in public)


@pytest.mark.parametrize("word", personal())
async def test_personal_commands_are_refused_with_the_way_to_the_private_chat(
    word: str, group: Group, world: Path
) -> None:
    before = dump(world)

    text = await group.reads(f"/{word} score 480")

    assert text == (
        "That is personal, and everybody here would read it.\n"
        f"Would you have qualified? Ask me in private. {PRIVATE}"
    )
    assert dump(world) == before


@pytest.mark.parametrize(
    "text", ["hello", "480", "my score is 480", "/weather", "/weather Toronto", "1", "yes", "", "/",
             "//", "/ follow", "/follow" + " healthcare" * 200]
)  # fmt: skip
async def test_what_is_not_for_us_gets_silence(text: str, group: Group, world: Path) -> None:
    before = dump(world)

    assert await group.says(text) is None
    assert dump(world) == before


async def test_a_number_picks_nothing_even_after_buttons(group: Group) -> None:
    await group.says("/follow healthcare")

    assert await group.says("1") is None


@pytest.mark.parametrize("text", ["/follow wizards", "/unfollow wizards", "/language klingon"])
async def test_what_is_not_understood_is_said_and_changes_nothing(text: str, group: Group) -> None:
    await group.says("/follow healthcare")
    before = await group.saved()

    assert await group.reads(text)
    assert await group.saved() == before


async def test_a_newcomers_language_is_the_speakers_and_then_the_chosen_one(
    group: Group, memory: Database
) -> None:
    french = Group(store=memory, language=Language.FRENCH)
    text = await french.reads("/suivre santé")
    assert text == "Je publie ici les rondes générales et celles de\u00a0: Santé."
    assert await group.reads("/aide") != await Group(
        store=memory, address=Address(platform="telegram", chat="-1002")
    ).reads("/help")

    assert await group.reads("/langue en") == "From now on I write in English."
    assert await french.reads("/suivre") == ("I post general rounds here, and those of Healthcare.")


async def test_a_language_alone_posts_nothing(group: Group) -> None:
    await group.says("/language fr")

    assert await group.reads("/follow") == (
        "Je ne publie encore rien ici. Choisissez ce qui doit être suivi."
    )
    assert await group.told_of(*KINDS.values()) == []


async def test_every_french_sentence_of_a_group_is_french(memory: Database) -> None:
    group = Group(store=memory, language=Language.FRENCH)
    english = Group(store=memory, address=Address(platform="telegram", chat="-1002"))
    for text, admin in product(
        ("/follow", "/follow all", "/follow stem", "/unfollow", "/help", "/profile"), (True, False)
    ):
        assert await group.reads(text, admin=admin) != await english.reads(text, admin=admin)


# What is kept.


async def test_a_group_keeps_nobodys_score_but_its_choice_and_who_set_it_up(group: Group) -> None:
    await group.says("/follow healthcare")
    for text in ("480", "/profile score 480", "/profile add healthcare", "/timezone Toronto"):
        await group.says(text, admin=False, who="13")

    saved = await group.saved()
    assert saved is not None
    [profile] = saved.profiles
    candidate = profile.candidate
    assert (candidate.crs_score, candidate.nominee, candidate.occupations) == (None, None, ())
    assert (profile.submitted, saved.time_zone, saved.conversation.offered) == (None, None, ())
    assert candidate.answers.no == set(GROUPS) - {"healthcare"}
    assert saved.facts == ((OWNER, OWNER_ID), (TITLE, group.title))
    assert "13" not in dict(saved.facts).values()


async def test_what_a_member_saved_in_private_is_never_shown(
    group: Group, memory: Database
) -> None:
    person = Person(memory, OWNER_ID)
    person.address = Address(platform="telegram", chat=OWNER_ID)
    await person.says("478", "/profile add healthcare")
    await group.says("/follow healthcare")

    said = [await group.reads(f"/{words}") for words in (*PUBLIC, "help", "why 385", "follow")]
    [alert] = await group.told_of(KINDS["healthcare"])

    assert not any("478" in text for text in [*said, group_post(alert).plain()])


async def test_a_post_is_about_the_round_alone(group: Group) -> None:
    await group.says("/follow healthcare")

    [alert] = await group.told_of(KINDS["healthcare"])

    text = group_post(alert).plain()
    assert text.startswith("Draw #502 Healthcare: CRS cut-off 476\n")
    assert "you" not in text.casefold().split()


# Who is told of when it stops working.


async def test_whoever_speaks_for_the_channel_does_not_take_the_owners_place(
    group: Group,
) -> None:
    await arrive(group.place(who=OWNER_ID), group.store)
    await group.says("/follow stem", who="")

    saved = await group.saved()
    assert saved is not None
    assert saved.fact(OWNER) == OWNER_ID


async def test_being_brought_somewhere_posts_nothing_and_changes_nothing_known(
    group: Group,
) -> None:
    await arrive(group.place(), group.store)
    assert await group.told_of(KINDS["general"]) == []
    await group.says("/follow stem")
    before = await group.saved()

    await arrive(group.place(who="13"), group.store)

    assert await group.saved() == before


# Which rounds are posted.


@pytest.mark.parametrize(
    ("follow", "posted"),
    [
        ("healthcare", {"general", "healthcare", "healthcare, a new edition", "unknown"}),
        ("cec", {"general", "cec", "unknown"}),
        ("pnp", {"general", "pnp", "unknown"}),
        ("french pnp", {"general", "french", "pnp", "unknown"}),
        ("all", set(KINDS)),
    ],
)
async def test_a_group_is_told_of_general_and_new_rounds_and_of_what_it_follows(
    follow: str, posted: set[str], group: Group
) -> None:
    await group.says(f"/follow {follow}")

    alerts = await group.told_of(*KINDS.values())

    numbers = {kind: str(round_.number) for kind, round_ in KINDS.items()}
    told = [str(one.round.number) for alert in alerts for one in alert.rounds]
    assert sorted(told) == sorted(numbers[kind] for kind in posted)


async def test_a_group_that_stopped_is_told_of_nothing(group: Group) -> None:
    await group.says("/follow all")
    await group.says("/unfollow")

    assert await group.told_of(*KINDS.values()) == []


async def test_each_topic_follows_its_own(memory: Database) -> None:
    nurses = Group(store=memory, address=Address(platform="telegram", chat="-1001/5"))
    cooks = Group(store=memory, address=Address(platform="telegram", chat="-1001/6"))
    await nurses.says("/follow healthcare")
    await cooks.says("/follow trades")

    assert await nurses.told_of(KINDS["healthcare"])
    async with memory.look() as looked:
        assert len(await looked.outbox.waiting()) == 1
    assert (await nurses.followed(), await cooks.followed()) == ({"healthcare"}, {"trades"})
