"""Figures that readers change, `[[interactive:kernel]]`: controls, and places for the numbers.

Here is all that is words or HTML; `overrides/assets/interactive-NAME.js` draws and computes.
"""
