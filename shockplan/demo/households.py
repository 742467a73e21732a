"""Made-up households with sensible figures: the truth, before an extract spoils it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shockplan.demo import words
from shockplan.demo.ground import KM

PILOT_DISTRICTS = ("LA1306", "LA1703", "LA1705")
"""Where the Mother and Early Childhood Grant is paid: Nong, Sanamxay, Phouvong."""

PLACE_SHARES = (0.60, 0.30, 0.08, 0.02)
"""Households with a GPS point and a village, only a village, only a district, no place."""

GPS, VILLAGE, DISTRICT, NOWHERE = range(4)


def draw_households(
    rng: np.random.Generator, villages: pd.DataFrame, village: NDArray[np.int64], first_number: int = 1
) -> pd.DataFrame:
    """One household for each entry of `village` (rows of `villages`), in that order.

    Columns are fields of the household (complete), and `place`: which of them the extract will know.
    """
    count = len(village)
    home = villages.take(village).reset_index(drop=True)
    frame = pd.DataFrame({"number": np.arange(first_number, first_number + count)})
    frame["place"] = rng.choice(4, count, p=PLACE_SHARES).astype("int8")
    for field in ("code", "name_lo", "name_en", "district"):
        frame[f"village_{field}"] = home[field]
    spread = np.clip(rng.normal(0, 0.35, (count, 2)), -1.1, 1.1) / KM
    points = (home[["lon", "lat"]].to_numpy() + spread).round(5)
    frame["lon"], frame["lat"] = points[:, 0], points[:, 1]
    frame = frame.assign(**_people(rng, count), **_heads(rng, count)).pipe(_programmes, rng).pipe(_money, rng)
    return _numbers(frame, rng, village)


def _people(rng: np.random.Generator, count: int) -> dict[str, NDArray[np.int64]]:
    """Members and how many of them are small, old or disabled; each count fits into the other."""
    members = np.clip(1 + rng.poisson(4.3, count), 1, 16)
    under_5 = rng.binomial(members - 1, 0.15)
    under_2 = rng.binomial(under_5, 0.42)
    return {
        "members": members,
        "under_5": under_5,
        "under_2": under_2,
        "under_1": rng.binomial(under_2, 0.5),
        "over_60": rng.binomial(members - under_5, 0.08),
        "disabled": rng.binomial(members, 0.018),
    }


def _heads(rng: np.random.Generator, count: int) -> dict[str, NDArray[np.object_]]:
    female = rng.random(count) < 0.14
    given_lao, given_roman = np.empty(count, dtype=object), np.empty(count, dtype=object)
    for names, rows in ((words.women(), female), (words.men(), ~female)):
        chosen = names.take(rng.integers(0, len(names), int(rows.sum())))
        given_lao[rows], given_roman[rows] = chosen.lao, chosen.roman
    families = words.families()
    family = families.take(rng.integers(0, len(families), count))
    # a grown child or a spouse of the same family may fetch the money
    others = words.women().take(rng.integers(0, len(words.women()), count)).lao + " " + family.lao
    return {
        "collector": np.where(rng.random(count) < 0.2, others, "").astype(object),
        "head_sex": np.where(female, "female", "male").astype(object),
        "head_name_lo": given_lao + " " + family.lao,
        "head_name_en": given_roman + " " + family.roman,
    }


def _programmes(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    count = len(frame)
    pregnant = rng.random(count) < 0.06
    infant = (frame["under_1"] > 0).to_numpy()
    pilot = frame["village_district"].isin(PILOT_DISTRICTS).to_numpy()
    return frame.assign(
        pregnant=pregnant,
        in_mecg=pilot & (infant | pregnant) & (rng.random(count) < 0.8),
        in_other_programme=rng.random(count) < 0.03,
        birth_unregistered=infant & (rng.random(count) < 0.2),
        health_insured=rng.random(count) < 0.85,
    )


def _money(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Score (lower is poorer), income and payments."""
    count = len(frame)
    score = (
        62 - 2.2 * frame["members"] - 3 * frame["under_5"] - 4 * frame["disabled"] + rng.normal(0, 9, count)
    )
    income = np.exp(rng.normal(14.2, 0.5, count)) // 10_000 * 10_000
    return frame.assign(
        pmt_score=np.clip(score, 1, 99).round(1),
        income_kip=income.astype("int64"),
        other_aid_kip=np.where(rng.random(count) < 0.02, 300_000, 0),
        earlier_payment_kip=np.where(rng.random(count) < 0.01, 500_000, 0),
    )


def _numbers(frame: pd.DataFrame, rng: np.random.Generator, village: NDArray[np.int64]) -> pd.DataFrame:
    """Phones and the numbers of papers: each its own, but for a few that neighbours share.

    A chief's phone stands for one household in fifty; one document in 500 and one family book in 300
    is that of the household before.
    """
    count = len(frame)
    has_phone = rng.random(count) < 0.72
    mobile = has_phone & (rng.random(count) < 0.35)
    pay_by = np.select([mobile, rng.random(count) < 0.25], ["mobile", "cash_point"], "cash")
    own = 2_000_000_000 + rng.integers(20_000_000, 99_999_999, count)
    chief = 2_010_000_000 + village
    number = frame["number"].to_numpy(dtype=np.int64)
    book = number - (rng.random(count) < 1 / 300)
    document = number - (rng.random(count) < 1 / 500)
    return frame.assign(
        phone=np.where(has_phone, np.where(rng.random(count) < 0.02, chief, own), 0),
        channel=pay_by,
        # a prime and a factor without a common divisor: no two below a hundred million are the same
        family_book=book * 7919 % 99_999_989,
        document_id=document * 104_729 % 99_999_989,
        has_document=rng.random(count) < 0.8,
    )
