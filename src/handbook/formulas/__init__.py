"""TeX in, MathML that browsers lay out and screen readers speak out; and the same as plain text."""
