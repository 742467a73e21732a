"""How sure we are that a household was hit, and what that rests on."""

from enum import IntEnum


class Certainty(IntEnum):
    """Was the household hit? Ordered so that the highest over the layers is the answer."""

    NO = 0
    UNKNOWN = 1
    POSSIBLE = 2
    CERTAIN = 3


class Basis(IntEnum):
    """What the answer rests on."""

    NOTHING = 0
    PROVINCE = 1
    DISTRICT = 2
    VILLAGE = 3
    GPS = 4
    ASSESSMENT = 5
