// Class probabilities as a bar chart, best class marked; a list for screen readers.
//   const bars = loom.bars(element, classes, colors);  bars.show(probs); bars.show(null);
// and of several networks beside one another, of which one leads:
//   loom.bars(element, classes, colors, {sets: ["ResNet", "FashionNet"], onPick: (k) => ...});  bars.lead = 1; bars.show([probs, probs]);
loom.bars = (root, classes, colors, {sets = [""], onPick = null} = {}) => {
  root.classList.add("loom-bars");
  root.classList.toggle("pairs", sets.length > 1);
  root.setAttribute("role", "list");
  root.innerHTML = classes.map((name, i) => `
    <div role="listitem" class="loom-bar" style="--color:${colors[i]}">
      <span class="name">${name}</span>${'<span class="track"><span class="fill"></span></span><span class="value"></span>'.repeat(sets.length)}
    </div>`).join("");
  const rows = [...root.children].map((row) => ({row, fills: row.querySelectorAll(".fill"), values: row.querySelectorAll(".value")}));
  const top = (probs) => (probs ? probs.indexOf(Math.max(...probs)) : -1);
  let lead = 0, shown = null;
  const draw = () => {
    const best = sets.map((_, s) => top(shown?.[s]));
    rows.forEach(({row, fills, values}, i) => {
      sets.forEach((_, s) => {
        fills[s].style.transform = `scaleX(${shown?.[s][i] ?? 0})`;
        values[s].textContent = shown ? loom.percent(shown[s][i]) : "";
        values[s].classList.toggle("top", i === best[s]);
      });
      row.classList.toggle("best", i === best[lead]);
      row.setAttribute("aria-label", classes[i] + (shown ? `: ${sets.map((name, s) => `${name} ${loom.percent(shown[s][i])}`.trim()).join(", ")}` : ""));
    });
  };
  if (onPick) root.addEventListener("click", ({target}) => {
    const k = rows.findIndex(({row}) => row.contains(target));
    if (k >= 0) onPick(k);
  });
  return {
    show(probs) { shown = probs && sets.length === 1 ? [probs] : probs; draw(); },
    set lead(s) { lead = s; draw(); },
  };
};
