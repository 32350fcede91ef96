"""The words of dates and times that are understood, English and French, without accents."""

_MONTHS = (
    "january jan janvier janv",
    "february feb fevrier fev fevr",
    "march mar mars",
    "april apr avril avr",
    "may mai",
    "june jun juin",
    "july jul juillet juil",
    "august aug aout",
    "september sept sep septembre",
    "october oct octobre",
    "november nov novembre",
    "december dec decembre",
)
MONTH = {word: index for index, words in enumerate(_MONTHS, start=1) for word in words.split()}
_WEEKDAYS = (
    "monday mon lundi",
    "tuesday tue tues mardi",
    "wednesday wed mercredi",
    "thursday thu thur thurs jeudi",
    "friday fri vendredi",
    "saturday sat samedi",
    "sunday sun dimanche",
)
WEEKDAY = {word: index for index, words in enumerate(_WEEKDAYS) for word in words.split()}
FILLERS = frozenset(("at", "on", "the", "of", "a", "le", "de", "du", "et", "time", "heure"))
ZONES = {
    **dict.fromkeys(("utc", "gmt", "z", "tuc", "ut"), 0),
    **dict.fromkeys(("est", "hne"), -5),
    **dict.fromkeys(("edt", "hae"), -4),
}
