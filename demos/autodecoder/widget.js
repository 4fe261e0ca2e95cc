const find = (selector) => element.querySelector(selector), all = (selector) => [...element.querySelectorAll(selector)];
const {classes, colors, models, magnitudes, alphas, draws, steps: [FEWEST, MOST], starts, seeds, neighbours} = props;
const notice = loom.notice(find(".loom-notice"));
const NAMES = {ad: "AD", "vad-gaussian": "Gaussian VAD", "vad-exponential": "Exponential VAD", "vad-uniform": "Uniform VAD"};
const INKS = {ad: "#d9772b", "vad-gaussian": "#4477cc", "vad-exponential": "#b0489a", "vad-uniform": "#2a9d8f"};
const VIEWS = {magnitude: "Magnitude", try: "Codes to try", learned: "Learned distribution", fit: "Fit a code", map: "Map of codes", path: "Between two"};
const FROM = {nothing: "a code of zeros", guess: "a linear guess"};
const families = models.filter((name) => name !== "ad"), HALF = Math.round((magnitudes - 1) / 2), WHOLE = 2 / (magnitudes - 1);
const start = {
  view: "magnitude", image: 900, magnitude: HALF, seed: 0, training: 0, family: families[0], sort: "nats", draw: 0, dimension: null,
  model: models[0], steps: 100, start: starts[0], left: models[0], right: models[1], a: 112, b: 634, alpha: Math.round((alphas - 1) / 2), shown: 3,
};
const presets = {
  magnitude: {"An ankle boot": {}, "Half of a shirt": {image: 603, magnitude: HALF / 2}, "Half as much again": {image: 703, magnitude: HALF * 1.5}, "Nothing at all": {magnitude: 0}, "Twice": {magnitude: magnitudes - 1}},
  fit: {"A sandal": {image: 500}, "A bag by all four": {image: 803, every: true}, "From a linear guess": {start: "guess", image: 600}, "A face": {face: true}},
  learned: {},
  path: {"Trouser to shirt": {}, "Sneaker to ankle boot": {a: 700, b: 900, shown: 9}, "T-shirt to coat": {a: 0, b: 400, shown: 2}, "Bag to sandal": {a: 800, b: 500, shown: 7}},
};
let state = structuredClone(start), sample = null, gallery = null, training = null, stretched = null, tried = null, known = null, way = null;
const fits = new Map();  // by request: {frames, mse}

// ---- small things
const option = (value, words, chosen) => `<option value="${value}"${value === chosen ? " selected" : ""}>${words}</option>`;
const choose = (group, entries, chosen) => {
  group.innerHTML = Object.entries(entries).map(([key, words]) =>
    `<button type="button" role="radio" data-key="${key}" aria-checked="${key === chosen}" tabindex="${key === chosen ? 0 : -1}">${words}</button>`).join("");
};
const mark = (group, chosen) => [...group.children].forEach((button) => {
  button.setAttribute("aria-checked", String(button.dataset.key === chosen));
  button.tabIndex = button.dataset.key === chosen ? 0 : -1;
});
const ready = (view) => { if (state.view === view) find(".auto-main").dataset.ready = view; };
const waiting = () => { delete find(".auto-main").dataset.ready; };
const fail = (error) => notice.say(error);
const best = (probs) => probs.indexOf(Math.max(...probs));
const called = (probs) => `${classes[best(probs)]} ${loom.percent(Math.max(...probs))}`;
const named = (name) => `<span class="auto-name" style="--color:${INKS[name]}">${NAMES[name]}</span>`;
const pick = (names) => Object.fromEntries(names.map((name) => [name, NAMES[name]]));

// ---- magnitude: everything the slider shows is here before it moves
find(".auto-five").innerHTML = `<figure><canvas role="img"></canvas><figcaption><b>the test image</b><br><small class="whose"></small></figcaption></figure>`
  + models.map((name) => `<figure><canvas role="img"></canvas><figcaption>${named(name)}<br><small></small></figcaption></figure>`).join("");
