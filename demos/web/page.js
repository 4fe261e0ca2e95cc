// @ts-check
// The page around the tabs, before Gradio builds it: the tab of the link, its files, dark or light, and big type.
// The one script that is no module: a module would run too late.
(() => {
  const REST = 500; // milliseconds between two looks whether the tab is ready
  const PROJECTOR = {width: 1280, height: 720}; // pixels that a tab is laid out for there
  const PLAIN = ["tab", "present", "show", "hide", "local", "__theme"]; // words of a link that leave its tab as it is
  let query = new URLSearchParams(window.location.search);
  const config = /** @type {any} */ (window).gradio_config ?? {};
  const files = JSON.parse(document.getElementById("loom-files")?.textContent ?? "{}");
  const root = new URL(config.root ?? ".", document.baseURI).pathname.replace(/\/$/, "");
  const base = `${window.location.origin}${root}/${files.prefix}`;
  document.documentElement.dataset.loomFiles = base;
  preload({rel: "icon", href: `${window.location.origin}${root}/favicon.ico`}); // browsers look above the prefix

  openStep();
  hideParts();

  const parts = config.components ?? [];
  const ids = parts.flatMap((/** @type {any} */ {type, props}) => (type === "tabitem" ? [props.id] : []));
  const asked = query.get("tab") ?? "";
  const wanted = ids.includes(asked) ? asked : ids[0];
  if (wanted === asked) parts.find((/** @type {any} */ {type}) => type === "tabs").props.selected = wanted;
  const {modules = [], scripts = []} = files.preload?.[wanted] ?? {};
  const {first = {}} =
    parts.find((/** @type {any} */ {props}) => props.elem_id === `${wanted}-widget`)?.props.props ?? {};
  const isAsItIs = [...query.keys()].every((key) => PLAIN.includes(key));
  for (const name of Object.keys(first).filter((each) => isAsItIs || Object.keys(first[each]).length === 0))
    preload({rel: "preload", as: "fetch", crossOrigin: "anonymous", href: `${base}first/${wanted}/${name}`});
  for (const path of modules) preload({rel: "modulepreload", href: base + path, fetchPriority: "low"});
  for (const path of scripts) run(base + path);

  window.setTimeout(preloadOthers, REST);

  let theme = query.has("__theme") ? null : window.localStorage.getItem("loom-theme"); // null: Gradio chooses
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);

  /** A link to a lesson's step, `?lesson=NAME&step=3`, becomes that of the step's view: its tab opens at once. */
  function openStep() {
    const name = query.get("lesson") ?? "";
    const step = query.get("step") ?? "1";
    const view = query.has("tab") ? undefined : files.lessons?.[name]?.[Number(step) - 1];
    if (!view) return;
    query.delete("step");
    query.set("lesson", `${name}.${step}`);
    query = new URLSearchParams(`${query}&${view.slice(1)}`);
    window.history.replaceState(null, "", `?${query}`);
  }

  /** `&show=pad,verdict` leaves only these parts of a tab, `&hide=tabs,layers` takes some away, or the row of tabs. */
  function hideParts() {
    const [shown, hidden] = ["show", "hide"].map((key) => (query.get(key) ?? "").split(",").filter(Boolean));
    const partOf = (/** @type {string} */ name) => `[data-part="${CSS.escape(name)}"]`;
    const rules = hidden.map((name) => (name === "tabs" ? "#tabs > .tab-wrapper" : partOf(name)));
    const named = `:is(${shown.map(partOf)})`;
    if (shown.length) rules.push(`.loom-widget:has(${named}) :not(:has(${named}), ${named}, ${named} *, .loom-notice)`);
    const style = document.createElement("style");
    style.textContent = rules.map((rule) => `${rule} { display: none !important; }`).join("\n");
    document.head.append(style);
  }

  /** @param {Partial<HTMLLinkElement>} properties */
  function preload(properties) {
    document.head.append(Object.assign(document.createElement("link"), properties));
  }

  /**
   * Run a large script that the tab needs: parsed beside what is loaded meanwhile, and run before the tab asks for it.
   * @param {string} src
   */
  function run(src) {
    const script = Object.assign(document.createElement("script"), {src, async: true});
    script.onerror = () => script.remove(); // the tab asks again, until it is there
    document.head.append(script);
  }

  /** On a projector the tabs are laid out for a small one, and drawn as large as this one allows. */
  function fit() {
    const {clientWidth, classList} = document.body;
    const {paddingLeft, paddingRight} = getComputedStyle(document.body);
    const width = clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
    const most = Math.min(width / PROJECTOR.width, window.innerHeight / PROJECTOR.height);
    const scale = classList.contains("loom-present") ? Math.max(1, most) : 1;
    document.documentElement.style.setProperty("--loom-scale", String(scale));
  }

  /** The other tabs' files, once the page has come to rest: such a tab opens at once, even offline. */
  function preloadOthers() {
    const ready = document.getElementById(`${wanted}-widget`)?.querySelector("[data-ready], .loom-bar.best");
    if (!ready) {
      window.setTimeout(preloadOthers, REST);
      return;
    }
    const all = /** @type {{modules: string[]}[]} */ (Object.values(files.preload ?? {}));
    for (const path of new Set(all.flatMap((tab) => tab.modules))) {
      if (!modules.includes(path)) preload({rel: "modulepreload", href: base + path});
    }
    for (const path of files.later ?? []) {
      if (!scripts.includes(path)) preload({rel: "prefetch", href: base + path});
    }
  }

  function keepTheme() {
    if (theme) document.body.classList.toggle("dark", theme === "dark");
  }

  /** A file that falls where no tab takes it: the browser would leave the page to show it. */
  function refuseFile(/** @type {any} */ event) {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  }

  function start() {
    const {classList} = document.body;
    keepTheme();
    new MutationObserver(keepTheme).observe(document.body, {attributeFilter: ["class"]}); // Gradio sets its own, later
    classList.toggle("loom-present", query.get("present") === "1");
    window.addEventListener("resize", fit);
    new ResizeObserver(fit).observe(document.body); // a lesson beside the tabs takes of their width
    for (const kind of ["dragover", "drop"]) window.addEventListener(kind, refuseFile);
    document.addEventListener("click", ({target}) => {
      const button = /** @type {Element} */ (target).closest?.("[data-page]");
      const action = button instanceof HTMLElement ? button.dataset.page : null;
      if (action === "present") {
        classList.toggle("loom-present");
        fit();
      }
      if (action !== "theme") return;
      theme = classList.contains("dark") ? "light" : "dark";
      keepTheme();
      window.localStorage.setItem("loom-theme", theme);
    });
  }
})();
