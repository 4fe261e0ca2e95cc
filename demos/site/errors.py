"""What a person is told who asked for a folder that cannot be written."""


class SiteError(RuntimeError):
    """The folder cannot be written; the message says why, and what to do."""
