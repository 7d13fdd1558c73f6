"""tasks may be estimated

Revision ID: 8b52e6c01d9f
Revises: 3f1c9a7d2b40
"""

import sqlalchemy as sa
from alembic import op

revision = "8b52e6c01d9f"
down_revision = "3f1c9a7d2b40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("estimate_hours", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("tasks", "estimate_hours")
