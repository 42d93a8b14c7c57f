"""The notebook of a shard: what it writes down, so that another worker can go on where it stopped.

`Page` is what one transaction holds; `Recovery` reads what all pages have left.
"""

from stream.core.notebook.form import FORMAT
from stream.core.notebook.notes import Page
from stream.core.notebook.recovery import Recovery

__all__ = ["FORMAT", "Page", "Recovery"]
