"""Referrals beside the cash: services that a household may need, for the social worker alone.

Never a condition for payment (unless a rule of the plan says so); never on a signing list, label or notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from shockplan.budget import Allocation, Status
from shockplan.columns import columns_of
from shockplan.registry.household import Registry

SERVICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "birth_registration": ("birth_unregistered",),
        "early_childhood": ("pregnant", "under_1"),
        "health_insurance": ("health_insured",),
        "disability_services": ("disabled",),
    }
)
"""Each service and the fields that ask for it. Without any of its fields a service cannot be flagged."""


@dataclass(frozen=True, eq=False)
class Referrals:
    """flags (n, services) int8: 1 to refer, 0 not, -1 not known, beside `services`.

    missing: services for which the registry has no field. Households of the plan only: funded, waiting, cut
    or to be verified; 0 for everyone else.
    """

    services: tuple[str, ...]
    missing: tuple[str, ...]
    flags: NDArray[np.int8]

    def counts(self) -> dict[str, tuple[int, int]]:
        """(to refer, not known) households of each service."""
        return {
            service: (int((self.flags[:, place] == 1).sum()), int((self.flags[:, place] == -1).sum()))
            for place, service in enumerate(self.services)
        }


def referrals(registry: Registry, allocation: Allocation) -> Referrals:
    """Which households of the plan to refer to which service, as far as the registry has the field."""
    in_plan = allocation.status != Status.NOT_ELIGIBLE
    services = tuple(name for name, fields in SERVICES.items() if registry.present.intersection(fields))
    flags = np.zeros((len(in_plan), len(services)), dtype=np.int8)
    for place, service in enumerate(services):
        flags[in_plan, place] = needs(registry, service)[in_plan]
    return Referrals(services, tuple(name for name in SERVICES if name not in services), flags)


def needs(registry: Registry, service: str) -> NDArray[np.int8]:
    """(n,) 1 where any field asks for the service, else -1 where one is blank, else 0."""
    answer = np.zeros(len(registry.households), dtype=np.int8)
    blank = np.zeros(len(answer), dtype=bool)
    for name in SERVICES[service]:
        if name in registry.present:
            values = columns_of(registry).number(name)
            blank |= np.isnan(values)
            answer[values == 0 if name == "health_insured" else values > 0] = 1
    answer[blank & (answer == 0)] = -1
    return answer


def referral_rows(registry: Registry, found: Referrals) -> NDArray[np.int64]:
    """The rows of the registry that are to be referred, sorted by district, village and id."""
    rows = np.flatnonzero((found.flags == 1).any(axis=1))
    order = ["district", "village", "household_id"]
    table = registry.households[order].iloc[rows].assign(row=rows)
    return table.sort_values(order, kind="stable")["row"].to_numpy(np.int64)
