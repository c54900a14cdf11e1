"""Reading the numbers that devices carry. Each `parse_` returns the number in its one spelling or raises.

A number that proves itself wrong is refused with a sentence for just that mistake, because a serial or IMEI
once sent to the marketplace can never be corrected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from workshop.core.check_digits import gtin_digit, gtin_holds, luhn_digit, luhn_holds
from workshop.core.errors import Refused
from workshop.core.own_codes import read_own_code


class BadIdentifier(Refused):
    """A number that cannot be what its field asks for."""

    kind = "bad-identifier"

    def __init__(self, what: Any, remedy: Any = "", *, field: str) -> None:
        super().__init__(what, remedy, field=field)


@dataclass(frozen=True, slots=True)
class Imei:
    """An IMEI whose check digit holds."""

    text: str

    @property
    def tac(self) -> str:
        """The type allocation code, the first eight digits: the same for every unit of a model variant."""
        return self.text[:8]

    @property
    def body(self) -> str:
        """The first 14 digits, which an IMEISV shares."""
        return self.text[:14]

    @property
    def grouped(self) -> str:
        """As it is shown: 35 309711 043218 3."""
        return f"{self.text[:2]} {self.text[2:8]} {self.text[8:14]} {self.text[14]}"


def imei_check_digit(body: str) -> str:
    """Return the 15th digit for the first 14 of an IMEI (TAC 8, serial 6; digits only).

    Raises BadIdentifier naming the first character that is not a digit. Source: 3GPP TS 23.003, Annex B.
    """
    _only_digits(body, "imei")
    if len(body) != 14:
        raise BadIdentifier(_l("The check digit follows 14 digits."), field="imei")
    return luhn_digit(body)


def parse_imei(text: str, *, field: str = "imei") -> Imei:
    """Read an IMEI, spaces and dashes allowed. Source: 3GPP TS 23.003, section 6 and Annex B."""
    digits = re.sub(r"[\s./-]", "", re.sub(r"^\s*IMEI\s*[12]?\s*:?\s*(?=\d)", "", text, flags=re.IGNORECASE))
    _only_digits(digits, field)
    if len(digits) != 15:
        raise BadIdentifier(*_wrong_imei_length(len(digits)), field=field)
    if not luhn_holds(digits):
        what = _l("A digit of this IMEI was misread: its last digit does not fit the others.")
        raise BadIdentifier(what, _l("Scan it again, or dial *#06# and compare."), field=field)
    if digits.startswith("00"):
        what = _l("An IMEI that starts with 00 is a test number, not a device's own.")
        raise BadIdentifier(what, _l("Dial *#06# and scan the number it shows."), field=field)
    return Imei(digits)


# One digit lost, one or two too many: what a scan near an IMEI comes out as.
NEARLY_IMEI: Final = range(14, 18)


def looks_like_imei(text: str) -> bool:
    """True for 15 digits whose check digit holds."""
    return len(text) == 15 and text.isascii() and text.isdigit() and luhn_holds(text)


def _only_digits(text: str, field: str) -> None:
    for place, each in enumerate(text, start=1):
        if not (each.isascii() and each.isdigit()):
            what = _l("Character %(place)s is %(each)s, not a digit.", place=place, each=each)
            raise BadIdentifier(what, _l("Type the digits alone."), field=field)


def _wrong_imei_length(count: int) -> tuple[Any, Any]:
    if count == 0:
        return _l("The IMEI is missing."), _l("Scan it from the box, the tray or the screen after *#06#.")
    if count == 14:
        return (
            _l("An IMEI has 15 digits; these are 14: the last one, the check digit, is missing."),
            _l("Scan it from the device, or type all 15 as *#06# shows them."),
        )
    if count == 16:
        return (
            _l("These are 16 digits: an IMEISV, which ends in a software version instead of a check digit."),
            _l("Scan the code marked IMEI, without SV."),
        )
    if count == 17:
        return (
            _l("These are 17 digits: two more than an IMEI, so two codes or a version ran together."),
            _l("Scan the code marked IMEI alone."),
        )
    what = _l("An IMEI has 15 digits; these are %(count)s.", count=count)
    return what, _l("Scan the code marked IMEI. Another number may belong in another field.")


_SERIAL = re.compile(r"[A-Z0-9](?:[A-Z0-9./-]*[A-Z0-9])?")
SHORTEST_SERIAL, LONGEST_SERIAL = 5, 30


def parse_serial(text: str, *, maker: str = "", field: str = "serial") -> str:
    """Read a maker's serial number: capitals, no spaces. What is plainly another number is refused.

    Apple prints an S before the serial in its box barcodes; with `maker` Apple it is taken off.
    """
    serial = re.sub(r"\s", "", re.sub(r"^\s*S/?N\s*:\s*", "", text, flags=re.IGNORECASE)).upper()
    _refuse_other_number(serial, field)
    if not SHORTEST_SERIAL <= len(serial) <= LONGEST_SERIAL:
        what = _l("A serial number has 5 to 30 characters; these are %(count)s.", count=len(serial))
        raise BadIdentifier(what, _l("Scan it from the device's label or its settings."), field=field)
    if not _SERIAL.fullmatch(serial):
        what = _l("A serial number has letters, digits, dots, dashes and slashes only.")
        raise BadIdentifier(what, _l("Scan it again, or type it as it is printed."), field=field)
    if len(set(serial) - set("./-")) == 1:
        what = _l("One character repeated is a filler, not a serial number.")
        raise BadIdentifier(what, _l("Look in the device's settings for the real one."), field=field)
    return serial[1:] if maker.casefold() == "apple" and _APPLE_BOX.fullmatch(serial) else serial


_APPLE_BOX = re.compile(r"S[A-Z0-9]{12}")


def _refuse_other_number(serial: str, field: str) -> None:
    if looks_like_imei(serial):
        what = _l("This is an IMEI, not a serial number.")
        raise BadIdentifier(what, _l("Put it into the IMEI field and scan the serial here."), field=field)
    if _is_eid(serial):
        what = _l("This is an EID, the number of the built-in SIM, not a serial number.")
        raise BadIdentifier(what, _l("Scan the code marked Serial or S/N."), field=field)
    if read_own_code(serial):
        what = _l("This is one of our own labels, not the maker's serial number.")
        raise BadIdentifier(what, _l("Scan the code on the device itself."), field=field)


@dataclass(frozen=True, slots=True)
class Gtin:
    """A trade item number whose check digit holds."""

    text: str

    @property
    def gtin14(self) -> str:
        """The one spelling in which the shorter forms can be compared."""
        return self.text.zfill(14)


def gtin_check(body: str) -> str:
    """Return the check digit for the 7, 11, 12 or 13 digits before it. Source: GS1 General Specifications."""
    _only_digits(body, "gtin")
    return gtin_digit(body)


def parse_gtin(text: str, *, field: str = "gtin") -> Gtin:
    """Read a GTIN of 8, 12, 13 or 14 digits, as on a supplier's packet."""
    digits = re.sub(r"[\s-]", "", text)
    _only_digits(digits, field)
    if len(digits) not in (8, 12, 13, 14):
        what = _l("A GTIN has 8, 12, 13 or 14 digits; these are %(count)s.", count=len(digits))
        raise BadIdentifier(what, _l("Scan the packet's barcode again."), field=field)
    if not gtin_holds(digits) or not digits.strip("0"):
        what = _l("A digit of this GTIN was misread: its last digit does not fit the others.")
        raise BadIdentifier(what, _l("Scan the packet's barcode again."), field=field)
    return Gtin(digits)


