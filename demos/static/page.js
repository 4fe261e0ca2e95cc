// The page around the tabs: dark or light, and the big type of `?present=1`.
(() => {
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
