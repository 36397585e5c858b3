"""Flat copies for units, recalled copies, who confirmed a copy, who is barred from a case."""

import secrets
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0004_transfer'
down_revision = '0003_rights'


def upgrade():
    op.create_table('transfer_copy',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('slip_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('stored', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('fault', sa.String(), nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state in ('making', 'done', 'failed', 'recalled')", name=op.f('ck_transfer_copy_state')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_transfer_copy_attachment_id')),
    sa.ForeignKeyConstraint(['slip_id'], ['slip.id'], name=op.f('fk_transfer_copy_slip_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_copy'))
    )
    with op.batch_alter_table('transfer_copy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transfer_copy_slip_id'), ['slip_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfer_copy_state_ordered_at'), ['state', 'ordered_at'], unique=False)

    op.create_table('recalled_copy',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slip_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('points', sa.String(), nullable=False),
    sa.Column('files', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_recalled_copy_by_id')),
    sa.ForeignKeyConstraint(['slip_id'], ['slip.id'], name=op.f('fk_recalled_copy_slip_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recalled_copy'))
    )
    with op.batch_alter_table('recalled_copy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recalled_copy_slip_id'), ['slip_id'], unique=False)

    op.create_table('case_bar',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('named', sa.Boolean(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(unit_id is null) <> (person_id is null)', name=op.f('ck_case_bar_one_of_both')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_case_bar_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_bar_case_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_case_bar_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_case_bar_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_bar'))
    )
    with op.batch_alter_table('case_bar', schema=None) as batch_op:
        for column in ('case_id', 'person_id', 'unit_id'):
            batch_op.create_index(batch_op.f(f'ix_case_bar_{column}'), [column], unique=False)

    with op.batch_alter_table('slip', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('recalled_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_slip_confirmed_by'), 'person', ['confirmed_by'], ['id'])
    _order_copies()


def _order_copies():
    """What units could download until now as it came goes over as flat copies, made by the worker."""
    bind = op.get_bind()
    passed_on = bind.execute(sa.text(
        'select s.id, a.id, a.media_type from slip s join attachment a on a.case_id = s.case_id '
        "where a.for_unit and a.origin <> 'unit' and s.state not in ('returned', 'cancelled') order by s.id, a.id"
    )).all()
    now = datetime.now(UTC)
    copies = sa.table('transfer_copy', *(sa.column(c) for c in (
        'id', 'slip_id', 'attachment_id', 'state', 'number', 'stored', 'media_type', 'size', 'fault')),
        sa.column('ordered_at', sa.DateTime(timezone=True)))
    for slip_id, attachment_id, kind in passed_on:
        if kind.startswith(('audio/', 'video/')) or kind == 'application/ofd':
            continue
        bind.execute(copies.insert().values(
            id=secrets.token_urlsafe(16), slip_id=slip_id, attachment_id=attachment_id, state='making', number=0,
            stored='', media_type='', size=0, fault='',
            ordered_at=now.replace(tzinfo=None) if bind.dialect.name == 'sqlite' else now))
    bind.execute(sa.text("update attachment set for_unit = :no where origin <> 'unit'"), {'no': False})


def downgrade():
    bind = op.get_bind()
    bind.execute(sa.text(
        "update attachment set for_unit = :yes where id in (select attachment_id from transfer_copy "
        "where state in ('making', 'done'))"), {'yes': True})
    with op.batch_alter_table('slip', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_slip_confirmed_by'), type_='foreignkey')
        batch_op.drop_column('recalled_at')
        batch_op.drop_column('confirmed_at')
        batch_op.drop_column('confirmed_by')
    op.drop_table('case_bar')
    op.drop_table('recalled_copy')
    op.drop_table('transfer_copy')
