"""Lessons: texts that lead through the tabs; a step has a state of the page, a part to look at, perhaps a question."""
