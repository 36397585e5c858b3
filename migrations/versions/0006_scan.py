"""What the antivirus service said of each file."""

import sqlalchemy as sa
from alembic import op

revision = '0006_scan'
down_revision = '0005_privacy'


def upgrade():
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('scan', sa.String(), nullable=False, server_default='unchecked'))
    op.create_index('ix_attachment_to_scan', 'attachment', ['id'],
                    sqlite_where=sa.text("scan in ('unchecked', 'checking', 'failed')"),
                    postgresql_where=sa.text("scan in ('unchecked', 'checking', 'failed')"))


def downgrade():
    op.drop_index('ix_attachment_to_scan', table_name='attachment')
    with op.batch_alter_table('attachment', schema=None) as batch_op:
        batch_op.drop_column('scan')