const [whole, ...faces] = all(".auto-five figure").map((figure) => ({canvas: figure.querySelector("canvas"), says: figure.querySelector("small")}));
const stretch = loom.player(find(".auto-stretch"), {
  label: "magnitude of the code, from 0 to 2 times as it was fitted", rate: 14, steps: false, name: (k) => `× ${(k * WHOLE).toFixed(2)}`, paint(k) {
    state.magnitude = k;
    if (!stretched) return;
    faces.forEach(({canvas, says}, m) => {
      stretched.sprite.paint(m * magnitudes + k, canvas);
      says.textContent = `error ${stretched.errors[m][k].toFixed(4)} · length ${(stretched.lengths[m] * k * WHOLE).toFixed(1)}`;
      canvas.setAttribute("aria-label", `${NAMES[models[m]]} at magnitude ${(k * WHOLE).toFixed(2)}: error ${stretched.errors[m][k].toFixed(4)}`);
    });
    errors.at = edges.at = k;
  },
});
stretch.count = magnitudes;
find(".auto-marks").innerHTML = [[0, "0 nothing"], [0.5, "0.5"], [1, "1 as fitted"], [1.5, "1.5"], [2, "2"]].map(([value, words]) =>
  `<button type="button" data-magnitude="${value}" style="--at:${value / 2}">${words}</button>`).join("");
const ruler = find(".auto-stretch input");
new ResizeObserver(() => {  // the marks stand under the slider's own places
  const marks = find(".auto-marks"), thumb = 8;
  Object.assign(marks.style, {marginLeft: `${ruler.offsetLeft - find(".auto-stretch").offsetLeft + thumb}px`, width: `${ruler.offsetWidth - 2 * thumb}px`});
}).observe(ruler);
const errors = loom.lines(find("[data-chart=errors]"), {label: "Error against magnitude", onSeek: (k) => { stretch.at = k; }});
const edges = loom.lines(find("[data-chart=edges]"), {label: "Clarity against magnitude", onSeek: (k) => { stretch.at = k; }});
const overModels = (values) => models.map((name, m) => ({name: NAMES[name], values: values[m], color: INKS[name]}));
const loadMagnitudes = loom.pump(server.load_magnitudes, async (answer, {image}) => {
  const sprite = await loom.sprite(answer.sprite, answer.columns);
  if (image !== state.image) return;
  notice.clear();
  stretched = {...answer, image, sprite};
  const x = Array.from({length: magnitudes}, (_, k) => k * WHOLE), xName = "magnitude, times the fitted code";
  errors.draw({x, xName, series: overModels(answer.errors)});
  edges.draw({x, xName, series: overModels(answer.edges)});
  stretch.refresh();
  ready("magnitude");
}, fail);
function openMagnitude() {
  sample.sprite.paint(state.image, whole.canvas);
  whole.canvas.setAttribute("aria-label", `test image ${sample.index[state.image]}, ${classes[sample.labels[state.image]]}`);
  whole.says.textContent = `${classes[sample.labels[state.image]]}, no. ${sample.index[state.image]}`;
  stretch.at = state.magnitude;
  if (stretched?.image === state.image) ready("magnitude"); else { waiting(); loadMagnitudes({image: state.image}); }
}

// ---- codes to try
const bars = loom.bars(find(".auto-look .bars"), classes, colors);
const codeName = (k) => (k === 0 ? "zeros" : k === 1 ? "ones" : `draw ${k - 1}`);
function showTried(m, k) {
  all("[data-only=try] .auto-sheet button").forEach((cell) => cell.setAttribute("aria-pressed", String(Number(cell.dataset.m) === m && Number(cell.dataset.k) === k)));
  tried.sprite.paint(m * (2 + draws) + k, find(".auto-look .big"));
  find(".auto-look .what").textContent = `${NAMES[models[m]]}: ${k < 2 ? `128 ${codeName(k)}` : codeName(k)}`;
  bars.show(tried.probs[m][k]);
}
const loadDraws = loom.pump(server.load_draws, async (answer, {seed}) => {
  const sprite = await loom.sprite(answer.sprite, answer.columns);
  if (seed !== state.seed) return;
  notice.clear();
  tried = {...answer, seed, sprite};
  const sure = answer.probs.map((row) => row.slice(2).reduce((sum, probs) => sum + Math.max(...probs), 0) / draws);
  find("[data-only=try] .auto-sheet").innerHTML = `<div aria-hidden="true"><span></span>${Array.from({length: 2 + draws}, (_, k) => `<span>${codeName(k)}</span>`).join("")}</div>`
    + models.map((name, m) => `<div><span>${named(name)}<small>the classifier is ${loom.percent(sure[m])} sure of its draws</small></span>${answer.probs[m].map((probs, k) =>
      `<button type="button" data-m="${m}" data-k="${k}" aria-label="${NAMES[name]}, ${codeName(k)}: the classifier says ${called(probs)}"><canvas width="28" height="28"></canvas><small>${called(probs)}</small></button>`).join("")}</div>`).join("");
  all("[data-only=try] .auto-sheet button").forEach((cell) => sprite.paint(cell.dataset.m * (2 + draws) + Number(cell.dataset.k), cell.firstChild));
  showTried(1, 2);
  ready("try");
}, fail);
const openTry = () => (tried?.seed === state.seed ? ready("try") : loadDraws({seed: state.seed}));
for (const kind of ["pointerover", "focusin"]) find("[data-only=try] .auto-sheet").addEventListener(kind, ({target}) => {
  const cell = target.closest("button");
  if (cell) showTried(Number(cell.dataset.m), Number(cell.dataset.k));
});

