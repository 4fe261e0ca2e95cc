"""Models that do not ship: of folders, of sessions, and brought back."""
