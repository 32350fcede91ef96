"""Rounds as IRCC published them, and one that it has not, as a payload of the feed."""

from datetime import date
from pathlib import Path

from tests.builders import a_feed, a_row


def _row(number: str, day: str, name: str, cut_off: int, tie_break: str) -> dict[str, object]:
    return a_row(
        drawNumber=number,
        drawDate=day,
        drawDateFull=None,
        drawName=name,
        drawCRS=str(cut_off),
        drawCutOff=tie_break,
        drawDateTime=f"{date.fromisoformat(day):%B %d, %Y} at 15:00:00 UTC",
        drawDistributionAsOn=f"{date.fromisoformat(day):%B %d, %Y}",
    )


ROWS = (
    _row("500", "2027-03-02", "Rural occupations, 2027-Version 1", 400, "March 1, 2027 at 01:02:03 UTC"),  # noqa: E501 - a table
    _row("430", "2026-07-23", "Skilled Military Recruits, 2026-Version 1", 368, "June 02, 2026 at 20:11:26 UTC"),  # noqa: E501
    _row("422", "2026-06-25", "Healthcare and Social Services Occupations, 2026-Version 3", 475, "May 21, 2026 at  12:14:09 UTC"),  # noqa: E501
    _row("421", "2026-06-24", "Physicians with Canadian Work Experience, 2026-Version 1", 223, "May 31, 2026 at 18:13:49 UTC"),  # noqa: E501
    _row("408", "2026-04-02", "Trades Occupations, 2026-Version 3", 477, "February 14, 2026 at 20:53:54 UTC"),  # noqa: E501
    a_row(),
    _row("384", "2025-12-10", "Canadian Experience Class", 520, "July 15, 2025 at 17:30:33 UTC"),
    _row("383", "2025-12-08", "Provincial Nominee Program", 729, "March 05, 2025 at 05:10:48"),
    _row("368", "2025-09-18", "Trade occupations (Version 2)", 505, "November 05, 2024 at 22:36:09 UTC"),  # noqa: E501
    _row("294", "2024-04-23", "General", 529, "November 08, 2023 at 17:50:29 UTC"),
    _row("258", "2023-07-12", "French language proficiency (Version 1)", 375, "June 15, 2023 at 23:49:05"),  # noqa: E501
    _row("240", "2023-02-02", "Federal Skilled Worker", 489, "March 29, 2022, at 16:09:00 UTC"),
    _row("208", "2021-10-27", "Provincial Nominee Program", 744, "October 7 at 16:38:21 UTC"),
    _row("91b", "2018-05-30", "Provincial Nominee Program", 902, "March 23, 2018 at 05:38:02 UTC"),
    _row("91a", "2018-05-30", "Federal Skilled Trades", 288, "June 7, 2017 at 20:11:13 UTC"),
    _row("76", "2017-11-01", "Federal Skilled Trades", 241, ""),
    _row("1", "2015-01-31", "No Program Specified", 886, ""),
)  # fmt: skip


def feed_file(folder: Path, rows: tuple[object, ...] = ROWS) -> Path:
    """A payload in a file."""
    path = folder / "feed.json"
    path.write_bytes(a_feed(rows))
    return path