// ---- the learned distribution of one code
const density = loom.lines(find("[data-chart=density]"), {label: "Density of one number of the code"});
const bands = loom.bands(find(".auto-dimensions"), {onPick: (k) => showDimension(k)});
const isLearned = () => ({
  family: state.family, name: NAMES[state.family], ink: INKS[state.family], byNats: state.sort === "nats",
  ...Object.fromEntries(["mean", "std", "nats"].map((key) => [key, known[key][families.indexOf(state.family)]])),
});
function drawDimensions() {
  if (!known) return;
  bands.draw(isLearned());
  bands.at = state.dimension ?? bands.first;
}
function showDimension(k) {
  state.dimension = k;
  const {family, mean, std, nats, ink} = isLearned(), law = loom.laws[family], m = mean[k], s = std[k];
  find(".dimension").textContent = `z${k + 1}: mean ${m.toFixed(2)}, spread ${s.toFixed(2)}, ${nats[k].toFixed(2)} nats from the prior`;
  const ends = [law.low(m, s), law.high(m, s), law.low(...law.prior), law.high(...law.prior)], wide = family === "vad-gaussian" ? 0.6 : 0.1;
  const low = family === "vad-exponential" ? 0 : Math.min(...ends) - wide, high = Math.max(...ends) + wide;
  const x = Array.from({length: 181}, (_, j) => low + (j / 180) * (high - low));
  if (family === "vad-uniform") x.push(...ends.flatMap((v) => [v - 1e-6, v + 1e-6]));
  x.sort((a, b) => a - b);
  density.draw({x, xName: `value of z${k + 1}`, series: [
    {name: "prior", values: x.map((v) => law.at(v, ...law.prior)), color: "#8a8f98", dashed: true}, {name: "learned", values: x.map((v) => law.at(v, m, s)), color: ink}]});
}
const loadLearned = loom.pump(server.load_learned, async (answer, {image, seed}) => {
  const sprite = await loom.sprite(answer.sprite, answer.columns), sheet = find(".auto-draws .auto-sheet");
  if (image !== state.training || seed !== state.draw) return;
  notice.clear();
  known = {...answer, image, seed};
  sheet.innerHTML = `<div><span></span><span>image</span><span>mean</span>${Array.from({length: draws}, (_, k) => `<span>${k + 1}</span>`).join("")}</div>`
    + families.map((name) => `<div><span>${named(name).replace(" VAD", "")}</span>${`<canvas width="28" height="28" role="img" aria-label="${NAMES[name]}"></canvas>`.repeat(2 + draws)}</div>`).join("");
  sheet.querySelectorAll("div").forEach((row, f) => row.querySelectorAll("canvas").forEach((canvas, k) =>
    (k ? sprite.paint((f - 1) * (1 + draws) + k - 1, canvas) : training.sprite.paint(image, canvas))));
  drawDimensions();
  ready("learned");
}, fail);
async function openLearned() {
  if (!training) {
    const answer = await loom.ask(server.load_training);
    if (answer.error) return fail(answer.error);
    const sprite = await loom.sprite(answer.sprite, answer.columns);
    training = {...answer, sprite, classes, noun: "training image", index: answer.labels.map((_, i) => i)};
    training.gallery = loom.gallery(find(".training"), {sample: training, colors, onPick: (i) => { state.training = i; state.dimension = null; openLearned(); }});
    const {dimension} = state;
    training.gallery.select(Math.min(state.training, answer.labels.length - 1));
    state.dimension = dimension;  // the one a link asks for
    return;
  }
  mark(find("[data-family]"), state.family);
  find("[data-sort]").value = state.sort;
  if (known?.image === state.training && known.seed === state.draw) { drawDimensions(); ready("learned"); } else { waiting(); loadLearned({image: state.training, seed: state.draw}); }
}

