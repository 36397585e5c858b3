"""Versions of a rule book that an institution has taken into use."""

import sqlalchemy as sa
from alembic import op

revision = '0008_regimes'
down_revision = '0007_chain'


def upgrade():
    op.create_table('regime_use',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('regime_version_id', sa.Integer(), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_regime_use_author_id')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_regime_use_institution_id')),
    sa.ForeignKeyConstraint(['regime_version_id'], ['regime_version.id'], name=op.f('fk_regime_use_regime_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regime_use'))
    )
    with op.batch_alter_table('regime_use', schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f('ix_regime_use_institution_id_effective_from'), ['institution_id', 'effective_from'], unique=False
        )


def downgrade():
    op.drop_table('regime_use')
