from mkdocs.structure.files import File


def on_files(files, config):
    text = "# Made by a hook\n\n```python\nprint(1)\n```\n"
    files.append(File.generated(config, "made.md", content=text))
    return files