// ---- a fit, live: frames come in handfuls and stay
let target = null, current = null;  // the picture's bytes; the fit shown
const request = (model) => ({checkpoint: model, pixels: loom.encode(target), steps: state.steps, start: state.start});
const stepping = loom.player(find(".auto-steps"), {
  label: "step of the fit", rate: 30, steps: false, name: (k) => `step ${k} of ${state.steps}`, paint(k) {
    const frame = current?.frames[k];
    if (!frame) return;
    loom.paint(find("[data-fit=now]"), frame);
    loom.paintDifference(find("[data-fit=rest]"), frame, target, 2);
    find(".now").innerHTML = `${named(current.model)} at step ${k}: error <b>${current.mse[k].toFixed(4)}</b>`;
    loss.at = k;
  },
});
const loss = loom.lines(find("[data-chart=loss]"), {label: "Mean squared error, step by step", onSeek: (k) => { stepping.at = k; }});
const fitOf = (model) => fits.get(JSON.stringify(request(model)));
function drawLoss() {
  const series = models.flatMap((name) => (fitOf(name)?.mse.length ? [{name: NAMES[name], values: fitOf(name).mse, color: INKS[name]}] : []));
  if (!series.length) return;
  const ahead = series.findIndex(({name}) => name === NAMES[current.model]);
  series.push(...series.splice(ahead, 1));  // the one shown lies on top
  loss.draw({x: Array.from({length: state.steps + 1}, (_, k) => k), xName: "step (mean squared error, logarithmic)", series, log: true});
  const ends = models.map((name) => { const entry = fitOf(name); return entry?.mse.length > state.steps ? entry.mse.at(-1) : null; }), most = Math.max(...ends, 1e-9);
  find(".results").innerHTML = models.map((name, m) => `<div>${named(name)}<span class="bullet" style="--color:${INKS[name]}"><b style="width:${100 * (ends[m] ?? 0) / most}%"></b></span><span>${ends[m] === null ? "–" : ends[m].toFixed(4)}</span></div>`).join("");
}
async function runFit(model, show = true) {
  const wanted = request(model), key = JSON.stringify(wanted), entry = fits.get(key) ?? {model, frames: [], mse: []};
  fits.set(key, entry);
  if (fits.size > 40) fits.delete(fits.keys().next().value);
  if (show) { current = entry; stepping.stop(); }
  const mine = (runFit.turn = show ? (runFit.turn ?? 0) + 1 : runFit.turn);
  while (entry.mse.length <= wanted.steps) {
    const answer = await loom.ask(server.follow_fit, {...wanted, since: entry.mse.length});
    if (mine !== runFit.turn) return;
    if (answer.error) return fail(answer.error);
    const bytes = loom.decode(answer.frames);
    answer.mse.forEach((mse, k) => { entry.mse.push(mse); entry.frames.push(bytes.subarray(784 * k, 784 * (k + 1))); });
    if (entry === current) { stepping.count = wanted.steps + 1; stepping.at = entry.mse.length - 1; }
    drawLoss();
  }
  notice.clear();
  stepping.count = wanted.steps + 1;
  if (entry === current && fresh !== null) { stepping.at = Math.min(fresh, wanted.steps); fresh = null; } else if (entry === current) stepping.at = wanted.steps;
  drawLoss();
  ready("fit");
}
let fresh = null;  // the step a link asks for
async function fitAll() {
  const shown = current?.model ?? models[0], turn = () => runFit.turn;
  await runFit(shown);
  const mine = turn();
  for (const name of models) if (mine === turn()) await runFit(name, false);
}
function aim(bytes) {
  target = Uint8Array.from(bytes);
  loom.paint(find("[data-fit=target]"), target);
}
function openFit() {
  mark(find("[data-model]"), state.model);
  Object.assign(find("[data-steps]"), {value: state.steps});
  find("[data-steps]").nextElementSibling.textContent = state.steps;
  find("[data-start]").value = state.start;
  if (!state.pixels) aim(sample.sprite.pixels(state.image));
  return runFit(state.model);
}
const pad = loom.pad(find(".auto-pad"), {
  onRelease(pixels) {
    if (pixels.every((value) => value === 0)) return notice.say("The pad is empty: draw something, or take a test image.");
    takePixels(pixels, false);
  },
});
function takePixels(pixels, onPad = true) {
  notice.clear();
  state.pixels = loom.encode(Uint8Array.from(pixels));
  gallery.unselect();
  aim(pixels);
  showSource("pad");
  if (onPad) pad.put(pixels);
  if (state.view === "fit") openFit(); else show("fit");
}
const showSource = (from) => {
  const drawing = from === "pad" && state.view === "fit";
  mark(find("[data-source]"), from);
  find(".auto-pad").hidden = !drawing;
  find(".gallery").hidden = drawing;
};
loom.upload(find(".auto-source"), {call: server.read_upload, onPixels: takePixels, fail});
function face() {  // no clothing: a round face with two eyes and a mouth
  return Uint8Array.from({length: 784}, (_, i) => {
    const x = (i % 28) - 13.5, y = Math.floor(i / 28) - 13.5, r = Math.hypot(x, y);
    const eye = Math.hypot(Math.abs(x) - 4.5, y + 3.5) < 1.8, mouth = y > 2 && Math.abs(Math.hypot(x, y) - 7) < 1;
    return r > 12 ? 0 : eye || mouth ? 20 : 230;
  });
}

