"""Made-up names of people and villages: Lao syllables joined at random, each with its romanisation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MEN = "ບຸນ:Boun ສົມ:Som ຄຳ:Kham ວັນ:Van ສຸກ:Souk ທອງ:Thong ພູ:Phou ໄຊ:Xay ແສງ:Seng ສີ:Sy ໂພ:Pho ເພັດ:Phet"
_MEN_END = "ມີ:my ພັນ:phanh ທະວີ:thavy ຍົງ:nhong ຈັນ:chanh ສະໄໝ:samay ປະເສີດ:paseut ຫຼ້າ:la ເພັງ:pheng ດີ:dy"
_WOMEN = (
    "ຈັນ:Chanh ດາວ:Dao ມະນີ:Many ບົວ:Boua ນາງ:Nang ຄຳ:Kham ວຽງ:Vieng ສຸ:Sou ພອນ:Phone ແກ້ວ:Keo ມາລາ:Mala ລັດ:Lat"
)
_WOMEN_END = "ທາ:tha ລີ:ly ສະໝອນ:samone ຟອງ:fong ສຸດາ:souda ພອນ:phone ຄຳ:kham ວອນ:vone ຕຸ້ຍ:touy ມະລາ:mala"
_FAMILY = (
    "ພົມມະ:Phomma ສີສະ:Sisa ອິນທະ:Intha ວົງ:Vong ແກ້ວ:Keo ລາດຊະ:Latsa ໄຊຍະ:Xaya ສຸວັນ:Souvan ທຳມະ:Thamma ບົວ:Boua"
)
_FAMILY_END = "ຈັກ:chack ວົງ:vong ສັກ:sack ພັກດີ:phakdy ສອນ:sone ມານີ:many ລາດ:lath ສະຫວັດ:savath ແສນ:sene ທິບ:thip"
_VILLAGE = (
    "ໂພນ:Phon ນາ:Na ຫ້ວຍ:Houay ດອນ:Don ທ່າ:Tha ໜອງ:Nong ໂນນ:None ວັງ:Vang ປາກ:Pak ດົງ:Dong ຫາດ:Hat ໂຄກ:Khok "
    "ໃໝ່:May ຄຳ:Kham ຊຽງ:Xieng ບຶງ:Beung"
)
_VILLAGE_END = (
    "ສະອາດ:saat ໄຊ:xay ແດງ:deng ຂາວ:khao ນ້ອຍ:noy ໃຫຍ່:nhay ງາມ:ngam ສຸກ:souk ຄຳ:kham ຊາຍ:xay ຍາວ:nhao ຕານ:tan "
    "ບົວ:boua ມ່ວງ:mouang ແກ້ວ:keo ທອງ:thong ຈານ:chane ພ້າວ:phao ກຸງ:koung ເງິນ:ngeun ລົມ:lom ເຢັນ:yen ຟ້າ:fa ຮຸ່ງ:houng"
)


@dataclass(frozen=True, eq=False)
class Names:
    """Names in two scripts: `lao` and `roman` (n,) object arrays of str, row by row the same name."""

    lao: NDArray[np.object_]
    roman: NDArray[np.object_]

    def take(self, rows: NDArray[np.int64]) -> "Names":
        return Names(self.lao[rows], self.roman[rows])

    def __len__(self) -> int:
        return len(self.lao)


def men() -> Names:
    """Given names of men."""
    return _joined(_MEN, _MEN_END)


def women() -> Names:
    """Given names of women."""
    return _joined(_WOMEN, _WOMEN_END)


def families() -> Names:
    """Family names."""
    return _joined(_FAMILY, _FAMILY_END)


def villages() -> Names:
    """Village names; a district's villages take different ones, other districts repeat them."""
    return _joined(_VILLAGE, _VILLAGE_END)


def _joined(starts: str, ends: str) -> Names:
    """Every start with every end, without a syllable twice."""
    pairs = [
        (first.split(":"), last.split(":"))
        for first in starts.split()
        for last in ends.split()
        if first != last
    ]
    lao = [first[0] + last[0] for first, last in pairs]
    roman = [first[1] + last[1] for first, last in pairs]
    return Names(np.array(lao, dtype=object), np.array(roman, dtype=object))
