"""Renderers: HTML, terminal, notebook. They format what an ``Exhibit`` holds and compute nothing."""
