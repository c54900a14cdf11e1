"""Letting people in and shutting them out: passwords, tokens, and who has left.

A secret never comes through the door: of a token only its hash does, so that neither the story nor a kept answer
could give it away.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field, SecretStr
from sqlalchemy import delete, select, update

from workshop.accounts import authenticate
from workshop.accounts.models import Bench, Credential, Person, SignInAttempt
from workshop.accounts.rights import must_answer_for_person
from workshop.core.actions import Act, Action, ModelKind, Outcome
from workshop.core.actor import ADMIN, ROLES
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.core.house import House

# Length is what makes a password hard to guess. The demo's people get their short one by another way, demo/people.py.
PASSWORD_LENGTH: Final = 12
Password = Annotated[SecretStr, Field(min_length=PASSWORD_LENGTH, max_length=200)]
NAME_LENGTH: Final = 16


class SetPassword(Arguments):
    """A new password, told to its person by whoever sets it."""

    password: Annotated[Password, Ask(_l("New password"), _l("At least twelve signs."), kind="password")]


class IssueToken(Arguments):
    """A token by its hash: its secret stays with whoever made it."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    label: Annotated[str, Field(max_length=80)] = ""
    roles: Annotated[str, Field(max_length=120)] = ""
    bench_id: int | None = None


def end_credentials(person_id: int, now: datetime, *kinds: str) -> int:
    """End every open session or token of a person and return how many; those kept in memory are read anew."""
    ended = db.session.execute(
        update(Credential)
        .where(Credential.person_id == person_id, Credential.revoked_at.is_(None), Credential.kind.in_(kinds))
        .values(revoked_at=now)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]


def set_password(person: Person, given: SetPassword, act: Act) -> Outcome:
    """Give a person another password; whoever is signed in with the old one is out."""
    must_answer_for_person(act.by, person)
    person.password_hash = authenticate.hash_password(given.password.get_secret_value())
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.who.in_((person.username, person.email))))
    ended = end_credentials(person.id, act.now, "session")
    return Outcome(
        _("%(name)s has a new password.", name=person.name),
        _("Who was signed in with the old one is out. Tokens go on working."),
        data={"sessions": ended},
    )


def close_person(person: Person, _given: Any, act: Act) -> Outcome:
    """Shut a person out at once, in browsers and by tokens. Raises Refused for oneself."""
    must_answer_for_person(act.by, person)
    if person.id == act.by.person_id:
        raise Refused(_("You cannot shut yourself out."), _("Ask another admin."))
    if not person.is_active:
        raise Refused(_("%(name)s is shut out already.", name=person.name), _("There is nothing to do."))
    person.is_active = False
    ended = end_credentials(person.id, act.now, "session", "token")
    return Outcome(
        _("%(name)s is shut out.", name=person.name),
        _("Every session and token ended."),
        data={"ended": ended},
    )


def open_person(person: Person, _given: Any, act: Act) -> Outcome:
    """Let a person sign in again; old sessions and tokens stay ended. Raises Refused where nobody shut them out."""
    must_answer_for_person(act.by, person)
    if person.is_active:
        raise Refused(_("%(name)s may sign in already.", name=person.name), _("There is nothing to do."))
    person.is_active = True
    return Outcome(_("%(name)s may sign in again.", name=person.name), _("Old tokens stay ended: make new ones."))


def _known_roles(text: str) -> list[str]:
    roles = [r.strip() for r in text.split(",") if r.strip()]
    unknown = [r for r in roles if r not in ROLES]
    if unknown:
        raise Refused(
            _("There is no role %(role)s.", role=unknown[0]),
            _("Take some of %(roles)s.", roles=", ".join(ROLES)),
            field="roles",
        )
    return roles


def issue_token(person: Person, given: IssueToken, act: Act) -> Outcome:
    """Let whoever holds the secret of `digest` act as this person. Raises Refused for one who is shut out."""
    must_answer_for_person(act.by, person)
    if not person.is_active:
        raise Refused(_("%(name)s is shut out.", name=person.name), _("Let them in first."))
    roles = _known_roles(given.roles)
    if given.bench_id is not None and db.session.get(Bench, given.bench_id) is None:
        raise Refused(_("There is no such bench."), _("Choose one of the list."), field="bench_id")
    db.session.add(
        Credential(
            hash=given.digest,
            kind="token",
            person_id=person.id,
            bench_id=given.bench_id,
            roles=",".join(roles),
            label=given.label,
            created_at=act.now,
        )
    )
    return Outcome(
        _("A token of %(name)s was made.", name=person.name),
        data={"token": given.digest[:NAME_LENGTH], "label": given.label, "roles": ",".join(roles)},
    )


def revoke_token(token: Credential, _given: Any, act: Act) -> Outcome:
    """End a token at once. Raises Refused for one that has ended."""
    must_answer_for_person(act.by, db.session.get_one(Person, token.person_id))
    if token.revoked_at is not None:
        raise Refused(_("This token has ended already."), _("There is nothing to do."))
    token.revoked_at = act.now
    return Outcome(_("The token has ended."), token.label, data={"person": token.person_id, "label": token.label})


class TokenKind(ModelKind[Credential]):
    """API tokens, named by how their hash begins."""

    def load(self, ref: Any, act: Act) -> Credential:
        if isinstance(ref, Credential):
            return ref
        found = db.session.scalars(
            select(Credential).where(Credential.kind == "token", Credential.hash.startswith(str(ref), autoescape=True))
        ).all()
        if len(str(ref)) < NAME_LENGTH or len(found) != 1:
            raise NotFound(_("There is no such token."), _("Look it up in the list."))
        return found[0]

    def ref(self, target: Credential) -> str:
        return target.hash[:NAME_LENGTH]

    def called(self, target: Credential) -> str:
        return target.label

    def key(self, target: Credential) -> int:
        return int(target.hash[:15], 16)


def _is_open(person: Person) -> bool:
    return person.is_active


def _is_shut(person: Person) -> bool:
    return not person.is_active


_ADMINS: Final = frozenset({ADMIN})
ACTIONS: Final = (
    Action(
        "set_password",
        _l("Set a new password"),
        "person",
        set_password,
        _ADMINS,
        _l("New password set"),
        arguments=SetPassword,
        icon="key-round",
    ),
    Action(
        "close_person",
        _l("Shut out"),
        "person",
        close_person,
        _ADMINS,
        _l("Shut out"),
        arguments=NoArguments,
        icon="lock",
        offered=_is_open,
        danger=True,
        help=_l("Ends every session and token at once. What the person did stays in the story."),
    ),
    Action(
        "open_person",
        _l("Let in again"),
        "person",
        open_person,
        _ADMINS,
        _l("Let in again"),
        arguments=NoArguments,
        icon="log-in",
        offered=_is_shut,
    ),
    Action(
        "issue_token",
        _l("Make a token"),
        "person",
        issue_token,
        _ADMINS,
        _l("Token %(token)s made"),
        detail=_l("%(label)s"),
        arguments=IssueToken,
        icon="key-round",
        hidden=True,
    ),
    Action(
        "revoke_token",
        _l("End a token"),
        "token",
        revoke_token,
        _ADMINS,
        _l("Token ended"),
        detail=_l("%(label)s"),
        arguments=NoArguments,
        icon="ban",
        danger=True,
        help=_l("Whatever program uses it is out at once."),
    ),
)


def bring(house: House) -> None:
    """Bring the kind and the actions into the house."""
    house.add_kind(TokenKind("token", "tokens", Credential))
    house.add_actions(ACTIONS)
