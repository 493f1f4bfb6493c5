"""The live preview: a change of a file in, the pages it concerns built and run again out."""
