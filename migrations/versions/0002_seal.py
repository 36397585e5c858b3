"""Sealed identity: officers' keys, groups' keys, the keys of a case in its row, requests to open."""

import sqlalchemy as sa
from alembic import op

revision = '0002_seal'
down_revision = '0001'


def upgrade():
    op.create_table('key_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('key_id', sa.String(), nullable=False),
    sa.Column('public', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_key_group_institution_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_group')),
    sa.UniqueConstraint('institution_id', 'name', 'key_id', name=op.f('uq_key_group_institution_id_name_key_id'))
    )
    op.create_table('key_grant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['key_group.id'], name=op.f('fk_key_grant_group_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_key_grant_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_grant')),
    sa.UniqueConstraint('group_id', 'person_id', name=op.f('uq_key_grant_group_id_person_id'))
    )
    with op.batch_alter_table('key_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_key_grant_person_id'), ['person_id'], unique=False)
    op.create_table('officer_key',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('public', sa.LargeBinary(), nullable=False),
    sa.Column('salt', sa.LargeBinary(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('pepper_id', sa.String(), nullable=False),
    sa.Column('mark', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_officer_key_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_officer_key'))
    )
    op.create_table('unseal_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.String(), nullable=False),
    sa.Column('why', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('share', sa.LargeBinary(), nullable=True),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_unseal_request_case_id')),
    sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name=op.f('fk_unseal_request_decided_by')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_unseal_request_institution_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_unseal_request_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unseal_request'))
    )
    with op.batch_alter_table('unseal_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unseal_request_case_id'), ['case_id'], unique=False)
        batch_op.create_index(
            batch_op.f('ix_unseal_request_institution_id_state'), ['institution_id', 'state'], unique=False
        )
    # Plain ALTER TABLE: SQLite adds and drops these columns in place, without making the tables anew.
    op.add_column('institution', sa.Column('seals', sa.JSON(), nullable=True))
    op.add_column('complainant', sa.Column('wraps', sa.JSON(), nullable=True))
    op.add_column('complainant', sa.Column('spans', sa.LargeBinary(), nullable=True))
    op.add_column('complainant', sa.Column('waits', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        'ix_complainant_waits', 'complainant', ['case_id'],
        postgresql_where=sa.text('waits'), sqlite_where=sa.text('waits'),
    )
    op.add_column('staff_session', sa.Column('sealed_key', sa.LargeBinary(), nullable=True))


def downgrade():
    op.drop_column('staff_session', 'sealed_key')
    op.drop_index('ix_complainant_waits', 'complainant')
    op.drop_column('complainant', 'waits')
    op.drop_column('complainant', 'spans')
    op.drop_column('complainant', 'wraps')
    op.drop_column('institution', 'seals')
    for table in ('unseal_request', 'officer_key', 'key_grant', 'key_group'):
        op.drop_table(table)
