// The page around the tabs: dark or light, and the big type of `?present=1`.
(() => {
  // the tab of the link and its scripts, before Gradio builds the page: it would start the first tab otherwise
  const parts = window.gradio_config?.components ?? [], wanted = loom.query.get("tab");
  if (parts.some(({type, props}) => type === "tabitem" && props.id === wanted)) {
    parts.find(({type}) => type === "tabs").props.selected = wanted;
    parts.find(({props}) => props.elem_id === `${wanted}-widget`)?.props.props.scripts?.forEach(loom.script);
  }

  const remembered = window.localStorage.getItem("loom-theme");
  const start = () => {
    if (!loom.query.has("__theme") && remembered) document.body.classList.toggle("dark", remembered === "dark");
    document.body.classList.toggle("loom-present", loom.query.get("present") === "1");
    document.addEventListener("click", ({target}) => {
      const button = target.closest?.("[data-page]");
      if (button?.dataset.page === "theme") {
        document.body.classList.toggle("dark");
        window.localStorage.setItem("loom-theme", loom.isDark() ? "dark" : "light");
      } else if (button?.dataset.page === "present") document.body.classList.toggle("loom-present");
    });
  };
  document.body ? start() : document.addEventListener("DOMContentLoaded", start);
})();
