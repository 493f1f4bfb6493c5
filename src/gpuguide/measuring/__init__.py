"""On a real GPU: networks in; times, memory and the figures fitted to them out."""
