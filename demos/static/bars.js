// Class probabilities as a bar chart, best class marked; a list for screen readers.
//   const bars = loom.bars(element, classes, colors);  bars.show(probs); bars.show(null);
loom.bars = (root, classes, colors) => {
  root.classList.add("loom-bars");
  root.setAttribute("role", "list");
  root.innerHTML = classes.map((name, i) => `
    <div role="listitem" class="loom-bar" style="--color:${colors[i]}">
      <span class="name">${name}</span><span class="track"><span class="fill"></span></span><span class="value"></span>
    </div>`).join("");
  const rows = [...root.children];
  return {
    show(probs) {
      const best = probs ? probs.indexOf(Math.max(...probs)) : -1;
      rows.forEach((row, i) => {
        const p = probs?.[i] ?? 0;
        row.querySelector(".fill").style.transform = `scaleX(${p})`;
        row.querySelector(".value").textContent = probs ? loom.percent(p) : "";
        row.classList.toggle("best", i === best);
        row.setAttribute("aria-label", probs ? `${classes[i]}: ${loom.percent(p)}` : classes[i]);
      });
    },
  };
};
