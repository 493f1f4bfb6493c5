"""What people write: files of pages and snippets in, one picture of the site out."""
