"""Second factors, links that set a password, stages of a session, and what administrators did."""

import sqlalchemy as sa
from alembic import op

revision = '0003_rights'
down_revision = '0002_seal'

REFUSE_SQLITE = """
create trigger admin_act_no_{verb} before {verb} on admin_act
begin select raise(abort, 'admin_act is append-only'); end
"""
REFUSE_POSTGRESQL = """
create function admin_act_kept() returns trigger language plpgsql as
$$ begin raise exception 'admin_act is append-only'; end $$
"""


def upgrade():
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('password_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('factor_step', sa.BigInteger(), nullable=True))
    with op.batch_alter_table('staff_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stage', sa.String(), server_default='full', nullable=False))
        batch_op.add_column(sa.Column('strong', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('proved_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table('passkey',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_passkey_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkey_person_id'), ['person_id'], unique=False)
    op.create_table('recovery_code',
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id')),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_recovery_code'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_person_id'), ['person_id'], unique=False)
    op.create_table('first_link',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_first_link_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_first_link')),
    sa.UniqueConstraint('person_id', name=op.f('uq_first_link_person_id'))
    )
    op.create_table('admin_act',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_admin_act_actor_id')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_admin_act_institution_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_admin_act_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_admin_act_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_admin_act'))
    )
    with op.batch_alter_table('admin_act', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_admin_act_institution_id_id'), ['institution_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_admin_act_person_id'), ['person_id'], unique=False)
    if op.get_bind().dialect.name == 'sqlite':
        for verb in ('update', 'delete'):
            op.execute(REFUSE_SQLITE.format(verb=verb))
    else:
        op.execute(REFUSE_POSTGRESQL)
        op.execute('create trigger admin_act_kept before update or delete on admin_act'
                   ' for each row execute function admin_act_kept()')


def downgrade():
    op.drop_table('admin_act')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('drop function admin_act_kept()')
    for table in ('first_link', 'recovery_code', 'passkey'):
        op.drop_table(table)
    # Not in batches: SQLite would make the table anew, and other rows point to it.
    for column in ('proved_at', 'strong', 'stage'):
        op.drop_column('staff_session', column)
    for column in ('factor_step', 'password_at'):
        op.drop_column('person', column)
