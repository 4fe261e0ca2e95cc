// A button that copies the address of exactly this view.
//   loom.share(button, "classify", () => ({image: 12}));
loom.share = (button, tab, state) => {
  const words = button.textContent;
  button.addEventListener("click", async () => {
    const link = new URL(window.location.origin + window.location.pathname);
    for (const [key, value] of Object.entries({tab, ...state()}))
      if (value !== null && value !== undefined) link.searchParams.set(key, value);
    for (const key of ["present", "__theme"]) if (loom.query.has(key)) link.searchParams.set(key, loom.query.get(key));
    window.history.replaceState(null, "", link);  // the address bar shows it even where copying is forbidden
    button.dataset.link = link.href;
    try {
      await navigator.clipboard.writeText(link.href);
      button.textContent = "Link copied";
    } catch {
      button.textContent = "Link is in the address bar";
    }
    setTimeout(() => { button.textContent = words; }, 2500);
  });
};
