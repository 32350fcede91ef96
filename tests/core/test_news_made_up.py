"""Posts in the manner of many newsrooms, all of them made up: what each reports."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import format_datetime
from html import escape
from typing import Any

import pytest

from adapters.news.feeds import read_feed
from bot.core.news import read_post
from bot.core.news_types import Kind, NewsEntry, Post
from tests.fakes.feeds import an_item, an_rss

# (published, title, text, facts that must be read)
ROUNDS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("2019-06-12", "Canada invites 3,350 in June 12 Express Entry draw", "Immigration, Refugees and Citizenship Canada issued 3,350 invitations to apply in an all-program draw on June 12. The cut-off was 465.", {"held_on": date(2019, 6, 12), "category": "general", "crs_cut_off": 465, "invitations_issued": 3350}),  # noqa: E501 - a table
    ("2019-10-16", "Express Entry: 500 skilled trades candidates picked", "The Government of Canada held a rare Express Entry draw for the Federal Skilled Trades Program on October 16, with a cut-off of 357 points.", {"held_on": date(2019, 10, 16), "category": "fst", "crs_cut_off": 357, "invitations_issued": 500}),  # noqa: E501
    ("2020-03-19", "PNP-only Express Entry draw sees 668 invited", "In a change of pattern, IRCC drew only provincial nominees on March 18. A total of 668 candidates with scores of at least 720 were issued ITAs.", {"held_on": date(2020, 3, 18), "category": "pnp", "crs_cut_off": 720, "invitations_issued": 668}),  # noqa: E501
    ("2020-04-10", "New CEC draw: 3,294 ITAs, CRS 464", "IRCC has conducted a draw limited to the Canadian Experience Class. The tie-breaking rule was applied to profiles submitted before February 19, 2020 at 10:02:03 UTC.", {"category": "cec", "crs_cut_off": 464, "invitations_issued": 3294, "tie_breaking_rule": "2020-02-19T10:02:03Z"}),  # noqa: E501
    ("2021-02-13", "Canada smashes record with 27,332 Express Entry invitations", "In Draw #176, held February 13, every Canadian Experience Class candidate with a score of 75 or higher was invited to apply for permanent residence.", {"number": "176", "held_on": date(2021, 2, 13), "category": "cec", "crs_cut_off": 75, "invitations_issued": 27332}),  # noqa: E501
    ("2021-09-15", "Express Entry draw #205: 521 provincial nominees invited", "The minimum CRS was 732, including the 600 points that come with a nomination.", {"number": "205", "category": "pnp", "crs_cut_off": 732, "invitations_issued": 521}),  # noqa: E501
    ("2022-07-06", "Canada resumes all-program Express Entry draws, invites 1,500 candidates", "After 18 months, IRCC today held an all-program round of invitations. Candidates needed a CRS score of at least 557.", {"held_on": date(2022, 7, 6), "category": "general", "crs_cut_off": 557, "invitations_issued": 1500}),  # noqa: E501
    ("2022-11-24", "IRCC issues 4,750 ITAs as CRS cut-off score drops to 491", "Canada held its tenth all-program Express Entry round yesterday.", {"held_on": date(2022, 11, 23), "category": "general", "crs_cut_off": 491, "invitations_issued": 4750}),  # noqa: E501
    ("2023-02-02", "IRCC holds first FSW-only Express Entry draw", "A total of 3,300 Federal Skilled Worker candidates with a minimum Comprehensive Ranking System (CRS) score of 489 were invited.", {"category": "fsw", "crs_cut_off": 489, "invitations_issued": 3300}),  # noqa: E501
    ("2023-06-28", "BREAKING: 500 healthcare workers invited in first category-based Express Entry draw", "The CRS cut-off of the June 28 round was 476.", {"held_on": date(2023, 6, 28), "category": "healthcare", "crs_cut_off": 476, "invitations_issued": 500}),  # noqa: E501
    ("2023-07-08", "Express Entry draw for STEM occupations invites 500", "The round took place on July 5, 2023. CRS score of lowest-ranked candidate invited: 486.", {"held_on": date(2023, 7, 5), "category": "stem", "crs_cut_off": 486, "invitations_issued": 500}),  # noqa: E501
    ("2023-08-03", "Trades Express Entry Draw #260 Sent 1,500 New Invites", "Number of invitations issued: 1,500\nDate and time of round: August 3, 2023 at 14:16:20 UTC\nCRS score of lowest-ranked candidate invited: 388\nTie-breaking rule: February 16, 2023 at 10:43:18 UTC", {"number": "260", "held_on": date(2023, 8, 3), "category": "trades", "crs_cut_off": 388, "invitations_issued": 1500, "tie_breaking_rule": "2023-02-16T10:43:18Z"}),  # noqa: E501
    ("2023-09-20", "Express Entry: IRCC targets transport workers for the first time", "The draw of September 20 issued 1,000 ITAs to candidates with a score of 435 or above.", {"held_on": date(2023, 9, 20), "category": "transport", "crs_cut_off": 435, "invitations_issued": 1000}),  # noqa: E501
    ("2023-09-28", "600 invited in first Express Entry draw for agriculture and agri-food", "Candidates needed 354 CRS points.", {"category": "agriculture", "crs_cut_off": 354, "invitations_issued": 600}),  # noqa: E501
    ("2024-02-29", "Express Entry: 2,500 French speakers receive ITAs as CRS falls to 336", "It was the third draw this week.", {"category": "french", "crs_cut_off": 336, "invitations_issued": 2500}),  # noqa: E501
    ("2024-04-24", "Latest Express Entry draw: 2,095 ITAs at CRS 529", "This all-program round was held on Tuesday, April 23, 2024.", {"held_on": date(2024, 4, 23), "category": "general", "crs_cut_off": 529, "invitations_issued": 2095}),  # noqa: E501
    ("2024-11-20", "IRCC invites 3,000 more health workers in latest category-based draw", "The minimum CRS score required in the November 20 draw was 463. Profiles had to be created before 07:30 UTC on September 9, 2024.", {"held_on": date(2024, 11, 20), "category": "healthcare", "crs_cut_off": 463, "invitations_issued": 3000, "tie_breaking_rule": "2024-09-09T07:30Z"}),  # noqa: E501
    ("2025-05-02", "Teachers and educators invited in first education draw under Express Entry", "On May 1, IRCC issued 1,000 invitations. The lowest score was 479.", {"held_on": date(2025, 5, 1), "category": "education", "crs_cut_off": 479, "invitations_issued": 1000}),  # noqa: E501
    ("2025-08-08", "Canada PR: IRCC invites 1,000 in CEC draw, CRS stays at 534", "The tie-breaking rule applied to profiles submitted before April 25, 2025.", {"category": "cec", "crs_cut_off": 534, "invitations_issued": 1000, "tie_breaking_rule": "2025-04-25"}),  # noqa: E501
    ("2025-12-15", "PNP draw kicks off busy Express Entry week with 399 invitations", "The federal government invited 399 provincial nominees with scores of 731 and above on Monday.", {"held_on": date(2025, 12, 15), "category": "pnp", "crs_cut_off": 731, "invitations_issued": 399}),  # noqa: E501
    ("2026-02-20", "First Express Entry draw for doctors: 391 physicians with Canadian work experience invited", "Draw Summary\nDraw number: 397\nITAs issued: 391\nMinimum CRS: 169", {"category": "physicians", "crs_cut_off": 169, "invitations_issued": 391}),  # noqa: E501
    ("2026-03-06", "IRCC invites senior managers in new category-based Express Entry draw", "A total of 250 invitations went out. Minimum CRS: 429.", {"category": "senior_managers", "crs_cut_off": 429, "invitations_issued": 250}),  # noqa: E501
    ("2026-07-24", "Skilled military recruits invited through Express Entry for the first time", "IRCC held Express Entry draw #430 on July 23, 2026, inviting 12 candidates with a CRS of 368 or more.", {"number": "430", "held_on": date(2026, 7, 23), "category": "military", "crs_cut_off": 368, "invitations_issued": 12}),  # noqa: E501
    ("2026-05-04", "Express Entry: le Canada invite 4 000 candidats francophones", "La ronde d'invitations a eu lieu le 1er mai 2026. La note SCG minimale était de 400.", {"held_on": date(2026, 5, 1), "category": "french", "crs_cut_off": 400, "invitations_issued": 4000}),  # noqa: E501
    ("2025-10-28", "Ministerial Instructions respecting invitations to apply for permanent residence under the Express Entry system #374 – October 28, 2025", "Canadian Experience Class. Number of invitations issued: 1,000. Rank required to be invited to apply: 1,000 or above.", {"number": "374", "held_on": date(2025, 10, 28), "category": "cec", "invitations_issued": 1000}),  # noqa: E501
    ("2024-12-17", "Provincial nominees invited in year's last Express Entry round", "IRCC sent 1,085 ITAs to PNP candidates on December 16, requiring a minimum score of 727. So far in December, it has issued 3,561 ITAs.", {"held_on": date(2024, 12, 16), "category": "pnp", "crs_cut_off": 727, "invitations_issued": 1085}),  # noqa: E501
    ("2025-06-05", "Express Entry draw results: June 4, 2025 – 500 ITAs for health care", "CRS 504. The previous healthcare draw, on May 2, invited 500 candidates at 510.", {"held_on": date(2025, 6, 4), "category": "healthcare", "crs_cut_off": 504, "invitations_issued": 500}),  # noqa: E501
    ("2025-09-05", "Canada holds Express Entry draw for French speakers, CRS cut-off 446", "In the fifth French-language draw of 2025, held on September 4, IRCC invited 4,500 candidates. More than 24,000 French speakers have been invited so far this year.", {"held_on": date(2025, 9, 4), "category": "french", "crs_cut_off": 446, "invitations_issued": 4500}),  # noqa: E501
    ("2026-01-08", "8,000 CEC candidates invited in the biggest Express Entry round in four years", "The January 7 round had a cut-off score of 511, down from 515 in December. Ontario and Alberta also held draws this week.", {"held_on": date(2026, 1, 7), "category": "cec", "crs_cut_off": 511, "invitations_issued": 8000}),  # noqa: E501
    ("2026-04-03", "Cut-off of 477 in Express Entry draw for tradespeople", "IRCC issued 3,000 invitations on April 2 at 10:15 a.m. Toronto time. Tie-break: February 14, 2026 at 20:53:54 UTC.", {"held_on": date(2026, 4, 2), "category": "trades", "crs_cut_off": 477, "invitations_issued": 3000, "tie_breaking_rule": "2026-02-14T20:53:54Z"}),  # noqa: E501
    ("2023-11-01", "Canada conducts two-year-low cut-off draw: 431 CRS for health", "In its latest Express Entry draw on October 26, 2023, IRCC invited 3,600 candidates.", {"held_on": date(2023, 10, 26), "category": "healthcare", "crs_cut_off": 431, "invitations_issued": 3600}),  # noqa: E501
    ("2022-05-26", "Canada invites 590 through PNP as CRS continues to fall", "Express Entry candidates with a provincial nomination needed at least 741 points in the May 25 draw.", {"held_on": date(2022, 5, 25), "category": "pnp", "crs_cut_off": 741, "invitations_issued": 590}),  # noqa: E501
    ("2025-08-08", "Express Entry: 1,000 in, CRS 534 — CEC draw #359", "IRCC's draw of August 7 was for the Canadian Experience Class.", {"number": "359", "held_on": date(2025, 8, 7), "category": "cec", "crs_cut_off": 534}),  # noqa: E501
    ("2021-02-14", "IRCC goes big: 27,332 ITAs, CRS 75", "Saturday's Express Entry round stunned the immigration world. Everyone in the Canadian Experience Class with a profile was invited.", {"category": "cec", "crs_cut_off": 75, "invitations_issued": 27332}),  # noqa: E501
    ("2024-10-24", "Canada picks 1,800 tradespeople", "In a category-based round on Oct. 23, 2024, IRCC issued 1,800 ITAs. The cut-off was 433.", {"held_on": date(2024, 10, 23), "category": "trades", "crs_cut_off": 433, "invitations_issued": 1800}),  # noqa: E501
    ("2026-08-07", "Express Entry Rounds of Invitations – August 6, 2026", "Round #434: 2,000 invitations issued, CRS score of the lowest-ranked candidate 506.", {"number": "434", "held_on": date(2026, 8, 6), "crs_cut_off": 506, "invitations_issued": 2000}),  # noqa: E501
    ("2025-06-11", "Ottawa taps 125 provincial nominees in smallest draw of the year", "The June 10 Express Entry draw had a CRS of 784.", {"held_on": date(2025, 6, 10), "category": "pnp", "crs_cut_off": 784, "invitations_issued": 125}),  # noqa: E501
    ("2025-12-17", "CRS hits 2025 low for CEC as IRCC opens the taps", "The Express Entry draw on Dec. 16 invited 5,000 candidates with a cut-off of 515.", {"held_on": date(2025, 12, 16), "category": "cec", "crs_cut_off": 515, "invitations_issued": 5000}),  # noqa: E501
    ("2025-07-23", "Nurses and social workers among 4,000 invited to apply for PR", "IRCC's Express Entry round for health care and social services on July 22 had a cut-off score of 475.", {"held_on": date(2025, 7, 22), "category": "healthcare", "crs_cut_off": 475, "invitations_issued": 4000}),  # noqa: E501
    ("2025-02-20", "PR within reach for 6,500 francophones", "IRCC held a French-language Express Entry draw on February 19. The lowest score was 428.", {"held_on": date(2025, 2, 19), "category": "french", "crs_cut_off": 428, "invitations_issued": 6500}),  # noqa: E501
    ("2025-10-08", "Entrée express : 4 000 invitations aux francophones", "La ronde du 6 octobre 2025 exigeait une note SCG de 432.", {"held_on": date(2025, 10, 6), "category": "french", "crs_cut_off": 432, "invitations_issued": 4000}),  # noqa: E501
    ("2025-05-14", "IRCC issues ITAs to 500 in-Canada workers after three-month wait", "The CEC draw of May 13 had a minimum CRS of 547.", {"held_on": date(2025, 5, 13), "category": "cec", "crs_cut_off": 547, "invitations_issued": 500}),  # noqa: E501
    ("2025-02-05", "Draw alert: PNP 802", "IRCC held an Express Entry draw on Feb. 4, 2025 and issued 455 ITAs.", {"held_on": date(2025, 2, 4), "category": "pnp", "invitations_issued": 455}),  # noqa: E501
    ("2025-01-09", "Express Entry Draw", "IRCC invited 1,350 CEC candidates on January 8, 2025. CRS: 542.", {"held_on": date(2025, 1, 8), "category": "cec", "crs_cut_off": 542, "invitations_issued": 1350}),  # noqa: E501
    ("2024-08-28", "Just in: CEC cut-off lowest since spring", "Express Entry candidates with 507 points were invited on August 27. IRCC sent 3,300 ITAs.", {"held_on": date(2024, 8, 27), "category": "cec", "crs_cut_off": 507, "invitations_issued": 3300}),  # noqa: E501
    ("2023-12-20", "IRCC wraps up 2023 with agriculture draw", "The December 21 Express Entry draw invited 400 candidates with CRS 386.", {"category": "agriculture", "crs_cut_off": 386, "invitations_issued": 400}),  # noqa: E501
    ("2026-02-20", "Doctors first: 391 physicians get the nod under new Express Entry category", "The cut-off on February 19 was 169.", {"held_on": date(2026, 2, 19), "category": "physicians", "crs_cut_off": 169, "invitations_issued": 391}),  # noqa: E501
    ("2024-04-24", "Over 2,000 get ITAs in general Express Entry draw", "It is the month's third; 2,095 candidates with 529 points were invited. The April 10 draw was for 1,280. Never since 2022 was the score as high as on April 23.", {"category": "general", "crs_cut_off": 529, "invitations_issued": 2095}),  # noqa: E501
    ("2024-02-17", "IRCC holds third Express Entry draw in a week, for farm workers", "It invited 150 candidates in agriculture and agri-food. At least 437 points were needed. The first was on February 13 and saw 1,490 ITAs at 535. On February 14, 3,500 health workers with 422 were invited.", {"held_on": None, "category": "agriculture", "crs_cut_off": 437, "invitations_issued": 150}),  # noqa: E501
    ("2023-07-06", "First Express Entry draw for STEM is held", "It went to 500 candidates on July 5, 2023.\nA day before, 700 were invited in an all-program round with a cut-off of 511.\nFor STEM, the cut-off was 486.", {"held_on": date(2023, 7, 5), "category": "stem", "crs_cut_off": 486, "invitations_issued": 500}),  # noqa: E501
    ("2021-05-13", "Canada invites 176 more candidates than in last PNP draw", "It sent ITAs to 557 provincial nominees in Express Entry with at least 752 points on May 12.", {"held_on": date(2021, 5, 12), "category": "pnp", "crs_cut_off": 752, "invitations_issued": 557}),  # noqa: E501
    ("2022-06-23", "636 nominees invited in Express Entry draw", "All-program draws are to be back on July 6. The cut-off was 752.", {"held_on": None, "category": "pnp", "crs_cut_off": 752, "invitations_issued": 636}),  # noqa: E501
    ("2022-07-21", "Second all-program Express Entry draw since the pause: 1,750 invited", "On July 20, IRCC invited those with 542 points, 15 less than in the July 6 draw.", {"held_on": date(2022, 7, 20), "crs_cut_off": 542, "invitations_issued": 1750}),  # noqa: E501
    ("2023-07-05", "E.E. draw for S.T.E.M. occupations: 500 invited by I.R.C.C.", "Number of ITAs: 500\nRank required: 500 or above\nDate | July 5, 2023\nC.R.S. | 486\nTie-breaking rule | November 23, 2022: 00:01:29 UTC", {"held_on": date(2023, 7, 5), "category": "stem", "crs_cut_off": 486, "invitations_issued": 500, "tie_breaking_rule": "2022-11-23T00:01:29Z"}),  # noqa: E501
    ("2018-11-15", "3,900 invited in rare Thursday Express Entry draw", "IRCC made use of the tie-break in the November 15 draw. The time it set was September 16, 2018, at 12:41:42 UTC. The cut-off was 449, similar to that of the September 24 draw.", {"held_on": date(2018, 11, 15), "crs_cut_off": 449, "invitations_issued": 3900, "tie_breaking_rule": "2018-09-16T12:41:42Z"}),  # noqa: E501
    ("2025-05-03", "Canada launches first Express Entry draw for health care in 2025", "It held the draw on May 2 and invited 500 with 510 points.", {"held_on": date(2025, 5, 2), "category": "healthcare", "crs_cut_off": 510, "invitations_issued": 500}),  # noqa: E501
    ("2026-02-20", "Canada holds first Express Entry draw under a new category", "It invited 391 physicians; the lowest score was 169.", {"category": "physicians", "crs_cut_off": 169, "invitations_issued": 391}),  # noqa: E501
    ("2024-10-22", "648 invited in province-specific Express Entry draw", "IRCC held it on Monday for nominees with 791 points or more.", {"held_on": date(2024, 10, 21), "category": "pnp", "crs_cut_off": 791, "invitations_issued": 648}),  # noqa: E501
    ("2022-04-28", "IRCC invites 829 PNP candidates after news of all-program draws", "At least 772 points were needed in the April 27 round of Express Entry. Nominees with a base of 172 had a chance.", {"held_on": date(2022, 4, 27), "category": "pnp", "crs_cut_off": 772, "invitations_issued": 829}),  # noqa: E501
    ("2021-12-11", "Express Entry: December 10, 2021", "IRCC held a draw for 1,032 nominees; 698 was the lowest score.", {"held_on": date(2021, 12, 10), "category": "pnp", "crs_cut_off": 698, "invitations_issued": 1032}),  # noqa: E501
    ("2023-08-04", "Trades draw is here", "Express Entry draw 261 issued 1,500 ITAs on August 3 at a cut-off of 388.", {"number": "261", "held_on": date(2023, 8, 3), "category": "trades", "crs_cut_off": 388, "invitations_issued": 1500}),  # noqa: E501
    ("2019-08-21", "Express Entry draw on a Tuesday? Yes: 3,600 ITAs on August 20", "The minimum was 457.", {"held_on": date(2019, 8, 20), "crs_cut_off": 457, "invitations_issued": 3600}),  # noqa: E501
    ("2024-06-19", "IRCC invites 1,499 provincial nominees in Express Entry draw", "At least 663 points were needed. It follows two draws on May 30 and 31. The May 31 draw was for the CEC, the May 30 draw for nominees.", {"held_on": None, "category": "pnp", "crs_cut_off": 663, "invitations_issued": 1499}),  # noqa: E501
    ("2024-06-02", "2,985 Express Entry candidates got ITAs after a month's pause", "They are provincial nominees with 676 points. In April, four draws had been held, on April 10, 11, 23 and 24. On April 23, 2,095 were invited.", {"held_on": None, "category": "pnp", "crs_cut_off": 676, "invitations_issued": 2985}),  # noqa: E501
    ("2025-11-28", "Express Entry: 1,000 CEC candidates invited", "At least 531 points were needed. The November 25 draw was for nominees.", {"held_on": None, "category": "cec", "crs_cut_off": 531, "invitations_issued": 1000}),  # noqa: E501
    ("2022-07-21", "Express Entry draw number two since the pause", "On July 20, 1,750 candidates of all three programs were invited, at 542 points.", {"held_on": date(2022, 7, 20), "category": "general", "crs_cut_off": 542, "invitations_issued": 1750}),  # noqa: E501
    ("2026-02-17", "Ottawa surprises with Express Entry draw", "The latest draw (number 395) was held on February 16 for 279 nominees with 789 points or more. Tie-breaking rule: September 5, 2025 (00:59:13 UTC).", {"number": "395", "held_on": date(2026, 2, 16), "category": "pnp", "crs_cut_off": 789, "invitations_issued": 279, "tie_breaking_rule": "2025-09-05T00:59:13Z"}),  # noqa: E501
    ("2025-04-14", "825 nominees invited, cut-off climbs to 764", "The Express Entry PNP draw was the first in April.", {"category": "pnp", "crs_cut_off": 764, "invitations_issued": 825}),  # noqa: E501
    ("2025-10-15", "October Express Entry draw: what you need to know", "IRCC held a round for health care on October 14. It issued 2,400 ITAs at CRS 471.", {"held_on": date(2025, 10, 14), "category": "healthcare", "crs_cut_off": 471, "invitations_issued": 2400}),  # noqa: E501
    ("2025-02-20", "Express Entry surprise: 6,400 francophones invited; can you be next?", "The draw had a cut-off of 427.", {"category": "french", "crs_cut_off": 427, "invitations_issued": 6400}),  # noqa: E501
    ("2025-07-02", "Analysis: IRCC's third Express Entry draw of the week is a signal", "In it, 2,400 health workers with a score of 474 were invited.", {"category": "healthcare", "crs_cut_off": 474, "invitations_issued": 2400}),  # noqa: E501
    ("2022-04-28", "Express Entry outlook for the end of April", "Canada invited 828 nominees in an Express Entry draw on April 27. The CRS was 771.", {"held_on": date(2022, 4, 27), "category": "pnp", "crs_cut_off": 771, "invitations_issued": 828}),  # noqa: E501
    ("2021-06-10", "Canada organizes Express Entry draw to invite 940 nominees", "The score was 711.", {"category": "pnp", "crs_cut_off": 711, "invitations_issued": 940}),  # noqa: E501
    ("2023-09-21", "Canada introduces first-ever Express Entry draw for transport workers", "On September 20, IRCC invited 990 candidates.", {"held_on": date(2023, 9, 20), "category": "transport", "invitations_issued": 990}),  # noqa: E501
    ("2026-05-05", "IRCC invites 3,000; most live in Ontario", "The CEC round of Express Entry had a cut-off of 521.", {"category": "cec", "crs_cut_off": 521, "invitations_issued": 3000}),  # noqa: E501
    ("2026-02-20", "IRCC cible les médecins ayant une expérience canadienne dans un tirage d'Entrée express", "Le 19 février 2026, IRCC a organisé une ronde, invitant 390 médecins avec un seuil CRS de seulement 168.", {"held_on": date(2026, 2, 19), "category": "physicians", "crs_cut_off": 168, "invitations_issued": 390}),  # noqa: E501
    ("2026-02-05", "Immigration update: Express Entry PNP draw", "IRCC issued 420 ITAs to nominees with 748 points or more.", {"category": "pnp", "crs_cut_off": 748, "invitations_issued": 420}),  # noqa: E501
    ("2026-01-22", "Express Entry CEC draw: a new era", "Much is shifting. It gives hope to many. Canada is listening. The draw held on January 21 stood out. In it, 5,900 were invited at 508.", {"held_on": date(2026, 1, 21), "category": "cec", "crs_cut_off": 508, "invitations_issued": 5900}),  # noqa: E501
    ("2026-03-06", "Nouveau tirage d'Entrée express : le seuil tombe à 396 pour les francophones", "IRCC a organisé un tirage le 4 mars 2026 et invité 5 400 candidats.", {"held_on": date(2026, 3, 4), "category": "french", "crs_cut_off": 396, "invitations_issued": 5400}),  # noqa: E501
    ("2022-03-17", "Canada is inviting 924 nominees", "Canada has conducted 6 PNP draws in 2022.\nCanada has invited 924 Express Entry candidates on March 16, with at least 754 points.", {"held_on": date(2022, 3, 16), "crs_cut_off": 754, "invitations_issued": 924}),  # noqa: E501
    ("2023-01-13", "Good news for skilled workers abroad", "Canada invited 5,500 candidates through Express Entry on January 11.\nIn this draw, the minimum CRS was 507.", {"held_on": date(2023, 1, 11), "crs_cut_off": 507, "invitations_issued": 5500}),  # noqa: E501
    ("2022-08-20", "Canada invites skilled workers", "The results of the Express Entry draw of August 17 are out.", {"held_on": date(2022, 8, 17)}),  # noqa: E501
    ("2019-05-30", "Rare news for the trades", "IRCC organized an Express Entry draw on May 15, 2019.", {"held_on": date(2019, 5, 15)}),  # noqa: E501
    ("2025-05-02", "First Express Entry candidates invited under newly introduced education category", "IRCC issued 1,000 ITAs on May 1, with a CRS of 479.", {"held_on": date(2025, 5, 1), "category": "education", "crs_cut_off": 479, "invitations_issued": 1000}),  # noqa: E501
    ("2024-04-12", "Express Entry: a draw for STEM", "IRCC has sent out invitations in its second Express Entry draw of the week. Of the 4,500, each works in a STEM occupation.", {"category": "stem"}),  # noqa: E501
    ("2023-10-27", "Canada's Express Entry draws: many more nurses", "IRCC held a round for healthcare occupations on October 26, 2023, with 3,600 invitations. The earlier ones this year were draw #255 and draw #271.", {"number": None, "held_on": date(2023, 10, 26), "category": "healthcare", "invitations_issued": 3600}),  # noqa: E501
    ("2017-04-13", "Express Entry score falls to 423", "People with 423 or above were selected in yesterday's draw.", {"held_on": date(2017, 4, 12), "crs_cut_off": 423}),  # noqa: E501
    ("2026-02-26", "CEC draw brings the lowest score in years", "The latest Express Entry round was for the Canadian Experience Class. Thousands of invitations were issued.", {"category": "cec"}),  # noqa: E501
    ("2021-09-15", "Canada holds a surprising draw for the CEC", "On September 14, 2,000 candidates were asked by Canada to apply. None was held on September 2, a Thursday, when IRCC was expected to. The Express Entry cut-off was 462.", {"held_on": date(2021, 9, 14), "category": "cec", "crs_cut_off": 462, "invitations_issued": 2000}),  # noqa: E501
    ("2020-10-14", "Express Entry: Canada invites 4,500", "Today's draw had a CRS cut-off of 471, the same as on September 30.", {"held_on": date(2020, 10, 14), "crs_cut_off": 471}),  # noqa: E501
    ("2020-05-14", "Express Entry draw for 529 nominees – 14th May 2020", "529 candidates were invited by Canada on May 13, 2020, at 718 CRS points.", {"held_on": date(2020, 5, 13), "crs_cut_off": 718, "invitations_issued": 529}),  # noqa: E501
    ("2024-03-14", "IRCC conducts Express Entry draw for transport occupations", "It only issued 2,850 invitations in a general draw with a CRS score of 525 the other day.\nNumber of invitations issued: 975\nCRS score of lowest-ranked candidate invited: 430", {"category": "transport", "crs_cut_off": 430, "invitations_issued": 975}),  # noqa: E501
    ("2023-03-15", "Express Entry: Canada invites 7,000 candidates", "The CRS cut-off is 490. On March 1 there was a PNP draw with 667 invitations at 748, the 242nd round.", {"number": None, "crs_cut_off": 490, "invitations_issued": 7000}),  # noqa: E501
    ("2025-11-26", "IRCC invites 1,000 in the latest CEC draw", "Invitation Round: #381\nLowest CRS score: 531", {"number": "381", "category": "cec", "crs_cut_off": 531, "invitations_issued": 1000}),  # noqa: E501
    ("2019-01-24", "Express Entry draw with 3,900 invitations", "Canada held its second Express Entry round of the year Wednesday, with a CRS cut-off of 443.", {"held_on": date(2019, 1, 23), "crs_cut_off": 443, "invitations_issued": 3900}),  # noqa: E501
    ("2020-09-02", "Canada issues 4,200 invitations in an Express Entry draw", "Federal Skilled Worker candidates were among those invited. This all-program draw is the 162nd overall.", {"number": "162", "category": "general", "invitations_issued": 4200}),  # noqa: E501
    ("2023-03-24", "Canada invites 7,000 in its eighth Express Entry draw", "The all-program draw had a CRS cut-off of 484. It was the fourth this year; the first three were held on February 1 and 2, and 15.", {"held_on": None, "category": "general", "crs_cut_off": 484}),  # noqa: E501
    ("2019-05-17", "Government welcomes 510 tradespeople into Express Entry pool of winners - were you among them?", "The draw of May 15 had a cut-off of 332.", {"held_on": date(2019, 5, 15), "crs_cut_off": 332, "invitations_issued": 510}),  # noqa: E501
    ("2023-02-02", "Fresh Express Entry lottery picks 893 provincial nominees", "IRCC held it on February 1, 2023; 733 points were needed.", {"held_on": date(2023, 2, 1), "category": "pnp", "invitations_issued": 893}),  # noqa: E501
    ("2023-10-26", "Express Entry draw: a summary – October 24, 2023", "IRCC invited 1,548 nominees. The lowest score was 776.", {"held_on": date(2023, 10, 24), "crs_cut_off": 776, "invitations_issued": 1548}),  # noqa: E501
    ("2023-10-27", "Canada holds Express Entry draw for French speakers | Maple Guide", "Only 300 candidates were invited on October 25, 2023, with 486 points.", {"held_on": date(2023, 10, 25), "category": "french", "invitations_issued": 300}),  # noqa: E501
    ("2021-05-28", "Express Entry: about 500 nominees nearer to permanent residence", "The score dropped by 39 points.\nOn May 26 Canada invited around 500 candidates.\nAt least 713 points were needed.", {"held_on": date(2021, 5, 26), "category": "pnp", "crs_cut_off": 713}),  # noqa: E501
    ("2018-04-27", "Express Entry score at its lowest of the year", "The draw of April 25 went down to 441.\nMany more people may hope.", {"held_on": date(2018, 4, 25), "crs_cut_off": 441}),  # noqa: E501
    ("2023-07-07", "IRCC makes history by introducing STEM draw of Express Entry", "It sent 500 invitations. At least 486 points were required.", {"category": "stem", "crs_cut_off": 486, "invitations_issued": 500}),  # noqa: E501
    ("2023-06-29", "Latest Express Entry draw cuts through backlog", "There is hope for many.\nNurses are wanted.", {}),  # noqa: E501
    ("2022-07-08", "Retour des invitations d'Entrée express", "Le 6 juillet 2022 a eu lieu le premier tirage de l'année pour tous les programmes.", {"held_on": date(2022, 7, 6)}),  # noqa: E501
    ("2023-11-02", "Canada Express Entry: 646 newcomers invited to settle in a province", "IRCC has invited 646 candidates with a nomination in its draw of October 24.", {"held_on": date(2023, 10, 24), "invitations_issued": 646}),  # noqa: E501
    ("2023-05-12", "Immigration: 545 nominees invited", "A draw of the Provincial Nomination Program took place on May 10. IRCC asked for 691 points.", {"held_on": date(2023, 5, 10), "category": "pnp"}),  # noqa: E501
    ("2025-08-20", "Draw for health and social services: lowest CRS of the year", "They are held every month by now.\nMore draws mean no more invitations.", {"category": "healthcare"}),  # noqa: E501
    ("2025-01-10", "Canada conducts its first CEC draw of the year under Express Entry", "It invited 1,350 with 542 points or more, after a PNP draw on January 7.\nJanuary 8 | CEC | 1,350 | 542\nJanuary 7 | PNP | 471 | 793", {"held_on": date(2025, 1, 8), "crs_cut_off": 542, "invitations_issued": 1350}),  # noqa: E501
    ("2025-12-13", "Canada invites health workers in Express Entry draw", "Invitations went to a thousand candidates who had a profile of before 07:44 UTC on 26 November, and 476 points.", {"category": "healthcare", "invitations_issued": None}),  # noqa: E501
    ("2025-03-07", "Canada invites French speakers in Express Entry draw", "IRCC sent 4,500 ITAs for a score of 410.\nThe March 6, 2025 draw is the second of the month and follows a PNP draw on March 3.", {"held_on": date(2025, 3, 6), "category": "french", "crs_cut_off": 410}),  # noqa: E501
    ("2016-12-19", "Express Entry draw took place on December 16", "It led to 1,936 people with a minimum CRS score of 497 receiving an invitation.", {"held_on": date(2016, 12, 16), "crs_cut_off": 497, "invitations_issued": 1936}),  # noqa: E501
]  # fmt: skip

PROVINCIAL: list[tuple[str, str]] = [
    ("Ontario invites 1,252 Express Entry candidates with CRS scores of 336-506", "The OINP issued notifications of interest under its Human Capital Priorities stream."),  # noqa: E501
    ("BC PNP draw: 150 invited, minimum score 92", "British Columbia issued invitations to apply for a provincial nomination."),  # noqa: E501
    ("Alberta holds Express Entry draw with CRS of 301", "The AAIP sent 300 notifications of interest to Express Entry candidates."),  # noqa: E501
    ("Saskatchewan issues 941 invitations in Express Entry and Occupations In-Demand draw", "The SINP held its draw on January 14."),  # noqa: E501
    ("Manitoba Draw #245 issues 612 letters of advice to apply", "Of them, 85 had an Express Entry profile."),  # noqa: E501
    ("Nova Scotia invites French-speaking Express Entry candidates", "The NSNP selected candidates with CRS scores of 400 or more on Friday."),  # noqa: E501
    ("PEI PNP draw results: 168 invitations issued", "The labour and Express Entry streams were targeted."),  # noqa: E501
    ("New Brunswick issues 500 ITAs in Express Entry stream", "NBPNP candidates in health care were selected."),  # noqa: E501
    ("New draw issues 200 invitations to tech workers", "British Columbia has held a draw for Express Entry and Skills Immigration candidates."),  # noqa: E501
    ("Human Capital Priorities draw invites 1,400 Express Entry profiles", "The minimum CRS score was 455."),  # noqa: E501
    ("Quebec invites 1,036 through Arrima", "The invitations went out on May 5 in the skilled worker program."),  # noqa: E501
    ("Newfoundland and Labrador invites 256 in latest draws", "They may apply to the NLPNP and the AIP."),  # noqa: E501
    ("Ontario and British Columbia invite candidates in this week's PNP draws", "Ontario issued 1,000 NOIs to Express Entry candidates with CRS 400."),  # noqa: E501
    ("OINP draw targets skilled trades: Express Entry CRS 350 and up", "The province issued 1,500 ITAs."),  # noqa: E501
    ("Alberta issues 31 ITAs to health workers in its Dedicated Health Care Pathway (Express Entry)", "The lowest CRS was 410."),  # noqa: E501
    ("Skilled Trades stream: 1,307 invited with CRS 405-435", "The OINP issued the invitations on October 17."),  # noqa: E501
    ("Tech draw in B.C.: 99 invited", "The minimum score was 110."),
    ("Manitoba invites 76 via Express Entry-linked stream", "The draw was held on Thursday."),
    ("New Nova Scotia draw goes to nurses in the Express Entry pool", "Letters of interest were sent on Monday."),  # noqa: E501
    ("Yukon holds first EOI intake, 180 invited", "The territory opened its doors in January."),
    ("AAIP: 100 invited under Alberta Express Entry - Priority Sectors, CRS 56", "The draw was on July 3."),  # noqa: E501
    ("Express Entry candidates invited by Ontario in French-speaking stream", "OINP sent 984 NOIs."),  # noqa: E501
    ("Newfoundland draw issues 123 ITAs", "Candidates may apply for nomination."),
    ("Canada's largest draw of the year: 2,600 invited to fill jobs in health care", "On May 2, Canada issued 2,600 invitations through Ontario's program. Express Entry was not needed."),  # noqa: E501
    ("Canada invites 2,643 health workers and teachers to Ontario", "On September 2, 2025, Canada invited 2,643 people through the province's nominee program."),  # noqa: E501
    ("Manitoba PNP draw: province issues 589 Canada immigration invitations", "In a Canada immigration draw of the Manitoba Provincial Nominee Program, 589 were invited."),  # noqa: E501
]  # fmt: skip

OTHERS: list[tuple[str, str]] = [
    ("Express Entry draw prediction for December 2025", "We expect a CEC draw with 1,000 ITAs and a CRS of 530."),  # noqa: E501
    ("Next Express Entry draw: when is it coming?", "The last draw, on May 13, issued 500 ITAs at CRS 547."),  # noqa: E501
    ("Will the CRS fall below 500 this spring?", "In the latest draw IRCC invited 7,500 French speakers at 379."),  # noqa: E501
    ("IRCC holds three draws in a week, inviting more than 5,000 candidates", "PNP, CEC and French-speaking candidates were invited through Express Entry."),  # noqa: E501
    ("Canada invites 13,500 candidates in four September Express Entry draws", "Two of them were for the CEC."),  # noqa: E501
    ("Express Entry: October 2025 round-up", "IRCC held six draws and issued 9,000 ITAs."),
    ("Weekly immigration recap: PNP draw, new fees and more", "On Monday IRCC invited 600 provincial nominees through Express Entry."),  # noqa: E501
    ("Express Entry in 2024: a year in review", "Canada issued 98,903 ITAs in 52 draws."),
    ("How to raise your CRS score after the latest Express Entry draw", "The draw of July 8 invited 1,200 CEC candidates at 518."),  # noqa: E501
    ("What to do if you received an ITA in the latest Express Entry draw", "IRCC invited 3,000 candidates on August 8."),  # noqa: E501
    ("5 ways to immigrate without Express Entry", "With a CRS cut-off of 529, many look elsewhere."),  # noqa: E501
    ("IRCC announces new Express Entry categories for 2026", "Researchers and senior managers are among the new groups."),  # noqa: E501
    ("No Express Entry draw for three weeks: what is going on?", "The last one invited 1,000 candidates at 534."),  # noqa: E501
    ("First IEC round of invitations of 2026 sends 10,000 invites", "The Working Holiday pools are open."),  # noqa: E501
    ("IRCC invites 17,860 sponsors to apply under the Parents and Grandparents Program", "Invitations go out over two weeks."),  # noqa: E501
    ("CRS score distribution in the Express Entry pool as of November 10, 2025", "There are 249,000 profiles. The latest draw invited 714 at 738."),  # noqa: E501
    ("Express Entry draws are getting larger: here is why", "IRCC invited 5,000 candidates on Tuesday."),  # noqa: E501
    ("Canada to hold first Express Entry draws for health workers this summer", "The minister said that invitations will be issued in June."),  # noqa: E501
    ("Express Entry fees go up on April 30", "The right of permanent residence fee will be $575."),
    ("Start-Up Visa: 100 founders invited to pitch", "IRCC selects up to ten per organization."),
    ("Canada removes CRS points for job offers", "The change takes effect on March 25, 2025."),
    ("Express Entry draw history: every round since 2015", "Draw #1 was held on January 31, 2015 and invited 779 candidates with 886 points."),  # noqa: E501
    ("Government of Canada announces 2026-2028 Immigration Levels Plan", "It invites 380,000 permanent residents a year."),  # noqa: E501
    ("Study permit cap: what provinces get", "Ontario will issue 70,000 letters."),
    ("How IRCC breaks ties in Express Entry draws", "In the last round the tie-breaking rule was May 1, 2025 at 10:00:00 UTC."),  # noqa: E501
    ("Australia issues 10,000 SkillSelect invitations", "The minimum points score was 85."),
    ("Express Entry CRS cut-off could drop to 480, experts say", "IRCC issued 6,000 ITAs last month."),  # noqa: E501
    ("Minister hints at draws for construction workers", "Express Entry could soon favour trades."),
    ("Express Entry draw today? Here's what we know", "The last draw was on May 13 with 500 ITAs."),
    ("Rumours swirl of CEC draw this week", "IRCC last invited CEC candidates on August 7, 2025 with 1,000 ITAs."),  # noqa: E501
    ("Three takeaways from the latest Express Entry draw", "IRCC invited 1,000 candidates at CRS 534."),  # noqa: E501
    ("Who was invited in the latest Express Entry draw?", "IRCC invited 1,000 CEC candidates."),
    ("IRCC invites feedback on Express Entry categories", "The consultation runs until September."),
    ("IRCC selects five new members for its advisory council", "They will meet in June."),
    ("Canada issues 1 million visas in record year", "Express Entry made up 10% of them."),
    ("Express Entry applicants issued 100,000 PR visas in 2024", "IRCC processed more applications than ever."),  # noqa: E501
    ("Is the CEC cut-off too high? Experts weigh in", "The last draw was at 534."),
    ("IRCC invites 2,000 new Canadians to citizenship ceremonies", "They take the oath on July 1."),
    ("IRCC issues 5,000 open work permits to Hong Kong residents", "The program closes soon."),
    ("Express Entry invitations fell 20% in the third quarter", "IRCC issued 15,000 ITAs between July and September."),  # noqa: E501
    ("The largest Express Entry draws ever", "On February 13, 2021 IRCC invited 27,332 candidates."),  # noqa: E501
    ("How many ITAs will IRCC issue in 2026?", "It issued 113,998 in 2025."),
    ("Canada issues 35,000 invitations to sponsor parents and grandparents", "Sponsors have 60 days."),  # noqa: E501
    ("French-language Express Entry draws: everything we know so far in 2026", "There have been five of them."),  # noqa: E501
    ("CEC draws vs PNP draws: the difference", "Both are Express Entry draws."),
    ("IRCC reminds Express Entry candidates to respond to their ITA", "Those invited on October 15 have 60 days."),  # noqa: E501
    ("IRCC warns of fake Express Entry invitations", "500 people were approached."),
    ("Court orders IRCC to reopen Express Entry refusal", "The applicant had received an ITA in the draw of May 4."),  # noqa: E501
    ("Proof of funds for Express Entry raised", "Candidates invited in draws after July 7 need more."),  # noqa: E501
    ("Express Entry pool shrinks after large draws", "There are 230,000 candidates; IRCC invited 8,000 on January 7."),  # noqa: E501
    ("Job offer points are gone: what it did to the CRS", "The cut-off was 534 in the last draw."),
    ("Immigration minister defends draw sizes", "IRCC invited 1,000 candidates last week."),
    ("Express Entry: profile mistakes that cost you an ITA", "IRCC invited 1,000 candidates in the latest draw."),  # noqa: E501
    ("Express Entry: 7,500 ITAs issued in June", "In June, two draws were held in which 3,750 candidates each were invited."),  # noqa: E501
    ("Express Entry at mid-year: 41,800 candidates invited", "IRCC held 13 draws in six months."),
    ("Trades, transport and farm workers targeted this week", "IRCC held four (4) Express Entry rounds. On December 18 it invited 1,325 at 542."),  # noqa: E501
    ("First and second Express Entry draw held", "779 candidates were invited in each."),
    ("Fewer and focused draws: a look inside the Express Entry pool", "On September 9, IRCC invited 911 nominees at 732."),  # noqa: E501
    ("Express Entry in 2025: French led the way", "On December 10, 6,000 CEC candidates were invited at 520."),  # noqa: E501
    ("Why Canada invited 27,332 through Express Entry", "The draw of February 13 had a cut-off of 75."),  # noqa: E501
    ("IRCC could issue 6,000 ITAs this week", "The Express Entry draw of last week invited 500 at 534."),  # noqa: E501
    ("Express Entry: 5,000 ITAs expected on Wednesday", "The last draw had 500."),
    ("Canada issues 35,000 ITAs? We checked", "No such Express Entry draw was held."),
    ("They would have been invited in the latest Express Entry draw", "IRCC invited 1,980 at 524."),
    ("IRCC has not held an Express Entry draw in a month", "In the last one, 1,400 were invited at 410."),  # noqa: E501
    ("Analyzing past and future CRS scores", "IRCC invited 1,500 candidates on July 6, 2022 at 557."),  # noqa: E501
    ("Bilan 2023 : 110 266 invitations dans Entrée express", "IRCC a tenu 42 rondes."),
    ("Canada to welcome 380,000 newcomers in 2026", "Express Entry will admit 109,000."),
    ("Express Entry draw: record of 14,000 ITAs issued in 10 days", "On Thursday, 7,000 were invited at 484."),  # noqa: E501
    ("Express Entry draw: what you need to know", "Rounds are held every two weeks, and 1,000 are invited."),  # noqa: E501
    ("Express Entry job offers lose their points", "In the May 5 draw, 648 nominees were invited."),
    ("Four types of candidates now eligible for CEC invitations", "The CRS cut-off dropped to 509 in the latest draw."),  # noqa: E501
    ("Good news for skilled workers abroad", "Canada invited 5,500 candidates through Express Entry in 2023.\nNo draw has been held since."),  # noqa: E501
    ("Good news for skilled workers", "Canada's Express Entry system began its year well, issuing 9,000 invitations to apply over the course of two draws.\nThe last draw was held on May 4."),  # noqa: E501
    ("Canadian immigration in June", "The federal minister held a draw which invited 920 nominees."),  # noqa: E501
    ("Entrée express : deux tirages cette semaine", "IRCC a invité 500 candidats lundi et 1 000 mardi."),  # noqa: E501
    ("November immigration update: 3,845 invited, new rules for nurses", "Express Entry draws, provincial draws and more. IRCC invited 2,500 health workers on October 15."),  # noqa: E501
    ("Immigration news for June 2024", "IRCC held an Express Entry draw with 920 ITAs, and the budget is out."),  # noqa: E501
    ("Provincial Nominee Program: outlook for the third week of July", "Three provinces held draws of their own. More than 2,000 candidates were invited."),  # noqa: E501
    ("Express Entry: over 60,000 people received invitations in the first half of 2022", "IRCC invited 1,500 candidates on July 6."),  # noqa: E501
    ("Nearly 10,000 immigrants invited in just two weeks: the CRS scores", "IRCC held an Express Entry draw for French speakers with 2,300 invitations."),  # noqa: E501
    ("Canada issues ITAs to 41,800 Express Entry candidates", "The first half of 2019 was remarkable: the draw of June 26 was one of many."),  # noqa: E501
]  # fmt: skip

TITLES: list[tuple[bool, str]] = [
    (True, "Express Entry: Canada invites 3,900 candidates in new draw"),
    (True, "Canada issues 3,400 ITAs in first Express Entry draw of 2020"),
    (True, "Express Entry: IRCC invites 635 PNP candidates"),
    (True, "New Express Entry draw breaks record with 6,000 CEC invitations"),
    (True, "IRCC invites 3,300 FSWP candidates in first-ever program-specific draw"),
    (True, "Express Entry draw: minimum score drops to 431"),
    (True, "Canada invites 500 health workers under new category-based selection"),
    (True, "IRCC Draw #291 – STEM 4,500 ITAs"),
    (True, "BREAKING NEWS: Express Entry draw held today, 4,000 CEC ITAs issued"),
    (True, "IRCC announces results of Express Entry draw 335"),
    (True, "Second Express Entry draw of the week targets French speakers"),
    (True, "Federal Express Entry draw welcomes 1,500 transport workers"),
    (True, "Canada extends 1,000 PR invitations to educators"),
    (True, "Express Entry - CEC Draw - CRS 521 - 3,000 ITAs"),
    (True, "Latest EE draw: 534 CRS cut off for CEC"),
    (True, "Provincial nominees invited in today's Express Entry draw"),
    (True, "IRCC conducts Express Entry draw for Trade occupations, invites 1,250"),
    (True, "Express Entry Draw Results - September 18, 2025"),
    (True, "Canada Express Entry draw November 28: 1,000 CEC invites"),
    (True, "Will it go on? IRCC holds Express Entry draw for nurses"),
    (True, "First Express Entry draw after a month-long pause issues ITAs to nurses"),
    (False, "Canada introduces category of which the first are invited through Express Entry"),
    (False, "Express Entry draws resume after a pause"),
    (False, "Immigration minister hints at larger Express Entry draws"),
    (False, "CRS calculator updated for 2026"),
    (False, "Express Entry vs PNP: which is better"),
    (False, "Alberta nominates 300 Express Entry candidates"),
    (False, "BC invites 27 health workers, minimum score 110"),
    (False, "Express Entry draws of November 2025: a recap"),
    (False, "IRCC issues more than 10,000 ITAs in a single week"),
    (False, "Canada's largest Express Entry draws in history"),
    (False, "What are my chances with CRS 480 in the next CEC draw"),
    (False, "Canada invited a record number of immigrants in 2021"),
    (False, "Quebec issues 1,200 invitations under PSTQ"),
    (False, "Express Entry: 5 things to know about category-based draws"),
    (False, "IRCC to invite 5,000 trades workers in spring draw"),
    (False, "Express Entry draw delayed"),
    (False, "OINP issues 1,000 ITAs under Express Entry HCP stream"),
    (False, "Nova Scotia EOI draw selects 200 Express Entry candidates"),
    (False, "Canada opens 2026 IEC season with first draws"),
    (False, "Express Entry system glitch: wrong ITAs issued"),
    (False, "ITA received? Next steps after the Express Entry draw"),
    (False, "Average CRS in all Express Entry draws this year: 490"),
    (False, "No CEC draw since October: are candidates losing hope?"),
    (False, "Manitoba's Draw 255: 1,200 letters of advice"),
    (False, "Express Entry pool hits 250,000 profiles"),
    (False, "Express Entry quarterly review: 17,000 invitations issued"),
    (False, "IRCC issues guidance on Express Entry work experience"),
    (False, "Express Entry profile expired? Reapply before the next round"),
]


def made_up(title: str, text: str, published: str = "2025-11-28") -> Post:
    moment = datetime.fromisoformat(f"{published}T20:00:00").replace(tzinfo=UTC)
    return Post(title=title, text=text, published=moment)


@pytest.mark.parametrize(("published", "title", "text", "facts"), ROUNDS)
def test_a_federal_round_and_its_facts(
    published: str, title: str, text: str, facts: dict[str, Any]
) -> None:
    entry = read_post(made_up(title, text, published))

    assert entry.kind is Kind.EE_ROUND
    tie_break = entry.tie_breaking_rule and entry.tie_breaking_rule.iso()
    found = {
        name: tie_break if name == "tie_breaking_rule" else getattr(entry, name) for name in facts
    }
    assert found == facts


@pytest.mark.parametrize(("title", "text"), PROVINCIAL)
def test_a_provincial_draw_is_none_of_ours(title: str, text: str) -> None:
    assert read_post(made_up(title, text)).kind is Kind.PROVINCIAL


@pytest.mark.parametrize(("title", "text"), OTHERS)
def test_what_reports_no_single_round(title: str, text: str) -> None:
    entry = read_post(made_up(title, text))

    assert entry.kind is Kind.OTHER
    assert (entry.number, entry.held_on, entry.crs_cut_off) == (None, None, None)


def test_a_draw_that_is_to_come_has_not_invited_whom_its_title_counts() -> None:
    title = "Express Entry draw: 900 candidates invited"
    to_come = "IRCC is to hold its first draw for pilots this week, says the minister."
    held = "In the draw of November 26, IRCC invited 900 candidates."

    assert read_post(made_up(title, to_come)).kind is Kind.OTHER
    assert read_post(made_up(title, held)).kind is Kind.EE_ROUND
    assert read_post(made_up(title, f"{held} It {to_come[5:]}")).kind is Kind.EE_ROUND


def test_the_official_page_of_one_round_is_a_report_of_it() -> None:
    row = "Number of invitations issued: {}\nCRS score of lowest-ranked candidate invited: {}\n"

    assert (
        read_post(made_up("Express Entry and its pool", row.format(900, 481))).kind is Kind.EE_ROUND
    )
    two = row.format(900, 481) + row.format(800, 490)
    assert read_post(made_up("Express Entry and its pool", two)).kind is Kind.OTHER


def test_a_list_of_the_programs_says_nothing_of_a_round() -> None:
    told = "IRCC invited 900 candidates with at least 481 points in the draw of November 26."
    classes = ("Canadian Experience Class", "Federal Skilled Trades Class")

    one = read_post(made_up("Express Entry draw", f"{told}\n• {classes[0]}"))
    several = read_post(made_up("Express Entry draw", "\n• ".join((told, *classes))))

    assert (one.category, several.category) == ("cec", None)


def test_what_is_said_of_the_round_before_is_no_group_of_this_one() -> None:
    told = "IRCC invited 900 candidates with at least 481 points in the draw of November 26."
    before = "The previous round, of November 18, had only been for those with a nomination (PNP)."

    assert read_post(made_up("Express Entry draw", f"{told} {before}")).category is None


def test_a_cut_off_of_another_group_is_not_taken_before_our_own() -> None:
    told = (
        "The day began with a draw of 700 for nurses, with a CRS cut-off of 511. "
        "For pilots a CRS score of 486 was the minimum."
    )

    post = made_up("Express Entry draw for transport occupations invites 500", told)
    assert read_post(post).crs_cut_off == 486


@pytest.mark.parametrize(("is_round", "title"), TITLES)
def test_a_title_without_a_text_may_be_enough(is_round: bool, title: str) -> None:
    assert (read_post(made_up(title, "")).kind is Kind.EE_ROUND) is is_round


def facts_of(title: str, text: str, published: str) -> NewsEntry:
    """What is read, less totals of a year: more text may claim more of them."""
    return replace(read_post(made_up(title, text, published)), claims=())


ELSEWHERE = (
    "The previous draw, held on January 2, invited 1,234 candidates with a cut-off of 777.",
    "A draw on January 3 also issued 4,321 ITAs to candidates with 333 points or more.",
    "It follows a draw on January 4 that invited 2,345.",
    "Express Entry manages the Federal Skilled Worker, Federal Skilled Trades and Canadian "
    "Experience Class programs. Provinces such as Ontario hold draws of their own.",
    "January 2 | Provincial Nominee Program | 1,234 | 777",
)


@pytest.mark.parametrize(("published", "title", "text", "_facts"), ROUNDS)
def test_what_follows_about_other_rounds_changes_nothing(
    published: str, title: str, text: str, _facts: dict[str, Any]
) -> None:
    alone = facts_of(title, text, published)
    complete = all((alone.category, alone.crs_cut_off, alone.invitations_issued))

    for more in ELSEWHERE if complete else ELSEWHERE[:1]:
        assert facts_of(title, f"{text}\n{more}", published) == alone


def with_thin_blanks(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "\u202f", text)


def with_no_break_blanks(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "\u00a0", text).replace(" ", "\u00a0")


def with_curly_quotes_and_dashes(text: str) -> str:
    return text.replace("'", "\u2019").replace(" - ", " \u2013 ")


def with_what_is_not_seen(text: str) -> str:
    return "\ufeff" + text.replace("e", "e\u200b").replace("invit", "in\u00advit")


def in_capitals(text: str) -> str:
    return text.upper()


MANNERS: list[Callable[[str], str]] = [
    with_thin_blanks,
    with_no_break_blanks,
    with_curly_quotes_and_dashes,
    with_what_is_not_seen,
    in_capitals,
]


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize(("published", "title", "text", "_facts"), ROUNDS)
def test_the_manner_of_writing_changes_nothing(
    published: str, title: str, text: str, _facts: dict[str, Any], manner: Callable[[str], str]
) -> None:
    written = facts_of(manner(title), manner(text), published)

    assert written == facts_of(title, text, published)


@pytest.mark.parametrize(("published", "title", "text", "_facts"), ROUNDS)
def test_html_changes_nothing(
    published: str, title: str, text: str, _facts: dict[str, Any]
) -> None:
    paragraphs = "".join(f"<p><b>{escape(line)}</b></p>" for line in text.split("\n"))
    moment = datetime.fromisoformat(f"{published}T20:00:00").replace(tzinfo=UTC)
    item = an_item(
        escape(title), paragraphs.replace("é", "&eacute;"), published=format_datetime(moment)
    )

    (post,) = read_feed(an_rss([item]))

    assert replace(read_post(post), claims=()) == facts_of(title, text, published)
