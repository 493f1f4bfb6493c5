"""How right the estimates are: `records/validation.json` on a page, `[[validation]]`.

`data.py` reads the file and works out the errors, `words.py` holds what is said, `chart.py` draws
predicted against measured, `table.py` puts all of it into HTML and Markdown.
"""
