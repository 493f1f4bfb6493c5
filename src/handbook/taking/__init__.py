"""What readers take along: the built site in; a zip that opens from a file, PDFs and EPUBs out,
held against its pages."""
