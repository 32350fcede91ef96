"""Time zones by what people call them: a city, a province, a short name."""

import re
from functools import lru_cache
from zoneinfo import available_timezones

from bot.core.categories import plain
from bot.core.errors import ProfileRejected

_CALLED = {
    "America/Toronto": (
        "ottawa mississauga brampton hamilton ontario quebec eastern est edt et hne hae "
        "quebec-city ville-de-quebec"
    ),
    "America/Montreal": "laval gatineau",
    "America/Vancouver": (
        "victoria surrey burnaby pacific pst pdt pt hnp hap bc british-columbia "
        "colombie-britannique c.-b."
    ),
    "America/Edmonton": "calgary alberta mountain mst mdt mt hnr har",
    "America/Regina": "saskatoon saskatchewan",
    "America/Winnipeg": "manitoba central cst cdt ct hnc hac",
    "America/Halifax": (
        "fredericton charlottetown atlantic ast adt hna haa nova-scotia nouvelle-ecosse "
        "new-brunswick nouveau-brunswick prince-edward-island pei ile-du-prince-edouard "
    ),
    "America/St_Johns": (
        "newfoundland newfoundland-and-labrador terre-neuve terre-neuve-et-labrador nst ndt"
    ),
    "America/Yellowknife": "northwest-territories territoires-du-nord-ouest",
    "Africa/Dakar": "senegal",
    "America/New_York": "boston miami washington",
    "America/Los_Angeles": "seattle san-francisco",
    "Asia/Kolkata": (
        "india inde delhi new-delhi mumbai bangalore bengaluru chennai hyderabad pune ist"
    ),
    "Asia/Karachi": "pakistan lahore islamabad",
    "Asia/Manila": "philippines",
    "Asia/Shanghai": "china chine beijing pekin shenzhen guangzhou",
    "Africa/Lagos": "nigeria abuja",
    "Africa/Casablanca": "maroc morocco rabat",
    "Africa/Algiers": "algerie algeria alger",
    "Africa/Douala": "cameroun cameroon yaounde",
    "Africa/Abidjan": "cote-d'ivoire",
    "America/Sao_Paulo": "brazil bresil brasil rio",
    "America/Mexico_City": "mexico mexique",
    "Europe/Paris": "france lyon marseille cet",
    "Europe/London": "uk england gmt bst",
    "UTC": "utc z temps-universel",
}


def read_zone(text: str) -> str:
    """The IANA name of the zone that a text means.

    Raises:
        ProfileRejected: none, or several.
    """
    name = _key(text)
    zones = _by_name().get(name, ())
    if len(zones) != 1:
        raise ProfileRejected("time_zone_unknown")
    return zones[0]


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for zone in sorted(available_timezones()):
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "posix/", "right/")):
            for name in {_key(zone), _key(zone.rpartition("/")[2])}:
                found[name] = (*found.get(name, ()), zone)
    for zone, names in _CALLED.items():
        for name in (*names.split(), zone.rpartition("/")[2]):
            found[_key(name)] = (zone,)
    return found


def _key(name: str) -> str:
    return re.sub(r"['’.]", "", re.sub(r"[_-]", " ", plain(name))).strip()
