// A confusion matrix as a table: rows are what a picture is, columns what it was called. A click or Enter picks a cell.
//   const matrix = loom.confusion(element, {names, onPick: (i, j) => ...});  matrix.draw(counts); matrix.mark(6, 0);
// Without onPick it is a table to read.
loom.confusion = (root, {names, onPick = null}) => {
  root.classList.add("loom-matrix");
  const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})[c]);
  let at = null;

  const cells = () => [...root.querySelectorAll("tbody td")];
  const told = (n, all, i, j) => `${n} of ${all}: ${names[i]} called ${names[j]}`;
  const inner = (n, words) => (onPick ? `<button type="button" tabindex="-1" aria-label="${escape(words)}">${n || "·"}</button>` : n || "");
  const cell = (n, all, i, j, largest) => {
    const share = i === j ? n / all : Math.sqrt(n / largest), words = told(n, all, i, j);
    return `<td class="${i === j ? "right" : ""}" style="--share:${share.toFixed(3)}" title="${escape(words)}">${inner(n, words)}</td>`;
  };
  const mark = (i, j) => {
    at = [i, j];
    cells().forEach((td, k) => {
      const mine = k === i * names.length + j;
      td.toggleAttribute("data-at", mine);
      td.firstElementChild?.setAttribute("aria-pressed", String(mine));
      if (td.firstElementChild) td.firstElementChild.tabIndex = mine ? 0 : -1;
    });
  };
  if (onPick) {
    const pick = (i, j) => { mark(i, j); onPick(i, j); };
    root.addEventListener("click", ({target}) => {
      const k = cells().indexOf(target.closest("tbody td"));
      if (k >= 0) pick(Math.floor(k / names.length), k % names.length);
    });
    root.addEventListener("keydown", (event) => {
      const by = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]}[event.key];
      if (!by) return;
      event.preventDefault();
      const next = at.map((v, d) => Math.max(0, Math.min(names.length - 1, v + by[d])));
      pick(...next);
      cells()[next[0] * names.length + next[1]].firstElementChild.focus();
    });
  }
  return {
    draw(counts) {
      const largest = Math.max(...counts.flatMap((row, i) => row.filter((_, j) => i !== j)), 1);
      root.innerHTML = `<table><thead><tr><td></td>${names.map((name) => `<th scope="col"><span>${escape(name)}</span></th>`).join("")}</tr></thead>
        <tbody>${counts.map((row, i) => `<tr><th scope="row">${escape(names[i])}</th>${row.map((n, j) => cell(n, row.reduce((a, b) => a + b, 0), i, j, largest)).join("")}</tr>`).join("")}</tbody></table>`;
      if (onPick) mark(...(at ?? [0, 0]));
    },
    mark,
  };
};
