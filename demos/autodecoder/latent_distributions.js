// The distributions of all numbers of a code, side by side over their prior: a pointer or a step chooses one of them.
//   const bands = latentDistributions(element, {onPick: (k) => ...});
//   bands.draw({family, name, ink, mean, std, nats, byNats});  bands.at = k;  bands.step(1);  bands.first
// DISTRIBUTIONS: what a family's distributions look like, given mean and standard deviation.
const EDGE = Math.sqrt(3); // from the middle of a uniform distribution to its end, in standard deviations
export const DISTRIBUTIONS = {
  "vad-gaussian": {
    words: "mean ± 1 and ± 2 standard deviations",
    prior: [0, 1],
    low: (m, s) => m - 2 * s,
    high: (m, s) => m + 2 * s,
    at: (v, m, s) => Math.exp(-(((v - m) / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI)),
  },
  "vad-exponential": {
    words: "density, darker is likelier, and mean",
    prior: [1, 1],
    low: () => 0,
    high: (m) => 3 * m,
    at: (v, m) => Math.exp(-v / m) / m,
  },
  "vad-uniform": {
    words: "interval and mean",
    prior: [0, 1],
    low: (m, s) => m - EDGE * s,
    high: (m, s) => m + EDGE * s,
    at: (v, m, s) => (Math.abs(v - m) <= EDGE * s + 1e-9 ? 1 / (2 * EDGE * s) : 0),
  },
};

export const latentDistributions = (root, {onPick}) => {
  const edge = {left: 34, right: 6, top: 6, bottom: 18};
  let data = null;
  let order = [];
  let place = null;
  let at = null;

  // one number, or the prior under all, as a column from x0 to x1
  const band = (y, x0, x1, m, s, strong) => {
    const law = DISTRIBUTIONS[data.family];
    const color = strong ? data.ink : "#808080";
    const box = (left, right, a, b, more) =>
      `<rect x="${left.toFixed(1)}" width="${(right - left).toFixed(1)}" y="${y(b).toFixed(1)}" height="${Math.max(1, y(a) - y(b)).toFixed(1)}" ${more}/>`;
    if (data.family === "vad-exponential")
      return box(x0, x1, law.low(m, s), law.high(m, s), `fill="url(#auto-${strong ? "ink" : "prior"})"`);
    if (data.family === "vad-uniform")
      return box(x0, x1, law.low(m, s), law.high(m, s), `fill="${color}" opacity="${strong ? 0.75 : 0.16}"`);
    const mid = (x0 + x1) / 2;
    const thin = strong ? Math.max(1, (x1 - x0) * 0.22) : (x1 - x0) / 2;
    return (
      box(mid - thin, mid + thin, law.low(m, s), law.high(m, s), `fill="${color}" opacity="${strong ? 0.4 : 0.1}"`) +
      box(x0, x1, m - s, m + s, `fill="${color}" opacity="${strong ? 0.75 : 0.12}"`)
    );
  };
  const fade = (id, color, most) =>
    `<linearGradient id="auto-${id}" x1="0" y1="1" x2="0" y2="0">${[0, 0.15, 0.3, 0.5, 0.75, 1].map((t) => `<stop offset="${t}" stop-color="${color}" stop-opacity="${(most * Math.exp(-3 * t)).toFixed(3)}"/>`).join("")}</linearGradient>`;
  const reach = () => {
    // of the axis: the prior and nearly all numbers; a few may lie far off
    const law = DISTRIBUTIONS[data.family];
    const own = [law.low(...law.prior), law.high(...law.prior)];
    const middle = (list, share) => list.sort((a, b) => a - b)[Math.floor(share * (list.length - 1))];
    const lows = order.map((k) => law.low(data.mean[k], data.std[k]));
    const highs = order.map((k) => law.high(data.mean[k], data.std[k]));
    return [
      Math.min(own[0], 1.3 * middle([...lows, own[0]], 0.03)),
      Math.max(own[1], 1.3 * middle([...highs, own[1]], 0.97)),
    ];
  };
  const draw = () => {
    if (!data || !root.clientWidth) return;
    const law = DISTRIBUTIONS[data.family];
    const {mean, std, nats} = data;
    const {clientWidth: width, clientHeight: height} = root;
    const step = (width - edge.left - edge.right) / order.length;
    const [low, high] = reach();
    const room = 0.04 * (high - low);
    const y = (v) =>
      edge.top +
      ((high + room - Math.max(low - room, Math.min(high + room, v))) / (high - low + 2 * room)) *
        (height - edge.top - edge.bottom);
    const x = (i) => edge.left + (i + 0.5) * step;
    place = {x, step};
    const apart = [0.5, 1, 2, 5, 10, 20, 50, 100].find((unit) => (high - low) / unit < 8) ?? (high - low) / 4;
    const first = Math.ceil((low - room) / apart);
    const rules = Array.from({length: Math.floor((high + room) / apart) - first + 1}, (_, k) => (first + k) * apart);
    root.innerHTML = `<svg width="${width}" height="${height}" role="img" aria-label="${data.name}: ${law.words} of ${order.length} numbers; ${nats.filter((v) => v > 0.1).length} of them are more than 0.1 nats from the prior">
      <defs>${fade("ink", data.ink, 1)}${fade("prior", "#808080", 0.3)}</defs>
      ${band(y, edge.left, width - edge.right, ...law.prior, false)}
      ${rules.map((v) => `<line class="rule" x1="${edge.left}" x2="${width - edge.right}" y1="${y(v)}" y2="${y(v)}"/><text x="${edge.left - 5}" y="${y(v) + 4}" text-anchor="end">${v}</text>`).join("")}
      <line class="here" y1="${edge.top}" y2="${height - edge.bottom}"/>
      ${order.map((k, i) => `${band(y, x(i) - step * 0.36, x(i) + step * 0.36, mean[k], std[k], true)}<line class="mean" x1="${x(i) - step * 0.45}" x2="${x(i) + step * 0.45}" y1="${y(mean[k])}" y2="${y(mean[k])}"/>`).join("")}
      <line class="prior" x1="${edge.left}" x2="${width - edge.right}" y1="${y(law.prior[0])}" y2="${y(law.prior[0])}"/>
      <text x="${edge.left}" y="${height - 4}">${law.words}; grey: the prior, its mean dashed</text>
      <text x="${width - edge.right}" y="${height - 4}" text-anchor="end">${nats.reduce((a, b) => a + b, 0).toFixed(1)} nats from the prior in all</text></svg>`;
    mark();
  };
  const mark = () => {
    const line = root.querySelector(".here");
    const px = place?.x(order.indexOf(at));
    if (!line || at === null) return;
    line.setAttribute("x1", px);
    line.setAttribute("x2", px);
    line.style.strokeWidth = place.step;
  };
  const pick = (k) => {
    at = k;
    mark();
    onPick(k);
  };
  root.addEventListener("pointermove", ({clientX}) => {
    if (!place) return;
    const i = Math.floor((clientX - root.getBoundingClientRect().left - edge.left) / place.step);
    if (i >= 0 && i < order.length && order[i] !== at) pick(order[i]);
  });
  new ResizeObserver(draw).observe(root);
  return {
    draw(next) {
      data = next;
      order = data.mean.map((_, k) => k);
      if (data.byNats) order.sort((j, k) => data.nats[k] - data.nats[j]);
      draw();
    },
    get first() {
      return order[0];
    },
    set at(k) {
      pick(k);
    },
    step: (by) => pick(order[(order.indexOf(at) + by + order.length) % order.length]),
  };
};
