"""What that costs on a GPU: a traced step in; memory, and time as a range, out."""
