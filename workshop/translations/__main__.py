"""`make words`."""

from workshop.translations.extract import main

main()