// ---- t-SNE of the codes
const layouts = {}, clouds = [];
let hidden = new Set(), kept = -1;
const filled = (points) => {  // made to fill -1 to 1
  const lows = [0, 1].map((c) => Math.min(...points.filter((_, k) => k % 2 === c))), highs = [0, 1].map((c) => Math.max(...points.filter((_, k) => k % 2 === c)));
  const half = Math.max(highs[0] - lows[0], highs[1] - lows[1]) / 2;
  return Float32Array.from(points, (v, k) => (v - (lows[k % 2] + highs[k % 2]) / 2) / half);
};
const light = (i) => clouds.forEach((cloud) => cloud.light(i));
async function drawMap(side) {
  const name = state[side], figure = find(`[data-side=${side}]`), says = figure.querySelector("figcaption");
  if (!layouts[name]) {
    says.textContent = "t-SNE lays out 1,000 codes…";
    const answer = await loom.ask(server.load_layout, {checkpoint: name});
    if (answer.error) { says.textContent = "no map"; fail(answer.error); return false; }
    layouts[name] = {...answer, points: filled(answer.points)};
  }
  if (state[side] !== name) return false;
  const {points, own, shown, ch} = layouts[name];
  says.innerHTML = `${named(name)}: of <b>${loom.percent(own)}</b> of the codes the ${neighbours} nearest are mostly of their class; on the map <b>${loom.percent(shown)}</b>, Calinski-Harabasz ${ch.toFixed(0)}`;
  await clouds[side === "left" ? 0 : 1].draw({labels: sample.labels, places: sample.labels.map((_, i) => i), points, dimensions: 2, titles: null, hidden});
  return true;
}
async function openMap() {
  if (!clouds.length) {
    try { await loom.script(props.plotly); } catch (error) { return fail(error.message); }
    if (!clouds.length) {
      find(".auto-maps").innerHTML = ["left", "right"].map((side) => `<figure data-side="${side}"><select aria-label="Model of the ${side} map">${models.map((name) => option(name, NAMES[name], state[side])).join("")}</select>
        <div class="embedding" tabindex="0" role="application" aria-label="Map of codes, ${side}: up and down walk through the images"></div><figcaption></figcaption></figure>`).join("");
      all(".auto-maps figure").forEach((figure) => {
        clouds.push(loom.cloud(figure.querySelector(".embedding"), {classes, colors, sprite: sample.sprite, onHover: (i) => light(i >= 0 ? i : kept), onPick: (i) => { kept = i === kept ? -1 : i; light(kept); }}));
        figure.querySelector("select").addEventListener("change", ({target}) => { state[figure.dataset.side] = target.value; drawMap(figure.dataset.side); });
      });
    }
  }
  all(".auto-maps figure").forEach((figure) => { figure.querySelector("select").value = state[figure.dataset.side]; });
  drawChips();
  const done = await Promise.all(["left", "right"].map(drawMap));
  if (!done.every(Boolean)) return;
  light(kept);
  ready("map");
}
function drawChips() {
  find("[data-only=map] .chips").innerHTML = classes.map((name, k) => `<button type="button" data-k="${k}" aria-pressed="${!hidden.has(k)}" style="--color:${colors[k]}">${name}</button>`).join("");
}
const walkImages = (by) => { kept = ((kept < 0 ? 0 : kept + by) + sample.labels.length) % sample.labels.length; light(kept); };

// ---- from one code to another
const SHOWN = 11, gap = (alphas - 1) / (SHOWN - 1);
find(".auto-ways").innerHTML = models.map((name) => `<div class="auto-way">${named(name)}<canvas class="big" width="28" height="28" role="img"></canvas>
  <div class="strip">${Array.from({length: SHOWN}, (_, k) => `<button type="button" data-alpha="${k * gap}" aria-label="${NAMES[name]} at alpha ${(k / (SHOWN - 1)).toFixed(1)}"><canvas width="28" height="28"></canvas></button>`).join("")}</div><span class="says"></span></div>`).join("");