@dataclass(frozen=True, slots=True)
class Meid:
    """A MEID: 14 hexadecimal digits, the first byte A0 or above, so that it never is an IMEI."""

    text: str

    @property
    def check(self) -> str:
        """The check digit that may be printed after it."""
        return meid_check_digit(self.text)

    @property
    def decimal(self) -> str:
        """The 18-digit form: 10 digits of the first 8 hexadecimal ones, 8 of the last 6."""
        return f"{int(self.text[:8], 16):010d}{int(self.text[8:], 16):08d}"


def meid_check_digit(body: str) -> str:
    """Return the check digit of 14 hexadecimal digits: Luhn in base 16. Source: 3GPP2 S.R0048."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit, 16) * (2 if place % 2 == 0 else 1)
        total += doubled // 16 + doubled % 16
    return f"{-total % 16:X}"


_MEID_HEX = re.compile(r"([A-F][0-9A-F]{13})([0-9A-F]?)")


def parse_meid(text: str, *, field: str = "meid") -> Meid:
    """Read a MEID: 14 hexadecimal digits, the same with its check digit, or 18 decimal digits."""
    compact = re.sub(r"[\s-]", "", text).upper()
    if re.fullmatch(r"[0-9]{18}", compact):
        compact = f"{int(compact[:10]):08X}{int(compact[10:]):06X}"
    match = _MEID_HEX.fullmatch(compact)
    if match is None:
        what = _l("A MEID has 14 characters, 0 to 9 and A to F, the first A to F, or 18 digits.")
        raise BadIdentifier(what, _l("Scan the code marked MEID again."), field=field)
    if match[2] and match[2] != meid_check_digit(match[1]):
        what = _l("A character of this MEID was misread: its last one does not fit the others.")
        raise BadIdentifier(what, _l("Scan the code marked MEID again."), field=field)
    return Meid(match[1])


def parse_eid(text: str, *, field: str = "eid") -> str:
    """Read an EID: 32 digits that leave 1 when divided by 97. Source: GSMA SGP.29."""
    digits = re.sub(r"[\s-]", "", text)
    _only_digits(digits, field)
    if len(digits) != 32:
        what = _l("An EID has 32 digits; these are %(count)s.", count=len(digits))
        raise BadIdentifier(what, _l("Scan the code marked EID again."), field=field)
    if not _is_eid(digits):
        what = _l("A digit of this EID was misread: its check digits do not fit the others.")
        raise BadIdentifier(what, _l("Scan the code marked EID again."), field=field)
    return digits


def _is_eid(text: str) -> bool:
    return len(text) == 32 and text.isascii() and text.isdigit() and int(text) % 97 == 1


@dataclass(frozen=True, slots=True)
class Mac:
    """A MAC address, spelled AA:BB:CC:DD:EE:FF."""

    text: str

    @property
    def is_local(self) -> bool:
        """True when it was made up by software (bit 0x02 of the first byte): no identity of a device."""
        return bool(int(self.text[:2], 16) & 0x02)


def parse_mac(text: str, *, field: str = "mac") -> Mac:
    """Read a device's own MAC address; one that software made up is refused. Source: IEEE 802-2014, 8.2."""
    digits = re.sub(r"[\s:.-]", "", text).upper()
    if not re.fullmatch(r"[0-9A-F]{12}", digits) or digits in ("0" * 12, "F" * 12):
        what = _l("A MAC address has 12 characters, 0 to 9 and A to F.")
        raise BadIdentifier(what, _l("Read it from the device's settings."), field=field)
    mac = Mac(":".join(digits[place : place + 2] for place in range(0, 12, 2)))
    if mac.is_local:
        what = _l("This MAC address was made up by the device for one network, so it does not identify it.")
        raise BadIdentifier(what, _l("Switch off the private address, then read it again."), field=field)
    return mac


_HALF_YEARS = "CDFGHJKLMNPQRSTVWXYZ"
_WEEKS = "123456789CDFGHJKLMNPQRTVWXY"


def apple_serial_weeks(serial: str, *, launched: int, until: int) -> tuple[tuple[int, int], ...]:
    """Return every (year, week) in which an Apple serial of 11 or 12 characters may have been made.

    The year's sign comes round again every ten years, so `launched` (the model's first year) and `until`
    choose. Empty for the random serials used since 2021, from which nothing can be read.
    """
    text = serial.upper()
    years = [year for year in range(launched, until + 1) if year <= 2021]
    if len(text) == 12 and text[3] in _HALF_YEARS and text[4] in _WEEKS:
        half_year = _HALF_YEARS.index(text[3])
        week = _WEEKS.index(text[4]) + 1 + (26 if half_year % 2 else 0)
        return tuple((year, week) for year in years if year % 10 == half_year // 2)
    if len(text) == 11 and text[2:5].isdigit() and 1 <= int(text[3:5]) <= 53:
        return tuple((year, int(text[3:5])) for year in years if year <= 2010 and year % 10 == int(text[2]))
    return ()
