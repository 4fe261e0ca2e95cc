"""How the tests open a tab, its share link, and listen to what a page asks the server."""

READY = ":is(.loom-bar.best, [data-ready])"  # what a tab shows once it has something to show


def open_tab(page, name, **query):
    words = "&".join(f"{key}={value}" for key, value in ({"tab": name} | query).items())
    page.goto(f"/?{words}")
    page.wait_for_selector(f"#{name}-widget {READY}", timeout=90_000)


def open_shared(page, browser, name):
    """Press a tab's share button, and open the link it writes in a fresh window; the caller closes that."""
    share = page.locator(f"#{name}-widget .share")
    share.click()
    page.wait_for_function(f"document.querySelector('#{name}-widget .share').dataset.link")
    fresh = browser.new_page(viewport={"width": 1280, "height": 800})
    fresh.set_default_timeout(90_000)
    fresh.goto(share.get_attribute("data-link"))
    fresh.wait_for_selector(f"#{name}-widget {READY}")
    return fresh


def shared_link(page, name):
    return page.locator(f"#{name}-widget .share").get_attribute("data-link")


def listen(page):
    """Wait until a page asks the server for nothing more; the list returned grows with what it asks from then on."""
    asked = []
    page.on("request", lambda r: asked.append(r.url) if r.resource_type in ("fetch", "xhr") else None)
    for _ in range(40):
        asked.clear()
        page.wait_for_timeout(500)
        if not asked:
            return asked
    raise AssertionError(f"the page never stops asking: {asked}")
