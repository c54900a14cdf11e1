"""What the marketplace knows by heart: markets and currencies, grades, carriers, reasons."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Market:
    """A country and language a listing can be offered in, named as `Accept-Language` names it."""

    locale: str
    currency: str
    city: str
    postal_code: str
    phone: str

    @property
    def country(self) -> str:
        """ISO 3166 code."""
        return self.locale[-2:].upper()

    @property
    def default_currency(self) -> str:
        """What is assumed when a price comes without a currency."""
        return "USD" if self.locale == "en-us" else "EUR"


MARKETS = {
    market.locale: market
    for market in (
        Market("fr-fr", "EUR", "Paris", "75003", "+33639981234"),
        Market("fr-be", "EUR", "Namur", "5000", "+32470123456"),
        Market("es-es", "EUR", "Madrid", "28004", "+34600123456"),
        Market("de-de", "EUR", "Berlin", "10115", "+4915112345678"),
        Market("de-at", "EUR", "Wien", "1010", "+436601234567"),
        Market("it-it", "EUR", "Torino", "10121", "+393331234567"),
        Market("en-gb", "GBP", "Leeds", "LS1 4DY", "+447700900123"),
        Market("nl-nl", "EUR", "Utrecht", "3511 AB", "+31612345678"),
        Market("pt-pt", "EUR", "Porto", "4000-322", "+351912345678"),
        Market("en-ie", "EUR", "Cork", "T12 W8KP", "+353851234567"),
        Market("el-gr", "EUR", "Athina", "105 57", "+306912345678"),
        Market("sk-sk", "EUR", "Bratislava", "811 01", "+421901123456"),
        Market("sv-se", "SEK", "Uppsala", "753 10", "+46701234567"),
        Market("en-us", "USD", "Portland", "97205", "+15035550123"),
        Market("ja-jp", "JPY", "Kyoto", "600-8216", "+819012345678"),
        Market("en-au", "AUD", "Hobart", "7000", "+61412345678"),
    )
}
# Grade -> the deprecated number, and the word an order line uses for it.
GRADES = {"PREMIUM": 9, "EXCELLENT": 0, "VERY_GOOD": 1, "GOOD": 2, "FAIR": 3, "STALLONE": 4}
CONDITIONS = {"PREMIUM": 9, "EXCELLENT": 10, "VERY_GOOD": 10, "GOOD": 11, "FAIR": 12, "STALLONE": 12}
RETURN_REASONS = frozenset({0, 1, 11, 12, 13, 21, 22, 23, 24, 25})
# Spelled as the marketplace spells them, the two blanks of one of them included.
SHIPPERS = frozenset(
    """Allied Express|Aramex Australia|Australia Post|Australia Post Express|Austrian Post|BPost|BRT
Chronopost|Chronopost Express|ColisPrivé|Colissimo|Correos|Correos Express|Couriers Please|CTT
Cubyn|Cubyn Express|DB Schenker|Deutsche Post|DHL|DHL DE|DHL Express|DHL  EXPRESS|DHL NL
DHL Parcel Spain|DHL SP|DPD|DPD Benelux|DPD DE|DPD FR|DPD International|DPD UK|DPD UK Express
DTDC Australia|FedEx|FedEx - 2Days|FedEx Express|FedEx International|FedEx - Overnight|Geodis
Girard Agediss - Livraison dans la pièce de votre choix sur RDV|GLS|GLS - DE|GLS - FR
GLS International|GLS - IT|GLS-SPAIN|GLS Spain Express|Hermes - DE|Hermes - UK|Japan Post
Livraison au pied du camion|Livraison dans la pièce de votre choix|Logoix|MRW|Murfy transporteur
NACEX|ParcelForce Express|Parcelforce (Worldwide)|Parcelpoint Pty Ltd|Poste Italiane|Post NL
Private Transporter|Royal Mail|Royal Mail Express|Sagawa|Seino|Sendle|Seur|Socolissimo
Star Track Express|TIPSA|TIPSA Express|TNT|TNT Australia|TNT Express|Tourline|UPS|UPS 2 days
UPS 2nd Day Air|UPS Express|UPS express save|UPS Ground|UPS next day|UPS Overnight|UPS standard
USPS|USPS Express|USPS - First Class|USPS - Priority Mail|USPS - Priority Mail Express|VIR|Yamato
Zeleris|Other""".replace("\n", "|").split("|")
)
