"""How what must not be read is closed: envelopes, boxes for public keys, officers' keys, escrow, rotation."""
