"""The words of news about draws: numbers, rounds, invitations, people and days."""

import re

_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_ORDINAL_ONES = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FRENCH = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze")


def either(*patterns: str) -> re.Pattern[str]:
    """One rule that holds where any of its patterns is found, whatever the case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


CARDINALS = (
    {word: number for number, word in enumerate(_FRENCH, 1)}
    | {word: number for number, word in enumerate(_ONES, 1)}
    | {word: 10 * number for number, word in enumerate(_TENS, 2)}
    | {
        f"{ten}-{one}": 10 * tens + ones
        for tens, ten in enumerate(_TENS, 2)
        for ones, one in enumerate(_ONES[:9], 1)
    }
)
ORDINALS = (
    {word: number for number, word in enumerate(_ORDINAL_ONES, 1)}
    | {ten[:-1] + "ieth": 10 * number for number, ten in enumerate(_TENS, 2)}
    | {
        f"{ten}-{one}": 10 * tens + ones
        for tens, ten in enumerate(_TENS, 2)
        for ones, one in enumerate(_ORDINAL_ONES[:9], 1)
    }
)


def _any_of(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


CARDINAL = rf"\d{{1,3}}|{_any_of(CARDINALS)}"
ORDINAL = rf"\d{{1,3}}(?:st|nd|rd|th|e|[eè]me)|{_any_of(ORDINALS)}"

ROUND_NOUN = r"(?:draws?|rounds?|rondes?|tirages?)"
INVITATION = r"(?:ITAs?|IPDs?|invitations?|invites)"
PEOPLE = (
    r"(?:candidates?|people|persons?|profiles?|individuals?|applicants?|nominees?|workers?|"
    r"immigrants?|professionals?|speakers?|newcomers?|hopefuls?|nationals|physicians?|doctors?|"
    r"nurses?|teachers?|educators?|managers?|researchers?|recruits?|graduates?|tradespeople|"
    r"specialists|experts|aspirants|members|francophones?|candidat(?:e|es|s)|personnes|travailleurs?|m[eé]decins?)"
)
ALSO = either(r"\balso (?:invit|issu|releas|held|sent|conduct)")
"""Of another round: "IRCC also released ITAs on March 12"."""

MONTHS = (
    r"(?:jan(?:uary|v(?:ier)?)?|feb(?:ruary)?|f[eé]vr?(?:ier)?|mar(?:ch|s)?|apr(?:il)?|avr(?:il)?|"
    r"may|mai|june?|juin|july?|juil(?:let)?|aug(?:ust)?|ao[uû]t|sep(?:t(?:ember|embre)?)?|"
    r"oct(?:ober|obre)?|nov(?:ember|embre)?|dec(?:ember)?|d[eé]c(?:embre)?)\b\.?"
)

# "On September 14, 2,000 candidates": that is no year, though it could be one.
_YEAR = rf"20\d\d(?!\d)(?! (?:[A-Za-z-]+ ){{0,3}}?(?:{PEOPLE}|{INVITATION})\b)"
DAY = (
    rf"(?:\b{MONTHS} ?\d{{1,2}}(?:st|nd|rd|th)?(?!\d|:\d)(?:,? ?{_YEAR})?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|er)?(?: of)?[ -]{MONTHS}(?:,?[ -]{_YEAR})?"
    r"|(?<!\d)20\d\d-\d\d-\d\d(?!\d))"
)
"""A day as it is written, with or without its year."""


def number_of(word: str) -> int | None:
    """A cardinal or ordinal in words or digits: "six", "6th", "twenty-second"."""
    word = word.casefold()
    digits = re.match(r"\d{1,3}", word)
    if digits:
        return int(digits[0])
    return CARDINALS.get(word) or ORDINALS.get(word)
