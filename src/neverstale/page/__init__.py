"""What readers get: statuses in; blocks, notebooks and Markdown out; the built site, read back."""
