"""The numbers that devices carry. python-stdnum is the oracle."""

import pytest
import stdnum.ean
import stdnum.imei
import stdnum.luhn
import stdnum.mac
import stdnum.meid
from hypothesis import given
from hypothesis import strategies as st

from workshop.catalogue.identifiers import (
    BadIdentifier,
    apple_serial_weeks,
    gtin_check,
    imei_check_digit,
    looks_like_imei,
    meid_check_digit,
    parse_eid,
    parse_gtin,
    parse_imei,
    parse_mac,
    parse_meid,
    parse_serial,
)

IMEI = "490154203237518"
EID = "89034011560010000000000000000121"


def digits(count):
    return st.text(alphabet="0123456789", min_size=count, max_size=count)


@given(digits(14))
def test_the_imei_check_digit_is_the_one_stdnum_computes(body):
    assert imei_check_digit(body) == stdnum.luhn.calc_check_digit(body)


@given(digits(15))
def test_an_imei_is_taken_exactly_when_stdnum_takes_it(text):
    assert looks_like_imei(text) == (stdnum.imei.is_valid(text))


@pytest.mark.parametrize(
    "text",
    [
        IMEI,
        "49 015420 323751 8",
        "49-015420-323751-8",
        "IMEI: 490154203237518",
        "IMEI2 490154203237518",
        "490154203237518\r\n",
    ],
)
def test_an_imei_is_read_however_it_is_spaced(text):
    imei = parse_imei(text)
    assert (imei.text, imei.tac, imei.body) == (IMEI, "49015420", "49015420323751")
    assert imei.grouped == "49 015420 323751 8"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("490154203237517", "misread"),
        ("49015420323751", "14"),
        ("4901542032375101", "IMEISV"),
        ("49015420323751012", "17"),
        ("4901542", "these are 7"),
        ("", "missing"),
        ("49015420323751O", "Character 15 is O"),
        ("000000000000000", "test number"),
    ],
)
def test_each_wrong_imei_has_a_sentence_of_its_own(text, says):
    with pytest.raises(BadIdentifier) as refused:
        parse_imei(text)
    assert says in str(refused.value.what)
    assert str(refused.value.remedy)
    assert refused.value.field == "imei"


def test_the_expected_check_digit_is_not_told():
    with pytest.raises(BadIdentifier) as refused:
        parse_imei("490154203237517")
    assert "8" not in str(refused.value.what) + str(refused.value.remedy)


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("f17xk0abjc6l", "F17XK0ABJC6L"),
        ("XAW 1000 1234567", "XAW10001234567"),
        ("S/N: R58N1234ABC", "R58N1234ABC"),
        ("5CD1234XYZ", "5CD1234XYZ"),
    ],
)
def test_a_serial_has_one_spelling(text, serial):
    assert parse_serial(text) == serial


def test_the_s_of_an_apple_box_is_no_part_of_the_serial():
    assert parse_serial("SF17XK0ABJC6L", maker="Apple") == "F17XK0ABJC6L"
    assert parse_serial("SF17XK0ABJC6L", maker="Samsung") == "SF17XK0ABJC6L"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (IMEI, "IMEI"),
        ("49 015420 323751 8", "IMEI"),
        (EID, "EID"),
        ("U0001234X", "our own labels"),
        ("AB1", "5 to 30"),
        ("A" * 31, "5 to 30"),
        ("ABC*12345", "letters, digits"),
        ("0000000000", "filler"),
    ],
)
def test_what_is_no_serial_is_refused_in_the_serial_field(text, says):
    with pytest.raises(BadIdentifier) as refused:
        parse_serial(text)
    assert says in str(refused.value.what)
    assert refused.value.field == "serial"


@given(st.sampled_from([7, 11, 12, 13]).flatmap(digits))
def test_the_gtin_check_digit_is_the_one_stdnum_computes(body):
    assert gtin_check(body) == stdnum.ean.calc_check_digit(body)


def test_a_gtin_compares_in_its_longest_form():
    assert parse_gtin("4006381333931").gtin14 == "04006381333931"


@pytest.mark.parametrize("text", ["4006381333930", "40063813339", "0000000000000", "400638133393X"])
def test_a_wrong_gtin_is_refused(text):
    with pytest.raises(BadIdentifier):
        parse_gtin(text)


@given(st.text(alphabet="0123456789ABCDEF", min_size=13, max_size=13))
def test_the_meid_check_digit_is_the_one_stdnum_computes(rest):
    assert meid_check_digit("A" + rest) == stdnum.meid.calc_check_digit("A" + rest)


@pytest.mark.parametrize("text", ["AF0123450ABCDE", "AF0123450ABCDEC", "af 012345 0abcde", "293608736500703710"])
def test_a_meid_is_read_in_all_its_forms(text):
    meid = parse_meid(text)
    assert (meid.text, meid.check, meid.decimal) == ("AF0123450ABCDE", "C", "293608736500703710")


@pytest.mark.parametrize("text", [IMEI, "AF0123450ABCDED", "9F0123450ABCDE", "AF01"])
def test_an_imei_or_a_misread_is_no_meid(text):
    with pytest.raises(BadIdentifier):
        parse_meid(text)


def test_an_eid_is_proved_by_97():
    assert parse_eid("8903 4011 5600 1000 0000 0000 0000 0121") == EID


@pytest.mark.parametrize("text", ["89034011560010000000000000000122", "8903401156001000000"])
def test_a_wrong_eid_is_refused(text):
    with pytest.raises(BadIdentifier):
        parse_eid(text)


@pytest.mark.parametrize("text", ["3c:22:fb:01:02:03", "3C-22-FB-01-02-03", "3c22.fb01.0203"])
def test_a_mac_address_is_read_as_stdnum_reads_it(text):
    assert parse_mac(text).text == "3C:22:FB:01:02:03"
    assert stdnum.mac.is_valid("3c:22:fb:01:02:03")


@pytest.mark.parametrize("text", ["da:a1:19:01:02:03", "02:00:00:00:00:00", "3c:22:fb", "000000000000"])
def test_a_mac_address_made_up_by_software_is_no_identity(text):
    with pytest.raises(BadIdentifier):
        parse_mac(text)


def test_an_old_apple_serial_tells_the_week_it_was_made():
    assert apple_serial_weeks("F17XK0ABJC6L", launched=2018, until=2021) == ((2018, 42),)
    assert apple_serial_weeks("W8943ABCDEF", launched=2008, until=2021) == ((2009, 43),)


def test_letters_that_came_round_again_are_told_apart_by_the_launch():
    assert apple_serial_weeks("C02C91ABMD6M", launched=2010, until=2021) == ((2010, 9), (2020, 9))
    assert apple_serial_weeks("C02C91ABMD6M", launched=2018, until=2021) == ((2020, 9),)


def test_nothing_is_read_from_a_random_apple_serial():
    assert apple_serial_weeks("H4XK2PJ9QD", launched=2021, until=2026) == ()
