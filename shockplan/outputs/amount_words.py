"""An amount of kip in words, in Lao and in English, so that no digit can be added to it by hand."""

from shockplan.texts import Language

LAO_ONES = ("ສູນ", "ໜຶ່ງ", "ສອງ", "ສາມ", "ສີ່", "ຫ້າ", "ຫົກ", "ເຈັດ", "ແປດ", "ເກົ້າ")
ENGLISH_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ENGLISH_GROUPS = ("", " thousand", " million", " billion", " trillion", " quadrillion")


def amount_in_words(kip: int, language: Language) -> str:
    """Whole kip in words with the unit. Raises ValueError below 0 and from 10**18.

    >>> amount_in_words(250_000, "lo")
    'ສອງແສນຫ້າສິບພັນກີບ'
    >>> amount_in_words(1_250_021, "en")
    'one million two hundred and fifty thousand and twenty-one kip'
    """
    if not 0 <= kip < 10**18:
        raise ValueError(f"{kip} kip cannot be written in words")
    return lao_number(kip) + "ກີບ" if language == "lo" else english_number(kip) + " kip"


def lao_number(number: int) -> str:
    """Lao counts by hundred thousand, million and thousand million (ຕື້).

    >>> lao_number(121), lao_number(10_000), lao_number(2_500_000_000)
    ('ໜຶ່ງຮ້ອຍຊາວເອັດ', 'ສິບພັນ', 'ສອງຕື້ຫ້າຮ້ອຍລ້ານ')
    """
    if number < 100:
        return _lao_below_100(number)
    for size, name in ((10**9, "ຕື້"), (10**6, "ລ້ານ"), (10**5, "ແສນ"), (1000, "ພັນ"), (100, "ຮ້ອຍ")):
        if number >= size:
            count, rest = divmod(number, size)
            return lao_number(count) + name + (lao_number(rest) if rest else "")
    raise AssertionError(number)


def _lao_below_100(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return LAO_ONES[ones]
    start = {1: "ສິບ", 2: "ຊາວ"}.get(tens) or LAO_ONES[tens] + "ສິບ"
    return start + ("ເອັດ" if ones == 1 else LAO_ONES[ones] if ones else "")


def english_number(number: int) -> str:
    """British English: *and* before the last two digits.

    >>> english_number(18_628_200_000)
    'eighteen billion six hundred and twenty-eight million two hundred thousand'
    """
    if not number:
        return ENGLISH_SMALL[0]
    parts: list[str] = []
    for power in range(len(ENGLISH_GROUPS) - 1, -1, -1):
        group = number // 1000**power % 1000
        if group:
            joined = "and " if not power and group < 100 and parts else ""
            parts.append(joined + _english_below_1000(group) + ENGLISH_GROUPS[power])
    return " ".join(parts)


def _english_below_1000(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if rest < 20:
        low = ENGLISH_SMALL[rest]
    else:
        tens, ones = divmod(rest, 10)
        low = ENGLISH_TENS[tens] + (f"-{ENGLISH_SMALL[ones]}" if ones else "")
    if not hundreds:
        return low
    return f"{ENGLISH_SMALL[hundreds]} hundred" + (f" and {low}" if rest else "")
