"""Commands about devices that come in."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import select

from workshop.accounts.models import Bench, Site
from workshop.core.actor import Actor, worker
from workshop.core.db import db
from workshop.jobs import manifest


@click.group()
def intake() -> None:
    """Devices that come in."""


@intake.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would become of each line.")
@click.option("--site", default="", help="Code of the site; left out: the first one.")
@click.option("--json", "as_json", is_flag=True)
def import_file(file: Path, dry_run: bool, site: str, as_json: bool) -> None:
    """Take in each device of a CSV file; exit 1 where one of them could not be."""
    lines = list(manifest.take_in(file.read_bytes(), _importer(site), dry_run=dry_run))
    refused = [line for line in lines if not line.taken]
    if as_json:
        click.echo(json.dumps([vars(line) for line in lines]))
    else:
        for line in refused:
            click.echo(f"line {line.number}: {line.words}")
        words = "can be taken in" if dry_run else "taken in"
        click.echo(f"{len(lines) - len(refused)} of {len(lines)} {words}.")
    sys.exit(1 if refused else 0)


def _importer(site: str) -> Actor:
    query = select(Site).where(Site.code == site.upper()) if site else select(Site).order_by(Site.id)
    found = db.session.scalars(query).first()
    if found is None:
        raise click.ClickException(f"There is no site {site or 'yet'}. Give the code of one with --site.")
    bench = db.session.scalars(select(Bench).where(Bench.site_id == found.id)).first()
    return replace(worker("Manifest"), site_id=found.id, bench_id=bench.id if bench else None)


def register(app: Flask) -> None:
    """Make the commands known."""
    app.cli.add_command(intake)
