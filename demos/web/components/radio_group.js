// One of a few, as buttons in a row that the arrow keys walk through.
//   const views = loom.choice(element, {images: "Test images", training: "Training"}, (key) => ...);  views.at = "training";
// Setting `at` only marks; a press or an arrow also calls. The element is named by its own aria-label.
loom.choice = (root, entries, onPick) => {
  root.classList.add("loom-choice");
  root.setAttribute("role", "radiogroup");
  root.innerHTML = Object.entries(entries).map(([key, words]) => `<button type="button" role="radio" data-key="${key}">${words}</button>`).join("");
  const buttons = [...root.children];
  let at = null;
  const mark = (key) => {
    at = key;
    buttons.forEach((button) => {
      const mine = button.dataset.key === key;
      button.setAttribute("aria-checked", String(mine));
      button.tabIndex = mine ? 0 : -1;
    });
  };
  const pick = (button) => { mark(button.dataset.key); onPick(at); };
  root.addEventListener("click", ({target}) => { const button = target.closest("[role=radio]"); if (button) pick(button); });
  root.addEventListener("keydown", (event) => {
    const by = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons[(buttons.findIndex(({dataset}) => dataset.key === at) + by + buttons.length) % buttons.length];
    pick(next);
    next.focus();
  });
  mark(Object.keys(entries)[0]);
  return {get at() { return at; }, set at(key) { mark(key); }};
};
