"""Hop 5: the money. Who is funded from which fund, who waits, who is cut, and why."""

from shockplan.budget.allocating import allocate
from shockplan.budget.allocation import Allocation, FundResult, Reason, Status

__all__ = ["Allocation", "FundResult", "Reason", "Status", "allocate"]