const ways = all(".auto-way").map((row) => ({big: row.querySelector(".big"), strip: [...row.querySelectorAll(".strip canvas")], says: row.querySelector(".says")}));
const walking = loom.player(find(".auto-alpha"), {
  label: "alpha, from 0, the first image, to 1, the second", rate: 12, steps: false, name: (k) => `α = ${(k / (alphas - 1)).toFixed(3).replace(/0$/, "")}`, paint(k) {
    state.alpha = k;
    if (!way) return;
    ways.forEach(({big, says}, m) => {
      const probs = way.probs[m][k];
      way.sprite.paint(m * alphas + k, big);
      big.setAttribute("aria-label", `${NAMES[models[m]]} at alpha ${(k / (alphas - 1)).toFixed(2)}: ${called(probs)}`);
      says.innerHTML = `<b>${called(probs)}</b><br>${classes[state.shown]} ${loom.percent(probs[state.shown])}`;
    });
    all(".auto-way .strip button").forEach((button) => button.setAttribute("aria-pressed", String(Math.abs(button.dataset.alpha - k) < gap / 2)));
    chance.at = k;
  },
});
walking.count = alphas;
const chance = loom.lines(find("[data-chart=way]"), {label: "Probability along the way", onSeek: (k) => { walking.at = k; }});
function drawChance() {
  chance.draw({x: Array.from({length: alphas}, (_, k) => k / (alphas - 1)), xName: "α, from the first image's code to the second's", range: [-0.03, 1.05],
    series: models.map((name, m) => ({name: NAMES[name], values: way.probs[m].map((probs) => probs[state.shown]), color: INKS[name]}))});
}
const loadPath = loom.pump(server.load_path, async (answer, {a, b}) => {
  const sprite = await loom.sprite(answer.sprite, answer.columns);
  if (a !== state.a || b !== state.b) return;
  notice.clear();
  way = {...answer, a, b, sprite};
  ways.forEach(({strip}, m) => strip.forEach((canvas, k) => sprite.paint(m * alphas + k * gap, canvas)));
  drawChance();
  walking.refresh();
  ready("path");
}, fail);
function openPath() {
  all(".auto-ends [data-end]").forEach((box) => {
    const i = state[box.dataset.end];
    box.querySelector("select").value = sample.labels[i];
    sample.sprite.paint(i, box.querySelector("canvas"));
    box.querySelector("canvas").setAttribute("aria-label", `test image ${sample.index[i]}, ${classes[sample.labels[i]]}`);
  });
  find("[data-class]").value = state.shown;
  walking.at = state.alpha;
  if (way?.a === state.a && way.b === state.b) { drawChance(); ready("path"); } else { waiting(); loadPath({a: state.a, b: state.b}); }
}
const another = (i, by) => {  // the next image of the same class
  const members = sample.labels.flatMap((label, j) => (label === sample.labels[i] ? [j] : []));
  return members[(members.indexOf(i) + by + members.length) % members.length];
};

