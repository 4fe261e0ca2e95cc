// Curves over epochs or steps, as SVG; a pointer or the arrow keys read them.
//   const curves = loom.curves(element, {height: 190});  curves.draw({series: [{name, values, color}], lines: [{name, value}], format, label});
//   loom.spark(values) is a little one without axes, as a string.
loom.spark = (values, width = 72, height = 24) => {
  const known = values.filter((v) => v !== null), low = Math.min(...known), high = Math.max(...known);
  if (known.length < 2) return "";
  const at = (v, i) => `${(2 + (i / (values.length - 1)) * (width - 6)).toFixed(1)},${(height - 3 - ((v - low) / (high - low || 1)) * (height - 6)).toFixed(1)}`;
  const places = values.flatMap((v, i) => (v === null ? [] : [at(v, i)])), [x, y] = places.at(-1).split(",");
  return `<svg class="loom-spark" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true">
    <polyline points="${places.join(" ")}"/><circle cx="${x}" cy="${y}" r="2.4"/></svg>`;
};

loom.curves = (root, {height = 190} = {}) => {
  root.classList.add("loom-curves");
  root.tabIndex = 0;
  const edge = {left: 46, right: 10, top: 10, bottom: 24};
  let data = null, at = -1;

  const decades = (low, high) => {  // 1, 2, 5, 10, 20, ... between two powers of ten; the ones alone if those are many
    const all = Array.from({length: Math.ceil(high) - Math.floor(low) + 1}, (_, k) => 10 ** (Math.floor(low) + k));
    const inside = (v) => Math.log10(v) > low && Math.log10(v) < high, fine = all.flatMap((v) => [v, 2 * v, 5 * v]).filter(inside);
    return fine.length > 6 ? all.filter(inside) : fine;
  };
  const draw = () => {
    const width = Math.max(220, root.clientWidth), {series, lines, format, label} = data, steps = series[0].values.length;
    const all = [...series.flatMap(({values}) => values), ...lines.map(({value}) => value)].filter((v) => v !== null);
    let low = Math.min(...all), high = Math.max(...all);
    const log = low > 0 && high / low > 6, scale = log ? Math.log10 : (v) => v;
    [low, high] = [scale(low), scale(high)];
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    [low, high] = [low - room, high + room];
    const x = (i) => edge.left + (steps > 1 ? i / (steps - 1) : 0.5) * (width - edge.left - edge.right);
    const y = (v) => edge.top + (high - scale(v)) / (high - low) * (height - edge.top - edge.bottom);
    const marks = log ? decades(low, high) : loom.ticks(low, high, 4);
    const path = (values) => values.map((v, i) => (v === null ? "" : `${x(i).toFixed(1)},${y(v).toFixed(1)}`)).filter(Boolean).join(" ");
    const i = Math.min(at, steps - 1);
    root.innerHTML = `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}: ${series.map(({name, values}) => `${name} ${format(values.at(-1))} at the end`).join(", ")}">
      ${marks.map((v) => `<line class="rule" x1="${edge.left}" x2="${width - edge.right}" y1="${y(v)}" y2="${y(v)}"/><text x="${edge.left - 5}" y="${y(v) + 4}" text-anchor="end">${format(v, true)}</text>`).join("")}
      ${loom.ticks(1, Math.max(steps, 2), 5).filter((t) => t === Math.round(t)).map((t) => `<text x="${x(t - 1)}" y="${height - 8}" text-anchor="middle">${t}</text>`).join("")}
      ${lines.map(({name, value}) => `<line class="target" x1="${edge.left}" x2="${width - edge.right}" y1="${y(value)}" y2="${y(value)}"/><text class="aim" x="${width - edge.right - 2}" y="${y(value) - 3}" text-anchor="end">${name}</text>`).join("")}
      ${series.map(({values, color}) => `<polyline points="${path(values)}" style="stroke:${color}"/>`).join("")}
      ${i >= 0 ? `<line class="here" x1="${x(i)}" x2="${x(i)}" y1="${edge.top}" y2="${height - edge.bottom}"/>` + series.map(({values, color}) => (values[i] === null ? "" : `<circle cx="${x(i)}" cy="${y(values[i])}" r="3.5" style="fill:${color}"/>`)).join("") : ""}
      </svg><p class="key" aria-live="polite">${series.map(({name, values, color}) => `<span style="--color:${color}">${name} ${format(values[i >= 0 ? i : values.length - 1])}</span>`).join("")}<small>${i >= 0 ? `epoch ${i + 1}` : "at the end"}${log ? ", logarithmic scale" : ""}</small></p>`;
  };
  const move = (next) => { if (data && next !== at) { at = Math.max(-1, Math.min(data.series[0].values.length - 1, next)); draw(); } };
  root.addEventListener("pointermove", ({clientX}) => {
    if (!data) return;
    const box = root.getBoundingClientRect(), share = (clientX - box.left - edge.left) / (box.width - edge.left - edge.right);
    move(Math.round(Math.max(0, Math.min(1, share)) * (data.series[0].values.length - 1)));
  });
  root.addEventListener("pointerleave", () => move(-1));
  root.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    move(event.key === "ArrowRight" ? at + 1 : (at < 0 ? data.series[0].values.length : at) - 1);
  });
  new ResizeObserver(() => { if (data && root.offsetParent) draw(); }).observe(root);
  return {draw(next) { data = next; at = -1; draw(); }};
};
