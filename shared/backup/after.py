"""What must not go on after a restore: sessions, leases and shares end, and nothing is sent again without a yes.

Run before a restored database can be seen by anybody, so that no moment is left in which a worker could send.
"""

STATEMENTS = (
    # R19: since the backup these may have gone out; a person looks and says so.
    "update outbox set state = 'held', outcome = 'restored', lease = null, leased_until = null where state = 'queued'",
    "delete from staff_session",
    "delete from first_link",
    "update visit set seen_at = '2000-01-01 00:00:00'",  # the sweep forgets them, with the files of their drafts
    "update unseal_request set state = 'over', share = null where state in ('asked', 'urgent', 'agreed')",
)
