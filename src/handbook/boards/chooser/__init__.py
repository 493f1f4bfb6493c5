"""The chooser on the guide's front page, `[[gpu-chooser]]`: questions, and the answer to them.

`form.py` asks, `answer.py` answers what is first asked, so that the answer stands there before the
script does, and without it; `presets.py` is the table for who has no script. `parts.py` is what
fills memory, `digits.py` how numbers are written, `words.py` all that is said, `templates.py` the
HTML that Python fills here and the script on each keystroke. `panel.py` puts them together.
"""
