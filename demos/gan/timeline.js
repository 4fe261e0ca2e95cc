// Curves over time, as SVG, with a mark that moves; a click or a drag asks for a place.
//   const timeline = timeline(root, {onSeek: (x, held) => ..., height: 190});
//   timeline.draw({series: [{name, color, values}], lines: [{name, value}], low, high, unit, format, label, title}); timeline.mark(x);
// The values lie evenly between low and high.
import {ticks} from "../web/lib/format.js";

export const timeline = (root, {onSeek, height = 190}) => {
  root.classList.add("loom-timeline");
  const edge = {left: 46, right: 8, top: 8, bottom: 32};
  let data = null;
  let at = null;
  let drawn = null;

  const draw = () => {
    const width = Math.max(200, root.clientWidth);
    const {series, lines = [], low, high, unit, format, label} = data;
    const all = [...series.flatMap(({values}) => values), ...lines.map(({value}) => value)];
    const [bottom, top] = data.range ?? [Math.min(0, ...all), Math.max(...all) * 1.04];
    const x = (v) => edge.left + ((v - low) / (high - low)) * (width - edge.left - edge.right);
    const y = (v) => edge.top + ((top - v) / (top - bottom)) * (height - edge.top - edge.bottom);
    const place = (i, n) => low + (n > 1 ? i / (n - 1) : 0.5) * (high - low);
    root.innerHTML = `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}: ${series.map(({name, values}) => `${name} from ${format(values[0])} to ${format(values.at(-1))}`).join(", ")}">
      ${ticks(bottom, top, 4)
        .map(
          (v) =>
            `<line class="rule" x1="${edge.left}" x2="${width - edge.right}" y1="${y(v)}" y2="${y(v)}"/><text x="${edge.left - 5}" y="${y(v) + 4}" text-anchor="end">${format(v, true)}</text>`,
        )
        .join("")}
      ${ticks(low, high, 6)
        .map((v) => `<text x="${x(v)}" y="${height - edge.bottom + 14}" text-anchor="middle">${v}</text>`)
        .join("")}
      <text x="${(edge.left + width - edge.right) / 2}" y="${height - 4}" text-anchor="middle">${unit}</text>
      ${lines.map(({value, color}) => `<line class="target" style="stroke:${color}" x1="${edge.left}" x2="${width - edge.right}" y1="${y(value)}" y2="${y(value)}"/>`).join("")}
      ${series.map(({values, color}) => `<polyline points="${values.map((v, i) => `${x(place(i, values.length)).toFixed(1)},${y(v).toFixed(1)}`).join(" ")}" style="stroke:${color}"/>`).join("")}
      <line class="here" y1="${edge.top}" y2="${height - edge.bottom}"/>
      </svg><p class="key">${series.map(({name, color}) => `<span style="--color:${color}">${name} <b></b></span>`).join("")}${lines
        .filter(({name}) => name)
        .map(({name, color}) => `<span class="dashed" style="--color:${color}">${name}</span>`)
        .join("")}</p>`;
    drawn = {x, width, here: root.querySelector(".here"), told: [...root.querySelectorAll(".key b")]};
    mark(at ?? high);
  };
  const mark = (v) => {
    at = v;
    if (!drawn) return;
    drawn.here.setAttribute("transform", `translate(${drawn.x(v).toFixed(1)} 0)`);
    data.series.forEach(({values}, s) => {
      const i = Math.round(((v - data.low) / (data.high - data.low)) * (values.length - 1));
      drawn.told[s].textContent = data.format(values[Math.max(0, Math.min(values.length - 1, i))]);
    });
  };
  let held = false;
  let last = null;
  const seek = (event) => {
    last = event;
    const {clientX} = event;
    const share = (clientX - root.getBoundingClientRect().left - edge.left) / (drawn.width - edge.left - edge.right);
    onSeek(data.low + Math.max(0, Math.min(1, share)) * (data.high - data.low), held);
  };
  root.addEventListener("pointerdown", (event) => {
    if (drawn && event.target.closest("svg")) {
      held = true;
      root.setPointerCapture(event.pointerId);
      seek(event);
    }
  });
  root.addEventListener("pointermove", (event) => {
    if (held) seek(event);
  });
  for (const end of ["pointerup", "pointercancel"])
    root.addEventListener(end, () => {
      if (held) {
        held = false;
        seek(last);
      }
    });
  new ResizeObserver(() => {
    if (data && root.offsetParent && drawn?.width !== Math.max(200, root.clientWidth)) draw();
  }).observe(root);
  return {
    draw(next) {
      data = next;
      at = null;
      draw();
    },
    mark,
  };
};
