"""What a page fetches when it opens: its scripts and styles, one by one or in bundles, and its first answers."""
