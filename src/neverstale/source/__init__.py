"""What people write: files of pages and snippets in, parsed pages and snippets out."""
