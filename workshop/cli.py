"""The console script `workshop`: parses, calls the door or a query, says what it did, exits non-zero on failure."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click
from flask import Flask

from workshop.config import BadSetting


def main() -> None:
    """Run the command that was typed. What cannot be done is told in one sentence, with exit code 1."""
    try:
        if sys.argv[1:2] == ["sandbox"]:
            _sandbox(sys.argv[2:])
        elif sys.argv[1:2] == ["demo"]:
            demo(args=sys.argv[2:], prog_name="workshop demo")
        elif sys.argv[1:2] == ["walkthrough"]:
            walkthrough(args=sys.argv[2:], prog_name="workshop walkthrough")
        else:
            _with_app()
    except BadSetting as wrong:
        click.echo(f"workshop: {wrong}", err=True)
        sys.exit(1)
    except OSError as wrong:
        click.echo(f"workshop: {wrong.strerror or wrong}: {wrong.filename or ''}", err=True)
        sys.exit(1)


def _sandbox(arguments: list[str]) -> None:
    from workshop.sandbox.__main__ import main as serve

    sys.argv = ["workshop sandbox", *arguments]
    serve()


def _with_app() -> None:
    from workshop import create_app
    from workshop.core.errors import Refused

    app = create_app()
    for command in app.cli.commands.values():
        cli.add_command(command)
    with app.app_context():
        try:
            cli(obj=app, prog_name="workshop")
        except Refused as refused:
            click.echo(f"workshop: {refused.what} {refused.remedy}", err=True)
            sys.exit(1)


@click.group()
def cli() -> None:
    """Workshop: from the intake scan to the marketplace feed."""


# Listed in the help; `main` runs them without making an app first.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1)
def sandbox(arguments: tuple[str, ...]) -> None:
    """Serve the sandbox marketplace."""
    _sandbox(list(arguments))


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--sandbox-port", default=8001, show_default=True)
@click.option("--reset", is_flag=True, help="Throw the demo's data away first.")
def demo(port: int, sandbox_port: int, reset: bool) -> None:
    """Serve a whole demo workshop with a sandbox marketplace, until Ctrl-C."""
    from workshop.demo.serve import CannotServe, serve

    try:
        serve(port=port, sandbox_port=sandbox_port, reset=reset)
    except CannotServe as why:
        click.echo(f"workshop: {why}", err=True)
        sys.exit(1)


@click.command()
@click.option("--url", required=True, help="Address of the workshop.")
@click.option("--token", required=True, help="API token of somebody who may do all steps.")
@click.option("--sandbox", "sandbox_url", required=True, help="Address of the sandbox marketplace.")
@click.option("--until", type=click.Choice(["listed", "returned"]), default="returned", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a step.")
def walkthrough(url: str, token: str, sandbox_url: str, until: str, as_json: bool) -> None:
    """Take one device the whole way over HTTP, and print each step."""
    from workshop.walkthrough import run

    sys.exit(run(url, token, sandbox_url, until=until, as_json=as_json))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
def run(host: str, port: int, workers: int) -> None:
    """Serve the app under gunicorn."""
    os.environ.update(WORKSHOP_BIND=f"{host}:{port}", WORKSHOP_WORKERS=str(workers))
    arguments = ["gunicorn", "--config", "python:workshop.gunicorn_conf", "workshop:create_app()"]
    os.execv(sys.executable, [sys.executable, "-m", *arguments])


@click.group()
def db() -> None:
    """The schema."""


@db.command()
def upgrade() -> None:
    """Bring the database to the newest revision, and the catalogue's device models into it."""
    from workshop.catalogue.load import load_models
    from workshop.core import migrate
    from workshop.core.db import db as tables

    migrate.upgrade()
    click.echo(f"The database is at revision {migrate.current()}.")
    added = load_models()
    tables.session.commit()
    if added:
        click.echo(f"{added} device models were added to the catalogue.")


@db.command()
def check() -> None:
    """Compare the database with the program; exit 1 where they differ."""
    from workshop.core import migrate

    found = migrate.differences()
    for difference in found:
        click.echo(str(difference))
    click.echo("The database is as the program expects it." if not found else f"{len(found)} differences.")
    sys.exit(1 if found else 0)


@click.group()
def audit() -> None:
    """The sealed story."""


@audit.command()
@click.option("--json", "as_json", is_flag=True)
def verify(as_json: bool) -> None:
    """Walk every chain and seal; exit 1 and say where, if one does not hold."""
    from workshop.core import seals
    from workshop.core.db import reading

    with reading():  # however long it takes, nobody who scans waits for it
        broken = list(seals.verify())
    if as_json:
        click.echo(json.dumps([vars(b) for b in broken]))
    for place in [] if as_json else broken:
        click.echo(f"{place.kind} {place.id}, event {place.seq}: {place.why}")
    if not as_json:
        click.echo("Every chain and every seal holds." if not broken else f"{len(broken)} places do not hold.")
    sys.exit(1 if broken else 0)


@audit.command()
def seal() -> None:
    """Seal what changed since the last seal."""
    from workshop.core import clock, seals

    made = seals.seal(clock.now())
    click.echo(f"Seal {made.number} over {made.chains} chains: {made.hash}" if made else "Nothing changed.")


@audit.command()
def head() -> None:
    """Print the last seal, to be kept elsewhere."""
    from workshop.core import seals

    last = seals.last_seal()
    click.echo(f"{last.number} {last.at.isoformat()} {last.hash}" if last else "No seal was made yet.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(app: Flask, file: Path) -> None:
    """Copy the database into FILE while others go on working."""
    from workshop.core import backup as copies

    try:
        copies.backup(app.extensions["settings"].database_url, file)
    except copies.BackupFailed as why:
        raise click.ClickException(str(why)) from why
    click.echo(f"Kept in {file}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def restore(app: Flask, file: Path) -> None:
    """Put the database back to what FILE holds. Stop everything else first."""
    from workshop.core import backup as copies

    try:
        copies.restore(app.extensions["settings"].database_url, file)
    except copies.BackupFailed as why:
        raise click.ClickException(str(why)) from why
    click.echo(f"The database is as {file} holds it.")


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Look at what the workshop stands on; exit 1 where something is bad."""
    from workshop.core.health import findings

    found = findings()
    if as_json:
        click.echo(json.dumps([vars(f) for f in found]))
    for finding in [] if as_json else found:
        click.echo(f"{'BAD ' if finding.is_bad else 'good'}  {finding.name}: {finding.words}")
    sys.exit(1 if any(f.is_bad for f in found) else 0)


for command in (sandbox, demo, walkthrough, run, db, audit, backup, restore, doctor):
    cli.add_command(command)
