"""From sources to `site/`: pages, records and boards in, both editions side by side out."""
