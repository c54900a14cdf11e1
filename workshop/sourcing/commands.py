"""Commands about devices that come in."""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import select

from workshop.accounts.models import Bench, Site
from workshop.core.actions import perform
from workshop.core.actor import Actor, worker
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.sourcing import direct, importing, manifest, reading
from workshop.sourcing.consignments import manifest_of
from workshop.sourcing.lines import Problem
from workshop.sourcing.models import Consignment


@click.group()
def intake() -> None:
    """Devices that come in."""


@intake.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would become of each line.")
@click.option("--site", default="", help="Code of the site; left out: the first one.")
@click.option("--source", default="", help="Code of the supplier: the devices are then expected as one delivery.")
@click.option("--reference", default="", help="The supplier's own number for the delivery.")
@click.option("--json", "as_json", is_flag=True)
def import_file(file: Path, dry_run: bool, site: str, source: str, reference: str, as_json: bool) -> None:
    """Take in each device of a CSV or XLSX file, or expect it with --source; exit 1 where a line could not be."""
    try:
        data, by = _content(file), _importer(site)
        if source:
            _expect(data, file.name, source, reference, by, dry_run=dry_run, as_json=as_json)
        else:
            _take_in(data, by, dry_run=dry_run, as_json=as_json)
    except Refused as refused:
        raise click.ClickException(f"{refused.what} {refused.remedy}") from refused


def _content(file: Path) -> bytes:
    if (size := file.stat().st_size) > reading.MOST_BYTES:
        raise reading.too_large(size)
    return file.read_bytes()


def _take_in(data: bytes, by: Actor, *, dry_run: bool, as_json: bool) -> None:
    """Take each device in at once: its line names its source."""
    lines = []
    for line in direct.take_in(data, by, dry_run=dry_run):
        lines.append(line)
        if len(lines) % 1000 == 0:
            click.echo(f"{len(lines)} lines", err=True)
    refused = [line for line in lines if not line.taken]
    if as_json:
        click.echo(json.dumps([vars(line) for line in sorted(lines, key=lambda line: line.number)]))
    else:
        for line in sorted(refused, key=lambda line: line.number):
            click.echo(f"line {line.number}: {line.words}")
        words = "can be taken in" if dry_run else "taken in"
        click.echo(f"{len(lines) - len(refused)} of {len(lines)} {words}.")
    sys.exit(1 if refused else 0)


def _expect(data: bytes, name: str, source: str, reference: str, by: Actor, *, dry_run: bool, as_json: bool) -> None:
    """Expect the devices as one delivery, read as the supplier's last file was."""
    if dry_run:
        found = manifest.open_file(data, direct.remembered_of(source), {})
        good, bad = found.sorted_out(by.site_id)
        _say(len(good), bad, "can be expected", "", as_json)
    content = base64.b64encode(data).decode("ascii")
    given = {"source": source.upper(), "content": content, "name": name, "reference": reference}
    done = perform("announce_delivery", None, given, by=by)
    consignment: Consignment = done.target
    bad, whole = [], consignment.state not in ("draft", "importing")
    if consignment.state == "draft":
        _good, bad = manifest_of(consignment).sorted_out(consignment.site_id, but_not=consignment.id)
        perform("import_delivery", consignment.code, {}, by=by)
    importing.go_on(consignment.code, by, say=lambda c: click.echo(f"{c.expected} of {c.in_file}", err=True))
    db.session.refresh(consignment)
    words = "were expected before" if whole else "expected"
    _say(consignment.expected, bad, words, consignment.code, as_json)


def _say(good: int, bad: list[Problem], words: str, code: str, as_json: bool) -> None:
    if as_json:
        told: dict[str, Any] = {"delivery": code, "devices": good, "problems": [vars(p) for p in bad]}
        click.echo(json.dumps(told))
    else:
        for problem in bad:
            click.echo(f"line {problem.number}, {problem.field_label}: {problem.what} {problem.remedy}")
        click.echo(f"{good} of {good + len(bad)} {words}{f' in {code}' if code else ''}.")
    sys.exit(1 if bad else 0)


@intake.command("deliveries")
def deliveries() -> None:
    """List the deliveries that are not reported yet, with how far each is."""
    query = select(Consignment).where(Consignment.state.not_in(("reported", "dropped"))).order_by(Consignment.id)
    for each in db.session.scalars(query):
        click.echo(
            f"{each.code}  {each.state:<10}  {each.expected} expected of {each.in_file} lines, "
            f"read to line {each.read_to}  {each.source.code} {each.reference}"
        )


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
