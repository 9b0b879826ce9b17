"""Single formats, where Pillow alone would show something else than other programs do."""
