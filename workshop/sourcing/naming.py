"""Which model of the catalogue a supplier means by words such as "Apple iPhone 12 128GB Black (A2403)"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workshop.sourcing.columns import BESIDE, plain

# Gigabyte and terabyte in English, Finnish and French.
_STORAGE = re.compile(r"\b([0-9]{1,4})\s*(g[bto]|t[bto])\b")


@dataclass(frozen=True)
class Known:
    """A model of the catalogue, as far as a file needs it."""

    id: int
    maker: str
    name: str
    numbers: str = ""


class Names:
    """Every way in which the catalogue's models are called, with what a supplier's own words were said to mean."""

    def __init__(self, models: Iterable[Known], own_words: Mapping[str, int]) -> None:
        every = list(models)
        self.by_id = {m.id: m for m in every}
        self.own_words = {words: self.by_id[i] for words, i in own_words.items() if i in self.by_id}
        self.names = {plain(m.name): m for m in every}
        self.makers = {plain(m.maker) for m in every}
        times = Counter(n for m in every for n in set(map(_code, m.numbers.split())))
        self.numbers = {n: m for m in every for n in map(_code, m.numbers.split()) if times[n] == 1}
        self._found: dict[str, Known | None] = {}

    def find(self, words: str) -> Known | None:
        """Return the one model that is meant; None where none is, or where it could be another."""
        if words not in self._found:
            self._found[words] = self._look(words)
        return self._found[words]

    def _look(self, words: str) -> Known | None:
        whole = own_words(words)
        exact = self.own_words.get(whole) or self.names.get(whole) or self.names.get(plain(words))
        return exact or self._by_beginning(_without_storage(whole)) or self._by_number(words)

    def _by_beginning(self, text: str) -> Known | None:
        words = text.split()
        maker = next((m for m in self.makers if text.startswith(f"{m} ")), "")
        return self._first(words) or self._first(words[len(maker.split()) :])

    def _first(self, words: list[str]) -> Known | None:
        for end in range(len(words), 0, -1):
            found = self.names.get(" ".join(words[:end]))
            if found is not None:
                return found if all(self._beside(word, found) for word in words[end:]) else None
        return None

    def _beside(self, word: str, model: Known) -> bool:
        return word in BESIDE or _code(word) in map(_code, model.numbers.split())

    def _by_number(self, words: str) -> Known | None:
        codes = set(map(_code, re.split(r"[\s,;/()\[\]]+", words)))
        found = {self.numbers[code].id: self.numbers[code] for code in codes if code in self.numbers}
        return next(iter(found.values())) if len(found) == 1 else None


def storage_in(words: str) -> int | None:
    """Return the storage in GB that stands in the words for a model, or None."""
    found = _STORAGE.search(words.lower())
    if found is None:
        return None
    return int(found[1]) * (1024 if found[2].startswith("t") else 1)


def own_words(text: str) -> str:
    """Return the spelling under which a supplier's words for a model are remembered."""
    return plain(re.sub(r"[()\[\]]", " ", text))


def _without_storage(text: str) -> str:
    return " ".join(_STORAGE.sub(" ", text).split())


def _code(number: str) -> str:
    return re.sub(r"[^a-z0-9]", "", number.lower())
