"""`python -m workshop` is the console script."""

from workshop.cli import main

main()
