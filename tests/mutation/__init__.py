"""A mutation run: every rule of some rooms is broken in turn, and the fast tests must notice.

It is a small one of our own. mutmut and cosmic-ray change neither what a module or a class sets up nor whole
statements, so they never ignore a pause or shift a pane; the latter also needs a new process for each mutant.
"""
