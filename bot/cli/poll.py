"""`drawbell poll`: one cycle."""

from collections.abc import Sequence

from bot.app import poll_once
from bot.cli.output import DONE, FAILED, answer, answer_json, complain
from bot.core.rounds import Round
from bot.pipeline.poll import PollReport
from bot.settings import Settings


async def run_poll(settings: Settings, *, as_json: bool) -> int:
    """Poll once and say what followed."""
    report = await poll_once(settings)
    if as_json:
        answer_json(_facts(report))
    elif report.failure is None:
        answer(_sentence(report))
    if report.failure is not None:
        complain(report.failure)
        return FAILED
    return DONE


def _facts(report: PollReport) -> dict[str, object]:
    news = report.news
    return {
        "failure": report.failure,
        "changed": news is not None,
        "baseline": bool(news and news.baseline),
        "new": _numbers(news.to_tell) if news else [],
        "held": _numbers(news.held) if news else [],
        "remembered": len(news.history) if news else 0,
        "revised": [
            {"number": revised.after.number, "change": revised.change}
            for revised in (news.revised if news else ())
        ],
        "missing": list(news.missing) if news else [],
        "unreadable": [
            {"number": row.number, "reason": row.reason}
            for row in (news.unreadable if news else ())
        ],
        "alerts": report.queued,
    }


def _numbers(rounds: Sequence[Round]) -> list[str]:
    return [round_.number for round_ in rounds]


def _sentence(report: PollReport) -> str:
    news = report.news
    if news is None:
        return "Nothing has changed since the last poll."
    parts = []
    if news.baseline:
        parts.append(f"First reading: {len(news.history)} rounds remembered, nobody told.")
    elif news.to_tell:
        parts.append(f"New: {_listed(news.to_tell)}. Alerts queued: {report.queued}.")
    else:
        changed = f"Known rounds that changed: {len(news.revised)}."
        parts.append(f"No new round. {changed} Alerts queued: {report.queued}.")
    if news.missing:
        parts.append(f"Rounds known and not published: {len(news.missing)}; they are kept.")
    if news.unreadable:
        parts.append(
            f"Rows that cannot be read: {len(news.unreadable)}; `drawbell feed check` shows them."
        )
    if news.held:
        parts.append(
            f"Held for you to look at: {_listed(news.held)}; "
            "`drawbell round confirm NUMBER` tells people."
        )
    return " ".join(parts)


def _listed(rounds: Sequence[Round]) -> str:
    return ", ".join(f"#{number}" for number in _numbers(rounds))
