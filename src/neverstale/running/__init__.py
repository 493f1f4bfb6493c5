"""A snippet in its sandbox: snippets in, what each run left behind out."""
