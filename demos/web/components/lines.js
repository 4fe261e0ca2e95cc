// Curves over any axis, as SVG, with a mark at the place shown; a click or a drag moves there.
//   const lines = loom.lines(element, {label, onSeek: (k) => ...});
//   lines.draw({x, series: [{name, values, color, dashed}], xName, format, range: [low, high], log, until});  lines.at = k;
// x: increasing numbers, one a value; range: of the values, else theirs; until: the last x of the axis, while curves grow.
loom.lines = (root, {label, onSeek = null}) => {
  root.classList.add("loom-lines");
  const edge = {left: 44, right: 10, top: 8, bottom: 34};
  let data = null, at = -1, place = null;

  const plain = (v) => String(Number(v.toPrecision(6)));
  const bounds = () => {
    const all = data.series.flatMap(({values}) => values).filter((v) => Number.isFinite(v) && (!data.log || v > 0)), scale = data.log ? Math.log10 : (v) => v;
    if (data.range) return data.range.map(scale);
    const low = scale(Math.min(...all)), high = scale(Math.max(...all)), room = (high - low || 1) * 0.07;
    return [data.log ? low - room : Math.min(0, low), high + room];
  };
  const draw = () => {
    if (!data || !root.clientWidth) return;
    const width = root.clientWidth, height = root.clientHeight, {x, series, format = plain} = data, [low, high] = bounds();
    const scale = data.log ? (v) => Math.log10(Math.max(v, 1e-9)) : (v) => v, last = data.until ?? x.at(-1);
    place = {
      x: (v) => edge.left + (v - x[0]) / (last - x[0] || 1) * (width - edge.left - edge.right),
      y: (v) => edge.top + (high - scale(v)) / (high - low) * (height - edge.top - edge.bottom), height,
      back: (px) => x[0] + (px - edge.left) / (width - edge.left - edge.right) * (last - x[0]),
    };
    let marks = loom.ticks(low, high, 4);
    if (data.log) {
      const decades = Array.from({length: Math.floor(high) - Math.floor(low) + 1}, (_, k) => 10 ** (Math.floor(low) + k));
      marks = (decades.length > 3 ? decades : decades.flatMap((v) => [v, 2 * v, 5 * v])).filter((v) => Math.log10(v) > low && Math.log10(v) < high);
      if (marks.length < 2) marks = loom.ticks(10 ** low, 10 ** high, 3);
    }
    const path = (values) => values.map((v, k) => (v === null ? "" : `${place.x(x[k]).toFixed(1)},${place.y(v).toFixed(1)}`)).filter(Boolean).join(" ");
    const told = series.map(({name, values}) => `${name} from ${format(values[0])} to ${format(values.at(-1))}`).join(", ");
    root.innerHTML = `<svg width="${width}" height="${height}" role="img" aria-label="${label}: ${told}">
      ${marks.map((v) => `<line class="rule" x1="${edge.left}" x2="${width - edge.right}" y1="${place.y(v)}" y2="${place.y(v)}"/><text x="${edge.left - 5}" y="${place.y(v) + 4}" text-anchor="end">${plain(v)}</text>`).join("")}
      ${loom.ticks(x[0], last, width < 340 ? 4 : 8).map((v) => `<text x="${place.x(v)}" y="${height - 19}" text-anchor="middle">${plain(v)}</text>`).join("")}
      <text x="${(edge.left + width - edge.right) / 2}" y="${height - 4}" text-anchor="middle">${data.xName}</text>
      ${series.map(({values, color, dashed}) => `<polyline points="${path(values)}" style="stroke:${color}"${dashed ? ' stroke-dasharray="5 4"' : ""}/>`).join("")}
      <line class="here" y1="${edge.top}" y2="${height - edge.bottom}"/>${series.map(({color}) => `<circle r="3.5" style="fill:${color}"/>`).join("")}</svg>`;
    mark();
  };
  const mark = () => {
    if (!place) return;
    const line = root.querySelector(".here"), dots = root.querySelectorAll("circle"), shown = at >= 0 && at < data.x.length, px = shown ? place.x(data.x[at]) : -9;
    line.setAttribute("x1", px);
    line.setAttribute("x2", px);
    dots.forEach((dot, s) => {
      const v = shown ? data.series[s].values[at] ?? null : null;
      dot.setAttribute("cx", v === null || data.series[s].dashed ? -9 : px);
      dot.setAttribute("cy", v === null ? -9 : place.y(v));
    });
  };
  const seek = ({clientX}) => {
    const v = place.back(clientX - root.getBoundingClientRect().left), far = data.x.map((u) => Math.abs(u - v));
    onSeek(far.indexOf(Math.min(...far)));
  };
  if (onSeek) {
    root.classList.add("seeks");
    root.addEventListener("pointerdown", (event) => { if (place) { root.setPointerCapture(event.pointerId); seek(event); } });
    root.addEventListener("pointermove", (event) => { if (root.hasPointerCapture(event.pointerId)) seek(event); });
  }
  new ResizeObserver(() => draw()).observe(root);
  return {
    draw(next) { data = next; draw(); },
    get at() { return at; },
    set at(k) { at = k; mark(); },
  };
};
