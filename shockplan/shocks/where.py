"""Which features or rows of a file a plan means."""

from shockplan.planfile import Scalar, Where


def texts_wanted(where: Where) -> tuple[str, ...]:
    """The values a plan asks for, written as `plain_texts` writes the same values of a field."""
    wanted = [*(where.one_of or ()), *([] if where.equals is None else [where.equals])]
    return tuple(_as_text(value) for value in wanted)


def _as_text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip()
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return f"{float(value):.15g}"
