"""`workshop feed run` and `workshop feed export`."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import Flask, current_app

from workshop.marketplace import export, running
from workshop.marketplace.feed import marketplace


@click.group()
def feed() -> None:
    """The feed to the marketplace."""


@feed.command("run")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def run(once: bool) -> None:
    """Keep the marketplace in step with the shelf, seal the story, let go of old answers. Any number may run."""
    if marketplace() is None:
        click.echo("No marketplace is set (BACKMARKET_BASE_URL): only sealing and letting go of old answers is done.")
        running.leave_out_marketplace()
    who = running.name()
    if once:
        click.echo(f"{running.once(who)} tasks done.")
        return
    stopped = running.stop_on_signals()
    click.echo("feed ready")
    running.forever(who, timedelta(seconds=_pause()), stopped)


def _pause() -> float:
    interval: float = current_app.extensions["settings"].feed_interval_seconds
    return min(interval, 0.5)


@feed.command("export")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv")
def export_listings(form: str) -> None:
    """Write the listings out, as they should be and as they were last read back."""
    click.echo(export.as_csv() if form == "csv" else export.as_json(), nl=form == "json")


def register(app: Flask) -> None:
    """Make the commands known."""
    app.cli.add_command(feed)
