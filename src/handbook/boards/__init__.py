"""What a page shows of data: `[[…]]` on a page in, HTML and plain Markdown out."""
