MODULE = f"{__name__}.session"  # whoever starts it by name imports this, so that it is there and seen
