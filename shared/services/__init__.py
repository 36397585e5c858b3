"""The verbs: load the row locked, ask the domain, write row, event and outbox, commit."""
