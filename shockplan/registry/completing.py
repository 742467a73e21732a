"""What stands beside an extract and completes it: the earlier extract, assessment forms, earlier payments.

They are laid over the rows taken from the extract before villages are grouped and duplicates looked for,
so that an added household is held against all others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shockplan.planfile import EarlierPaymentsSpec
from shockplan.problems import Problem
from shockplan.progress import Progress, part, silent
from shockplan.registry.difference import Difference, blanked_values, compare, kept_values
from shockplan.registry.earlier_payments import apply_payments
from shockplan.registry.field_households import join_assessments
from shockplan.registry.household import FIELDS, NOT_IN_EXTRACTS
from shockplan.registry.match_decisions import MatchDecisions
from shockplan.registry.standing import Listed

if TYPE_CHECKING:
    from shockplan.registry.household import Registry


@dataclass(frozen=True, eq=False)
class Beside:
    """What a plan names beside its extract, read. `forms`: rows as in FormRows; `payments`: those of all
    lists."""

    earlier: "Registry | None" = None
    keep: bool = True  # a blank leaves the earlier extract's value
    forms: pd.DataFrame | None = None
    form_decisions: MatchDecisions = field(default_factory=dict)
    payments: pd.DataFrame | None = None
    lists: Sequence[EarlierPaymentsSpec] = ()
    payment_decisions: MatchDecisions = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, eq=False)
class Completed:
    """`households`: columns of FIELDS and source_row; the last `added` rows are field-registered.
    `present`: fields that have values now; `changes`: from the earlier extract to this one, as read."""

    households: pd.DataFrame
    present: frozenset[str]
    added: int = 0
    assessed: Listed = field(default_factory=Listed)
    payments: Listed = field(default_factory=Listed)
    changes: Difference | None = None
    problems: tuple[Problem, ...] = ()


def complete(
    households: pd.DataFrame,
    present: frozenset[str],
    beside: Beside,
    file: str,
    progress: Progress = silent,
) -> Completed:
    """The rows taken from an extract (named `file`) with everything that stands beside it."""
    nowhere = np.zeros(len(households), dtype=bool)
    households = households.assign(field_registered=pd.array(nowhere, dtype="boolean"))
    done = Completed(households, present, problems=beside.problems)
    if beside.earlier is not None:
        done = with_earlier(done, beside.earlier, beside.keep, file)
    if beside.forms is not None:
        found = join_assessments(done.households, beside.forms, beside.form_decisions, part(progress, 0, 0.5))
        own = (one.name for one in FIELDS if one.name not in NOT_IN_EXTRACTS)
        given = {name for name in own if beside.forms[name].notna().any()}
        done = replace(
            done, households=found.households, present=done.present | given, added=found.added,
            assessed=found.listed, problems=(*done.problems, *found.problems),
        )  # fmt: skip
    if beside.payments is not None:
        paid = apply_payments(
            done.households, beside.payments, beside.lists, beside.payment_decisions, part(progress, 0.5, 1)
        )
        named = tuple(replace(one, file=one.file or file) for one in paid.problems)
        done = replace(
            done, households=paid.households, present=done.present | paid.fields, payments=paid.listed,
            problems=(*done.problems, *named),
        )  # fmt: skip
    progress(1)
    return done


def with_earlier(done: Completed, earlier: "Registry", keep: bool, file: str) -> Completed:
    """Beside the extract before it: what changed, and what becomes of values that are blank now."""
    changes = compare(earlier.households, done.households, earlier.present & done.present)
    if not keep:
        blanked = blanked_values(earlier.households, done.households, file)
        return replace(done, changes=changes, problems=(*done.problems, *blanked))
    households, kept = kept_values(earlier.households, done.households, file)
    present = done.present | {problem.column for problem in kept if problem.column}
    return replace(
        done, households=households, present=present, changes=changes, problems=(*done.problems, *kept)
    )
