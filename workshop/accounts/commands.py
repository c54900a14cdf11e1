"""Commands about people and tokens."""

from __future__ import annotations

import click
from flask import Flask
from sqlalchemy import select

from workshop.accounts import authenticate
from workshop.accounts.models import Bench, Person
from workshop.core.actions import perform
from workshop.core.actor import ROLES, worker
from workshop.core.db import db


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.argument("username")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--site", default="", help="Code of the site; left out: all sites.")
@click.password_option()
def add(username: str, email: str, name: str, role: str, site: str, password: str) -> None:
    """Add a person."""
    given = {
        "username": username,
        "email": email,
        "name": name,
        "role": role,
        "site": site,
        "password": password,
    }
    click.echo(perform("add_person", None, given, by=worker("Command line")).title)


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.option("--user", "username", required=True)
@click.option("--bench", default="", help="Code of the bench at which the token works.")
@click.option("--roles", default="", help="Comma list that narrows the person's roles.")
@click.option("--label", default="")
def create(username: str, bench: str, roles: str, label: str) -> None:
    """Print a new token of a person, alone on a line. It is shown this once."""
    person = db.session.scalars(select(Person).where(Person.username == username)).one_or_none()
    if person is None:
        raise click.ClickException(f"There is no person called {username}. Add one with: workshop user add")
    place = db.session.scalars(select(Bench).where(Bench.code == bench)).first() if bench else None
    secret = authenticate.new_token()
    given = {
        "digest": authenticate.digest(secret),
        "roles": roles,
        "label": label,
        "bench_id": place.id if place else None,
    }
    perform("issue_token", person, given, by=worker("Command line"))
    click.echo(secret)


def register(app: Flask) -> None:
    """Make the commands known."""
    app.cli.add_command(user)
    app.cli.add_command(token)
