"""${message}

Say here why. One change each. Rules that cost somebody a day:
- SQLite rebuilds a table for most changes and silently loses its triggers: make `events` triggers again
  (workshop.core.triggers) in the same migration when that table is touched.
- Name every CHECK; unnamed ones are lost in a rebuild.
- A new NOT NULL column: add it with a server default, fill it, then drop the default.
"""

from alembic import op
import sqlalchemy as sa
import workshop.core.db
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