// ---- views, controls, keyboard
const open = {magnitude: openMagnitude, try: openTry, learned: openLearned, fit: openFit, map: openMap, path: openPath};
const players = {magnitude: stretch, fit: stepping, path: walking};
function show(view) {
  state.view = view;
  waiting();
  Object.values(players).forEach((player) => player.stop());
  mark(find("[data-view]"), view);
  all("[data-only]").forEach((part) => { part.hidden = !part.dataset.only.split(" ").includes(view); });
  showSource(state.pixels && view === "fit" ? "pad" : "gallery");
  const own = presets[view] ?? {};
  find(".auto-presets").innerHTML = Object.keys(own).map((name) => `<button type="button" data-preset>${name}</button>`).join("")
    + ({try: `<label class="seed">seed <input type="number" data-seed min="0" max="${seeds - 1}" step="1" value="${state.seed}"></label><button type="button" data-do="draws">New draws</button>`,
      learned: `<button type="button" data-do="farthest">The number farthest from its prior</button><button type="button" data-do="nearest">The number nearest</button><button type="button" data-do="redraw">New draws</button>`,
      map: `<button type="button" data-pair="ad,vad-gaussian">AD and Gaussian</button><button type="button" data-pair="vad-gaussian,vad-uniform">Gaussian and uniform</button><button type="button" data-pair="ad,vad-exponential">AD and exponential</button>`}[view] ?? "");
  find(".auto-presets").classList.toggle("beside", view === "path");
  return open[view]();
}
const takeImage = (i) => {
  state.image = i;
  delete state.pixels;
  if (state.view === "magnitude") openMagnitude();
  if (state.view === "fit") openFit();
};
const usePreset = async (name) => {
  const {face: round, every, ...values} = presets[state.view][name], view = state.view;
  if (round) return takePixels(face());
  const fixed = {magnitude: {image: start.image, magnitude: start.magnitude}, fit: {start: start.start, steps: start.steps}, path: {a: start.a, b: start.b, alpha: start.alpha, shown: start.shown}}[view];
  Object.assign(state, fixed, values);
  if (view === "path") return openPath();
  if (view === "magnitude") return gallery.select(state.image);
  delete state.pixels;
  showSource("gallery");
  gallery.select(state.image);
  if (every) fitAll();
};
const jump = (i) => {
  if (!known) return;
  const {nats} = isLearned();
  bands.at = nats.map((_, k) => k).sort((j, k) => nats[k] - nats[j]).at(i);
};
const newSeed = () => Math.floor(Math.random() * seeds);
const deeds = {
  reset() {
    const view = state.view;
    state = {...structuredClone(start), view};
    [hidden, kept] = [new Set(), -1];
    training?.gallery.select(0);
    notice.clear();
    gallery.select(state.image);
    show(view);
  },
  draws() { state.seed = newSeed(); find("[data-seed]").value = state.seed; openTry(); },
  redraw() { state.draw = newSeed(); openLearned(); },
  farthest: () => jump(0),
  nearest: () => jump(-1),
  fitall: fitAll,
};
element.addEventListener("click", ({target}) => {
  const button = target.closest?.("button");
  if (!button) return;
  const {do: deed, magnitude, alpha, pair, key, k, by} = button.dataset;
  if (deed) deeds[deed]?.();
  else if ("preset" in button.dataset) usePreset(button.textContent);
  else if (magnitude) stretch.at = Math.round(Number(magnitude) / WHOLE);
  else if (alpha) walking.at = Number(alpha);
  else if (pair) { [state.left, state.right] = pair.split(","); openMap(); }
  else if (by) { const end = button.closest("[data-end]").dataset.end; state[end] = another(state[end], Number(by)); openPath(); }
  else if (k && button.closest("[data-only=map] .chips")) {
    hidden = new Set(hidden);
    hidden.has(Number(k)) ? hidden.delete(Number(k)) : hidden.add(Number(k));
    openMap();
  } else if (key) {
    const group = button.parentElement.dataset;
    if ("view" in group) show(key);
    else if ("family" in group) { state.family = key; state.dimension = null; openLearned(); }
    else if ("model" in group) { state.model = key; openFit(); }
    else if ("source" in group) {
      if (key === "pad") takePixels(pad.isEmpty ? sample.sprite.pixels(state.image) : pad.pixels);
      else { showSource("gallery"); gallery.select(state.image); }
    }
  }
});
element.addEventListener("input", ({target}) => {
  if (target.matches("[data-steps]")) target.nextElementSibling.textContent = target.value;
});
element.addEventListener("change", ({target}) => {
  if (target.matches("[data-steps]")) { state.steps = Number(target.value); openFit(); }
  if (target.matches("[data-start]")) { state.start = target.value; openFit(); }
  if (target.matches("[data-sort]")) { state.sort = target.value; drawDimensions(); }
  if (target.matches("[data-class]")) { state.shown = Number(target.value); openPath(); }
  if (target.matches("[data-seed]")) { state.seed = Math.max(0, Math.min(seeds - 1, Math.round(Number(target.value)) || 0)); target.value = state.seed; openTry(); }
  if (target.matches("[data-end] select")) { state[target.closest("[data-end]").dataset.end] = sample.labels.indexOf(Number(target.value)); openPath(); }
});
document.addEventListener("keydown", (event) => {
  const {target, key} = event, inside = element.contains(target);
  if (inside && target.matches("[role=radio]") && key.startsWith("Arrow")) {
    event.preventDefault();
    const group = [...target.parentElement.children], by = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    const next = group[(group.indexOf(target) + by + group.length) % group.length];
    next.focus();
    return next.click();
  }
  const free = target === document.body || (inside && !target.closest("button, input, select, .pad"));
  if (!sample || !element.offsetParent || !free || event.ctrlKey || event.metaKey || event.altKey) return;
  if (players[state.view]) return players[state.view].key(event);
  const keys = state.view === "learned" && known ? {ArrowLeft: () => bands.step(-1), ArrowRight: () => bands.step(1)}
    : state.view === "map" && clouds.length ? {ArrowUp: () => walkImages(-1), ArrowDown: () => walkImages(1)} : {};
  if (!keys[key]) return;
  event.preventDefault();
  keys[key]();
});

