"""What both surfaces share on the way to the browser: pages, headers, labels, errors, sessions, locale."""
