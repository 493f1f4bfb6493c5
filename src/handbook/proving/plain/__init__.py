"""The site made once more, without what dresses it: comes in the sources, goes out what readers
must get, to be compared with what they do get."""