// ---- the link
const words = () => ({
  view: state.view,
  ...{
    magnitude: {image: state.image, magnitude: Number((state.magnitude * WHOLE).toFixed(3))},
    try: {seed: state.seed},
    learned: {training: state.training, family: state.family, dimension: state.dimension === null ? null : state.dimension + 1, sort: state.sort === start.sort ? null : state.sort, seed: state.draw || null},
    fit: {...(state.pixels ? {pixels: state.pixels.replaceAll("+", "-").replaceAll("/", "_")} : {image: state.image}), model: state.model, steps: state.steps,
      start: state.start === start.start ? null : state.start, step: stepping.at === state.steps ? null : stepping.at},
    map: {model: `${state.left},${state.right}`, point: kept < 0 ? null : kept, hide: hidden.size ? [...hidden].join(",") : null},
    path: {a: state.a, b: state.b, alpha: Number((state.alpha / (alphas - 1)).toFixed(3)), class: state.shown},
  }[state.view],
});
function read(query) {
  const whole = (key, low, high, or) => { const v = Number(query.get(key) ?? NaN); return Number.isInteger(v) && v >= low && v <= high ? v : or; };
  const part = (key, most, count, or) => { const v = Number(query.get(key) ?? NaN); return v >= 0 && v <= most ? Math.round(v / most * (count - 1)) : or; };
  const one = (key, list, or) => (list.includes(query.get(key)) ? query.get(key) : or), last = sample.labels.length - 1;
  const [left, right] = (query.get("model") ?? "").split(","), steps = whole("steps", FEWEST, MOST, start.steps);
  Object.assign(state, {
    view: one("view", Object.keys(VIEWS), start.view), image: whole("image", 0, last, start.image), magnitude: part("magnitude", 2, magnitudes, start.magnitude),
    seed: whole("seed", 0, seeds - 1, 0), draw: whole("seed", 0, seeds - 1, 0), training: whole("training", 0, 99, 0), family: one("family", families, start.family), sort: one("sort", ["nats", "place"], start.sort),
    model: one("model", models, start.model), steps, start: one("start", starts, start.start), left: models.includes(left) && right ? left : start.left, right: models.includes(right) ? right : start.right,
    a: whole("a", 0, last, start.a), b: whole("b", 0, last, start.b), alpha: part("alpha", 1, alphas, start.alpha), shown: whole("class", 0, classes.length - 1, start.shown),
  });
  const dimension = whole("dimension", 1, 128, null);
  state.dimension = dimension === null ? null : dimension - 1;
  fresh = whole("step", 0, steps, null);
  kept = whole("point", 0, last, -1);
  (query.get("hide") ?? "").split(",").forEach((k) => { if (k !== "" && classes[k]) hidden.add(Number(k)); });
  try {
    const drawn = query.get("pixels") && loom.decode(query.get("pixels").replaceAll("-", "+").replaceAll("_", "/"));
    if (drawn) { if (drawn.length !== 784) throw new Error(); return drawn; }
  } catch { notice.say("The link's drawing is damaged."); }
  return null;
}

choose(find("[data-view]"), VIEWS, state.view);
choose(find("[data-source]"), {gallery: "Test images", pad: "Draw"}, "gallery");
choose(find("[data-family]"), pick(families), state.family);
choose(find("[data-model]"), pick(models), state.model);
Object.assign(find("[data-steps]"), {min: FEWEST, max: MOST});
find("[data-start]").innerHTML = starts.map((name) => option(name, FROM[name], state.start)).join("");
find("[data-class]").innerHTML = classes.map((name, k) => option(k, name, state.shown)).join("");
find(".auto-ends").innerHTML = [["a", "from"], ["b", "to"]].map(([end, name]) => `<span data-end="${end}">${name} <canvas width="28" height="28" role="img"></canvas>
  <select aria-label="Class it goes ${name}">${classes.map((kind, k) => option(k, kind, -1)).join("")}</select>
  <button type="button" data-by="-1" aria-label="previous image ${name}">◀</button><button type="button" data-by="1" aria-label="next image ${name}">▶</button></span>`).join("");
all("[data-only]").forEach((part) => { part.hidden = !part.dataset.only.split(" ").includes(state.view); });
loom.sample(server.load_sample).then((loaded) => {
  sample = loaded;
  const drawn = read(loom.query.get("tab") === "autodecoder" ? loom.query : new URLSearchParams());
  let first = true;
  gallery = loom.gallery(find(".gallery"), {sample, colors, onPick: (i) => { if (!first) takeImage(i); }});
  gallery.select(state.image);
  first = false;
  if (drawn) takePixels(drawn); else show(state.view);
}).catch((error) => fail(error.message));

loom.share(find(".share"), "autodecoder", words);
