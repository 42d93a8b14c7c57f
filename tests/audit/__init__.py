"""`make audit`: what is installed is what is pinned, and nothing that is pinned is known to be vulnerable."""
