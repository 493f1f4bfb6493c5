"""A site that others made: settings, a first page, and what is accepted for now."""
