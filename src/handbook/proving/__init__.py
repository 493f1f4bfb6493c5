"""Is the built site what it claims? `site/` in, problems out; and faults, each to be caught."""
