"""Backups: taken while the house is open, closed for a key that isn't on this machine, tried by restoring."""
