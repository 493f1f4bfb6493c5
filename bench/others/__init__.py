"""What tools that test or run the code of a page let through, by running them."""
