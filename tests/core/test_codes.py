"""What scanners send, and what was printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.codes import ALPHABET, BadCode, clean, own_code, read_own_code

COMMANDS = {"NEXT", "PASS", "FAIL", "HOLD", "UNDO", "HARVEST", "RETRY", "SWOLLEN"}
UNIT = "U0001234X"
OTHER = own_code("U", 1235)
IMEI = "490154203237518"
kinds = st.sampled_from(ALPHABET)
numbers = st.integers(min_value=0, max_value=10**12)


def test_the_code_in_the_documents_is_a_true_one():
    assert own_code("U", 1234) == UNIT
    assert read_own_code(UNIT).number == 1234


@given(kinds, numbers)
def test_every_own_code_reads_back(kind, number):
    read = read_own_code(own_code(kind, number))
    assert (read.kind, read.number) == (kind, number)


@given(kinds, numbers, st.data())
def test_one_wrong_character_is_always_seen(kind, number, data):
    code = own_code(kind, number)
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789").filter(lambda each: each != code[place]))
    assert read_own_code(code[:place] + wrong + code[place + 1 :]) is None


@given(kinds, numbers, st.data())
def test_two_neighbours_that_changed_places_are_always_seen(kind, number, data):
    code = own_code(kind, number)
    place = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or read_own_code(swapped) is None


def test_a_number_above_seven_digits_makes_a_longer_code():
    code = own_code("U", 12_345_678)
    assert len(code) == 10
    assert read_own_code(code).number == 12_345_678


def test_a_longer_code_never_starts_with_a_zero():
    assert read_own_code("U00001234" + "X") is None


@pytest.mark.parametrize("kind", ["I", "O", "Z", "u", "", "UU", "5"])
def test_a_kind_is_one_letter_of_the_alphabet(kind):
    with pytest.raises(ValueError):
        own_code(kind, 1)


PRINTED = [
    (UNIT, UNIT),
    ("u0001234x", UNIT),
    (UNIT + "\r\n", UNIT),
    (UNIT + "\t", UNIT),
    ("\r\n" + UNIT, UNIT),
    ("\x02" + UNIT + "\x03", UNIT),
    ("]C0" + UNIT, UNIT),
    ("]d2" + UNIT, UNIT),
    ("]E0" + "4006381333931", "4006381333931"),
    ("\x1d" + UNIT, UNIT),
    ("<GS>" + UNIT, UNIT),
    ("{FNC1}" + UNIT, UNIT),
    ("\u200b" + UNIT + "\u200b", UNIT),
    ("\ufeff" + UNIT, UNIT),
    ("\u202e" + UNIT, UNIT),
    ("U000\u00ad1234X", UNIT),
    ("\u00a0" + UNIT + "\u00a0", UNIT),
    ("U 0001234 X", UNIT),
    ("U-0001234-X", UNIT),
    ("U\u20130001234\u2013X", UNIT),
    ("Uß0001234ßX", UNIT),
    ("Ｕ０００１２３４Ｘ", UNIT),
    ("U٠٠٠١٢٣٤X", UNIT),
    ("Uààà&é\"'X", UNIT),
    ("49 015420 323751 8", IMEI),
    ("49\u00a0015420\u00a0323751\u00a08", IMEI),
    ("٤٩٠١٥٤٢٠٣٢٣٧٥١٨", IMEI),
    ("४९०१५४२०३२३७५१८", IMEI),
    ("４９０１５４２０３２３７５１８", IMEI),
    ("'çà&('éà\"é\"è(&_", IMEI),
    ("číé+řčěéšěšž", "490154203236"),
    ("*NEXT*", "*NEXT*"),
    ("*next*", "*NEXT*"),
    ("(NEXT(", "*NEXT*"),
    ("(NEXT)", "*NEXT*"),
    ("8NEXT8", "*NEXT*"),
    ("}NEXT}", "*NEXT*"),
    ("×PASS×", "*PASS*"),
    ("8PQSS8", "*PASS*"),
    ("(RETRZ(", "*RETRY*"),
    ("NEXT", "*NEXT*"),
    ("F+DISP+1", "F-DISP-1"),
    ("F/DISP/1", "F-DISP-1"),
    ("G'0", "G-0"),
    ("LßB042", "L-B042"),
    ("E-RESET", "E-RESET"),
    ("E/RESET/FAIL", "E-RESET-FAIL"),
    ("E-2026-00001", "E-2026-00001"),
    ("C–CAM1", "C-CAM1"),
    (UNIT + UNIT, UNIT),
    (UNIT + "\r\n" + UNIT, UNIT),
    (IMEI + IMEI, IMEI),
    ("*PASS**PASS*", "*PASS*"),
    ("F17XK0ABJC6L" * 2, "F17XK0ABJC6L"),
    ("F17XK0ABJC6L", "F17XK0ABJC6L"),
    ("SM-G991B", "SM-G991B"),
    ("A2403", "A2403"),
    ("0000000000000000", "0000000000000000"),
    ("12", "12"),
    ("74 912", "74 912"),
    ("]C1]C1" + UNIT, UNIT),
    ("4 006381 333931", "4006381333931"),
    ("Galaxy  S21", "GALAXY S21"),
]


@pytest.mark.parametrize(("sent", "printed"), PRINTED)
def test_what_the_scanner_sent_becomes_what_was_printed(sent, printed):
    assert clean(sent, commands=COMMANDS).text == printed


REFUSED = [
    ("", "empty"),
    ("\r\n\t", "empty"),
    ("\u200b\ufeff", "empty"),
    ("A" * 129, "too-long"),
    (UNIT + OTHER, "glued"),
    (UNIT + IMEI, "glued"),
    (IMEI + "356938035643809", "glued"),
    ("*NEXT**PASS*", "glued"),
    ("G-0G-1", "glued"),
    ("E-RESETE-BLOCK", "glued"),
    (UNIT + "E-RESET", "glued"),
    ("F-DISP-1F-BACK-1", "glued"),
    (UNIT + OTHER + UNIT, "glued"),
    ("U0001", "half"),
    ("U0001234", "half"),
    ("001234X", "half"),
    ("*NEX", "half"),
    ("EXT*", "half"),
    ("(NEX", "half"),
    ("U0001234Y", "misread"),
    ("U0001243X", "misread"),
]


@pytest.mark.parametrize(("sent", "reason"), REFUSED)
def test_what_no_code_can_be_read_from_is_refused_with_a_remedy(sent, reason):
    with pytest.raises(BadCode) as refused:
        clean(sent, commands=COMMANDS)
    assert refused.value.reason == reason
    assert refused.value.field == "code"
    assert str(refused.value.what)
    assert str(refused.value.remedy)


def test_a_german_keyboard_swaps_the_check_character_and_it_is_put_right():
    code = next(own_code("U", number) for number in range(100) if own_code("U", number).endswith("Y"))
    cleaned = clean(code[:-1] + "Z")
    assert cleaned.text == code
    assert len(cleaned.notes) == 1


def test_a_repair_is_told_and_a_clean_scan_is_not():
    assert clean(UNIT).notes == ()
    assert clean(UNIT + "\r").notes == ()
    assert "*NEXT*" in str(clean("(NEXT(", commands=COMMANDS).notes[0])


def test_without_the_card_only_signs_are_read_as_asterisks():
    assert clean("(NEXT(").command == "NEXT"
    assert clean("8NEXT8").command is None


def test_signs_round_a_word_that_is_no_command_stay_when_the_card_is_known():
    assert clean('"F17XK0"', commands=COMMANDS).text == '"F17XK0"'


def test_a_foreign_serial_built_like_our_code_is_not_called_a_misread():
    assert clean("K1234567B").own is None


@given(st.text(max_size=60))
def test_any_text_is_cleaned_or_refused_and_never_breaks(text):
    try:
        cleaned = clean(text, commands=COMMANDS)
    except BadCode:
        return
    assert cleaned.text
    assert clean(cleaned.text, commands=COMMANDS).text
