"""Pure rules: what is allowed, what is due and what is shown, decided from plain values alone."""
