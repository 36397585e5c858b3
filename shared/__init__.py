"""What both surfaces share: rules, rows, verbs and the edges to the world."""
