const find = (selector) => element.querySelector(selector);
const {classes, colors, kinds, denoisers} = props;
const notice = loom.notice(find(".loom-notice"));
const NOISY = "noisy", rows = [NOISY, ...denoisers];
const titles = {median: "median 3 × 3", clean: "clean picture", noisy: "noisy picture"};
const about = {"denoiser-unet": "skip paths, met noise", "denoiser-cae": "27 numbers, met noise", "cae-27": "27 numbers, met none", median: "learned nothing"};
const shades = {noisy: "var(--loom-own)", "denoiser-unet": "var(--loom-tsne)", "denoiser-cae": "#4477cc", "cae-27": "#cc6677", median: "#b8a33a"};
const title = (name) => titles[name] ?? name;
const decibels = (v, digits = 1) => (v === null ? "∞" : v.toFixed(digits));

// ---- the state: all that a link holds
const FIRST = {image: 902, pixels: null, noise: props.noise, seed: 0, model: props.denoiser, left: NOISY, wipe: 50};
const presets = {
  "Trained or not": {noise: "salt_and_pepper", levels: [0.2], left: "cae-27", model: "denoiser-cae",
    say: "Left, an autoencoder that never met noise; right, the same network trained to take noise away. Nothing but the training differs."},
  "Gaussian 0.5": {noise: "gaussian", levels: [0.5],
    say: "A standard deviation of half the way from black to white. Turn the level up: what breaks first, texture or outline?"},
  "Unseen box": {noise: "box", levels: [0.1],
    say: "No training picture had a box. The U-Net knows patches of white impulses, and paints cloth over a small box; make it larger."},
  "Unseen speckle": {noise: "speckle", levels: [0.5], left: "cae-27",
    say: "Noise that grows with the brightness was in no training picture, and looks like cloth. Does denoising training help at all here?"},
  "No noise": {noise: "none", left: "clean", model: "denoiser-cae",
    say: "Nothing to take away. A code of 27 numbers loses detail all the same, the median smooths; the U-Net should leave well alone."},
};
const HINT = "Pull the divider over the picture and turn the level: every step came ahead, none waits for the server.";
let state = {}, dial = 0;  // dial: the slider moved last, whose strip is shown
let pixels = null, strip = null, asked = null, gallery = null, sample = null, grid = null, measure = "psnr", say = "";

const dials = () => kinds[state.noise].dials;
const levels = () => dials().map(({values}, d) => values[state.at[d]]);
const nearest = ({values}, level) => values.reduce((best, v, i) => (Math.abs(v - level) < Math.abs(values[best] - level) ? i : best), 0);
const spoken = ({unit}, v) => (unit === "%" ? `${Number((100 * v).toFixed(2))} %` : String(Number(v.toFixed(3))));
const setting = () => [kinds[state.noise].title, dials().map((one, d) => spoken(one, levels()[d])).join(" + ")].join(" ").trim();
const places = (noise, wanted = []) => kinds[noise].dials.map((one, d) => nearest(one, Number.isFinite(wanted[d]) ? wanted[d] : one.start));

// ---- one strip answers every drag; the server is asked again for another picture, kind or draw
const ask = loom.pump(server.load_strip, async (answer, request) => {
  const sprite = await loom.sprite(answer.sprite, answer.columns);
  if (request !== asked) return;
  notice.clear();
  strip = {...answer, sprite, noise: request.noise};
  show();
  drawCurve();
  find(".denoise-main").dataset.ready = "";
}, (error) => { notice.say(error); find(".what").textContent = "No picture"; });
function load() {
  if (!pixels) return;
  asked = {pixels: loom.encode(pixels), noise: state.noise, levels: levels(), seed: state.seed};
  ask(asked);
}

// ---- pictures and figures of the levels set now
const column = () => state.at[dial] ?? 0;
const rowOf = (name) => dial * rows.length + rows.indexOf(name);
const tile = (name) => rowOf(name) * strip.columns + column();
const figure = (what, name) => strip[what][rowOf(name)][column()];
function put(canvas, name) {
  if (name === "clean") loom.paint(canvas, pixels);
  else strip.sprite.paint(tile(name), canvas);
}
function paintResidual(canvas, bytes) {  // orange where too bright, blue where too dark, three times as strong
  canvas.width = canvas.height = 28;
  const image = new ImageData(28, 28);
  bytes.forEach((value, i) => {
    const error = Math.min(1, Math.abs(value - pixels[i]) * 3 / 255), color = value > pixels[i] ? [255, 176, 0] : [90, 140, 255];
    image.data.set([...color.map((c) => c * error), 255], 4 * i);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}
function show() {
  if (!strip || strip.noise !== state.noise) return;
  put(wipe.left, state.left);
  put(wipe.right, state.model);
  wipe.name(...[state.left, state.model].map((name) => (name === "clean" ? "clean" : `${name} ${decibels(figure("psnr", name))} dB`)));
  const what = sample && state.image !== null ? `${classes[sample.labels[state.image]]}, test image ${sample.index[state.image]}` : "your picture";
  const words = {clean: `clean: ${what}`, noisy: `with noise: ${setting()}`, denoised: `denoised by ${title(state.model)}`, residual: `residual: what ${title(state.model)} still gets wrong`};
  for (const canvas of element.querySelectorAll("[data-picture]")) {
    const name = {clean: "clean", noisy: NOISY}[canvas.dataset.picture] ?? state.model;
    canvas.dataset.picture === "residual" ? paintResidual(canvas, strip.sprite.pixels(tile(state.model))) : put(canvas, name);
    const known = name === "clean" ? "" : `, PSNR ${decibels(figure("psnr", name))} dB, SSIM ${figure("ssim", name).toFixed(2)}`;
    canvas.setAttribute("aria-label", words[canvas.dataset.picture] + known);
    canvas.title = canvas.getAttribute("aria-label");
  }
  showFigures();
}
function showFigures() {
  find(".what").innerHTML = `${decibels(figure("psnr", NOISY))} → ${decibels(figure("psnr", state.model))} dB <small>SSIM ${figure("ssim", NOISY).toFixed(2)} → ${figure("ssim", state.model).toFixed(2)}</small>`;
  const best = Math.max(...denoisers.map((name) => figure("psnr", name) ?? Infinity));
  for (const row of element.querySelectorAll("[data-row][style]")) {
    const name = row.dataset.row, value = figure("psnr", name);
    put(row.querySelector("canvas"), name);
    row.querySelector(".psnr").textContent = decibels(value);
    row.querySelector(".ssim").textContent = figure("ssim", name).toFixed(2);
    row.querySelector(".bullet b").style.width = `${Math.min(100, (value ?? 40) / 0.4)}%`;
    row.querySelector(".bullet i").style.left = `${Math.min(97, (figure("psnr", NOISY) ?? 40) / 0.4)}%`;
    row.classList.toggle("best", name !== NOISY && (value ?? Infinity) === best);
    row.setAttribute("aria-label", `${title(name)}: PSNR ${decibels(value)} dB, SSIM ${figure("ssim", name).toFixed(2)}`);
  }
  find(`[data-dial="${dial}"]`)?.setAttribute("aria-valuetext", `${spoken(dials()[dial], levels()[dial])}, ${state.model} ${decibels(figure("psnr", state.model))} dB`);
  markCurve();
}

// ---- the controls follow the state
function dress() {
  choose(find(".denoise-kinds"), state.noise);
  choose(find(".denoise-models"), state.model);
  find("[data-left]").value = state.left;
  find("[data-model]").value = state.model;
  find("[data-seed]").value = state.seed;
  makeDials();
  markGrid();
  find(".say").textContent = say || HINT;
  for (const button of find(".denoise-presets").children) button.setAttribute("aria-pressed", String(presets[button.textContent]?.say === say));
}
function makeDials() {
  const place = find(".denoise-dials");
  if (place.dataset.kind !== state.noise) {
    place.dataset.kind = state.noise;
    place.innerHTML = dials().map(({name, unit, values}, d) => `
      <label class="loom-slider"><span>${name}</span><input type="range" min="0" max="${values.length - 1}" step="1" data-dial="${d}" aria-label="Level: ${name} ${unit}">
      <output></output><small>${unit === "%" ? "" : unit}</small></label>`).join("") || `<p class="loom-slider">No level: the picture goes in as it is.</p>`;
  }
  place.querySelectorAll("input").forEach((input, d) => { input.value = state.at[d]; setDial(input, d); });
}
function setDial(input, d) {
  const words = spoken(dials()[d], dials()[d].values[state.at[d]]);
  input.nextElementSibling.textContent = words;
  input.setAttribute("aria-valuetext", words);
}
function turn(d, place) {  // a drag: nothing but what came ahead
  const most = dials()[d].values.length - 1;
  [dial, say] = [d, ""];
  state.at[d] = Math.max(0, Math.min(most, place));
  dress();
  show();
}
// the end of a drag: with two sliders, the other one's way has changed
const settle = () => { if (dials().length > 1) load(); };
find(".denoise-dials").addEventListener("input", ({target}) => turn(Number(target.dataset.dial), Number(target.value)));
find(".denoise-dials").addEventListener("change", settle);

function set(change) {  // anything but a level; what is not named stays
  const fresh = change.noise !== undefined || change.seed !== undefined;
  Object.assign(state, change);
  if (change.noise !== undefined) [state.at, dial] = [change.at ?? places(change.noise), 0];
  dress();
  fresh ? load() : show();
}
function take(preset) {
  const {levels: wanted, say: words, ...change} = preset;
  say = words;
  wipe.at = 50;
  set({left: NOISY, model: props.denoiser, ...change, at: places(change.noise, wanted)});
}

// a row of radio buttons: click or arrows
const choose = (root, value) => root.querySelectorAll("[role=radio]").forEach((radio) => {
  const mine = Object.values(radio.dataset)[0] === value;
  radio.setAttribute("aria-checked", String(mine));
  radio.tabIndex = mine ? 0 : -1;
});
const radios = (root, pick) => {
  root.addEventListener("click", ({target}) => { const radio = target.closest("[role=radio]"); if (radio) pick(Object.values(radio.dataset)[0]); });
  root.addEventListener("keydown", (event) => {
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key], all = [...root.querySelectorAll("[role=radio]")];
    if (!step) return;
    event.preventDefault();
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
    next.click();
  });
};

const kindGroup = (trained) => `<div><small>${trained ? "trained on" : "never trained on"}</small><div class="loom-radio-group">${Object.entries(kinds).filter(([, kind]) => kind.trained === trained)
  .map(([name, kind]) => `<button type="button" role="radio" data-noise="${name}">${kind.title}</button>`).join("")}</div></div>`;
find(".denoise-kinds").innerHTML = kindGroup(true) + kindGroup(false);
radios(find(".denoise-kinds"), (noise) => { say = ""; set({noise}); });
find(".denoise-models").innerHTML = `<p aria-hidden="true"><span>PSNR, dB</span><span>SSIM</span></p>` + rows.map((name) => `
  <${name === NOISY ? `div role="group"` : `button type="button" role="radio"`} data-row="${name}" style="--color:${shades[name]}"><canvas width="28" height="28" aria-hidden="true"></canvas>
  <span class="name">${title(name)}<small>${about[name] ?? "what goes in"}</small></span><span class="bullet"><b></b><i></i></span>
  <span class="psnr"></span><span class="ssim"></span></${name === NOISY ? "div" : "button"}>`).join("");
radios(find(".denoise-models"), (model) => set({model}));
const options = (names) => names.map((name) => `<option value="${name}">${title(name)}</option>`).join("");
find("[data-left]").innerHTML = options([NOISY, "clean", ...denoisers]);
find("[data-model]").innerHTML = options(denoisers);
find("[data-left]").addEventListener("change", ({target}) => set({left: target.value}));
find("[data-model]").addEventListener("change", ({target}) => set({model: target.value}));
find("[data-seed]").max = props.seeds - 1;
find("[data-seed]").addEventListener("change", ({target}) => {
  const seed = Number(target.value);
  set({seed: target.value !== "" && Number.isInteger(seed) && seed >= 0 && seed < props.seeds ? seed : state.seed});
});
find("[data-do=noise]").addEventListener("click", () => set({seed: (state.seed + 1) % props.seeds}));
find(".denoise-presets").innerHTML = Object.keys(presets).map((name) => `<button type="button" aria-pressed="false">${name}</button>`).join("");
find(".denoise-presets").addEventListener("click", ({target}) => { if (presets[target.textContent]) take(presets[target.textContent]); });
find("[data-do=reset]").addEventListener("click", () => { take({noise: FIRST.noise, seed: 0, say: ""}); pick(FIRST.image, true); showMeasure("psnr"); });

const wipe = loom.wipe(find(".wipe"), {label: "Divider between the two pictures: left and right move it, up and down turn the level"});
find(".wipe").addEventListener("keydown", (event) => {
  const step = {ArrowUp: 1, ArrowDown: -1}[event.key];
  if (!step || !dials().length) return;
  event.preventDefault();
  turn(dial, state.at[dial] + step);
  settle();
});

// ---- PSNR along the slider moved last
const EDGE = {left: 26, right: 6, top: 6, bottom: 18}, HEIGHT = 136, ROOF = 40;
const curve = find(".denoise-curve");
const across = (i) => EDGE.left + i / (strip.columns - 1) * (curve.clientWidth - EDGE.left - EDGE.right);
const upward = (v) => EDGE.top + (1 - Math.min(v ?? ROOF, ROOF) / ROOF) * (HEIGHT - EDGE.top - EDGE.bottom);
function drawCurve() {
  curve.innerHTML = dials().length ? "" : "Without noise there is no level to turn.";
  if (!strip || strip.columns < 2 || !curve.clientWidth) return;
  const {values} = dials()[dial], one = dials()[dial], width = curve.clientWidth, bottom = HEIGHT - EDGE.bottom;
  const line = (name) => `<polyline data-line="${name}" points="${strip.psnr[rowOf(name)].map((v, i) => `${across(i).toFixed(1)},${upward(v).toFixed(1)}`).join(" ")}" style="stroke:${shades[name]}"/>`;
  curve.innerHTML = `<svg width="${width}" height="${HEIGHT}" role="img" aria-label="PSNR against ${one.name}, for the noisy picture and each denoiser">
    ${[0, 10, 20, 30, 40].map((v) => `<line class="rule" x1="${EDGE.left}" x2="${width - EDGE.right}" y1="${upward(v)}" y2="${upward(v)}"/><text x="${EDGE.left - 5}" y="${upward(v) + 4}" text-anchor="end">${v}</text>`).join("")}
    ${[0, 10, 20, 30, 40].map((i) => `<text x="${across(i)}" y="${HEIGHT - 4}" text-anchor="${i === 40 ? "end" : "middle"}">${spoken(one, values[i])}</text>`).join("")}
    ${[...rows].reverse().map(line).join("")}<line class="here" y1="${EDGE.top}" y2="${bottom}"/><circle class="dot" r="4"/></svg>`;
  markCurve();
}
function markCurve() {
  if (!curve.firstElementChild || !strip || strip.columns < 2) return;
  if (Number(curve.dataset.drawn) !== dial) { curve.dataset.drawn = dial; return drawCurve(); }
  const x = across(column()), here = curve.querySelector(".here"), dot = curve.querySelector(".dot");
  here.setAttribute("x1", x);
  here.setAttribute("x2", x);
  dot.setAttribute("cx", x);
  dot.setAttribute("cy", upward(figure("psnr", state.model)));
  dot.style.fill = shades[state.model];
  curve.querySelectorAll("[data-line]").forEach((line) => line.classList.toggle("mine", line.dataset.line === state.model));
}
const follow = ({clientX}) => {
  if (!strip || strip.columns < 2 || !dials().length) return;
  const box = curve.getBoundingClientRect(), share = (clientX - box.left - EDGE.left) / (box.width - EDGE.left - EDGE.right);
  turn(dial, Math.round(share * (strip.columns - 1)));
};
curve.addEventListener("pointerdown", (event) => { curve.setPointerCapture(event.pointerId); follow(event); });
curve.addEventListener("pointermove", (event) => { if (curve.hasPointerCapture(event.pointerId)) follow(event); });
curve.addEventListener("pointerup", settle);
new ResizeObserver(() => drawCurve()).observe(curve);

// ---- the grid: means over the shipped test images, measured beforehand
const measures = {psnr: "PSNR, dB", gain: "gain over noisy, dB", ssim: "SSIM"};
const cellOf = (name, c) => {
  if (name === "classical") return measure === "ssim" ? undefined : measure === "psnr" || grid.classical[c] === null ? grid.classical[c] ?? undefined : grid.classical[c] - grid.psnr.noisy[c];
  if (measure === "ssim") return grid.ssim[name][c];
  return measure === "psnr" ? grid.psnr[name][c] : grid.psnr.noisy[c] === null ? undefined : grid.psnr[name][c] - grid.psnr.noisy[c];
};
const written = (v) => (v === undefined ? "–" : v === null ? "∞" : measure === "ssim" ? v.toFixed(2).replace(/^0/, "") : v.toFixed(1).replace("-", "−"));
const strength = (v) => (v === undefined ? 0 : v === null ? 1 : measure === "ssim" ? v : measure === "psnr" ? (v - 5) / 25 : Math.abs(v) / (v < 0 ? 8 : 16));
function drawGrid() {
  if (!grid) return;
  const {columns} = grid, spans = (key) => columns.reduce((runs, one) => {
    const value = key(one);
    runs.at(-1)?.value === value ? runs.at(-1).span++ : runs.push({value, span: 1});
    return runs;
  }, []);
  const short = ({kind, levels: at}) => kinds[kind].dials.map((one, d) => spoken(one, at[d]).replace(" %", "%")).join("<br>") || "–";
  const row = (name) => `<tr data-row="${name}"><th scope="row">${name === "classical" ? "best classical" : title(name)}</th>${columns.map((one, c) => {
    const v = cellOf(name, c), plain = v === undefined || name === "classical", worse = measure === "gain" && v < 0 ? "worse" : "";
    const body = plain ? written(v) : `<button type="button" tabindex="-1" data-cell="${c}" aria-label="${title(name)}, ${kinds[one.kind].title} ${short(one).replace("<br>", " + ")}: ${written(v)}">${written(v)}</button>`;
    const first = one.kind === columns[c - 1]?.kind ? "" : "first";
    return `<td class="${first} ${v === undefined ? "" : worse || "value"}" style="--share:${Math.max(0, Math.min(1, strength(v))).toFixed(3)}">${body}</td>`;
  }).join("")}</tr>`;
  find(".denoise-scroll").innerHTML = `<table><thead>
    <tr><td rowspan="3"></td>${spans((one) => kinds[one.kind].trained).map(({value, span}) => `<th scope="colgroup" colspan="${span}" class="side">${value ? "the denoisers were trained on" : "never trained on"}</th>`).join("")}</tr>
    <tr>${spans((one) => one.kind).map(({value, span}) => `<th scope="colgroup" colspan="${span}">${kinds[value].title}</th>`).join("")}</tr>
    <tr>${columns.map((one) => `<th scope="col">${short(one)}</th>`).join("")}</tr></thead><tbody>${[...rows, "classical"].map(row).join("")}</tbody></table>`;
  const cells = columns.map((_, c) => denoisers.map((name) => [cellOf(name, c), name]).sort(([a], [b]) => b - a)[0][1]);
  cells.forEach((name, c) => find(`tr[data-row="${name}"] [data-cell="${c}"]`)?.classList.add("best"));
  find(".measured").textContent = `mean over ${grid.images.toLocaleString("en")} shipped test images; the best of each column is bold; click a cell to see it`;
  find(".foot").innerHTML = footnote();
  markGrid();
}
function footnote() {
  const wins = grid.columns.filter((_, c) => grid.classical[c] !== null && denoisers.every((name) => name === "median" || grid.psnr[name][c] < grid.classical[c]));
  const where = wins.map(({kind, levels: at}) => `${kinds[kind].title} ${kinds[kind].dials.map((one, d) => spoken(one, at[d])).join(" + ")}`).join("; ");
  return `Levels: share of the pixels hit or covered, standard deviation, photons for a white pixel. Measured by <code>python -m train.mismatch</code>. <b>best classical</b>: of median, non-local means, total variation and BM3D, each tuned on training
    images to exactly that noise, so better informed than any model here; over 60 test images, where it was measured. ${where ? `It still beats every network on ${where}.` : "No network loses to it."}`;
}
function markGrid() {
  if (!grid || !state.noise) return;
  const c = grid.columns.findIndex(({kind, levels: at}) => kind === state.noise && at.every((v, d) => nearest(kinds[kind].dials[d], v) === state.at[d]));
  element.querySelectorAll("[data-cell]").forEach((cell) => { cell.classList.remove("here"); cell.tabIndex = -1; });
  const here = c < 0 ? null : find(`tr[data-row="${state.model}"] [data-cell="${c}"]`);
  here?.classList.add("here");
  (here ?? find("[data-cell]")).tabIndex = 0;
}
function showMeasure(name) {
  measure = name;
  choose(find("[data-measure]"), name);
  drawGrid();
}
find("[data-measure]").innerHTML = Object.entries(measures).map(([key, words]) => `<button type="button" role="radio" data-measure="${key}">${words}</button>`).join("");
radios(find("[data-measure]"), showMeasure);
find(".denoise-scroll").addEventListener("click", ({target}) => {
  if (!target.dataset.cell) return;
  const {kind, levels: wanted} = grid.columns[target.dataset.cell], name = target.closest("tr").dataset.row;
  say = "";
  set({noise: kind, at: places(kind, wanted), ...(name === NOISY ? {} : {model: name})});
  const box = find(".wipe").getBoundingClientRect();
  if (box.bottom < 120 || box.top > window.innerHeight - 120) find(".denoise-view").scrollIntoView({block: "center"});
});
find(".denoise-scroll").addEventListener("keydown", (event) => {
  const move = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]}[event.key];
  if (!move || !event.target.dataset.cell) return;
  event.preventDefault();
  let r = rows.indexOf(event.target.closest("tr").dataset.row) + move[0], c = Number(event.target.dataset.cell) + move[1];
  find(`tr[data-row="${rows[r]}"] [data-cell="${c}"]`)?.focus();
});

// ---- the clean picture: a test image, a drawing, a photo
const from = (where) => {
  choose(find("[data-source]"), where);
  find(".gallery").hidden = where !== "gallery";
  find(".denoise-pad").hidden = where !== "pad";
};
const pad = loom.pad(find(".denoise-pad"), {onRelease: (bytes) => own(bytes)});
function own(bytes) {
  pixels = Uint8Array.from(bytes);
  state.image = null;
  gallery?.unselect();
  load();
}
async function pick(i, scroll = false) {
  if (scroll) return gallery.select(i);  // comes back here through onPick
  state.image = i;
  pixels = sample.sprite.pixels(i);
  pad.put(pixels);
  load();
}
radios(find("[data-source]"), from);
loom.upload(element, {call: server.read_upload, fail: notice.say, onPixels(bytes) { pad.put(bytes); from("pad"); own(bytes); }});

// ---- the view a link asks for
function wanted() {
  const query = loom.query.get("tab") === "denoise" ? loom.query : new URLSearchParams(), one = (key, known) => (known.includes(query.get(key)) ? query.get(key) : FIRST[key]);
  const count = (key, below) => (/^\d+$/.test(query.get(key) ?? "") && Number(query.get(key)) < below ? Number(query.get(key)) : FIRST[key]);
  const noise = one("noise", Object.keys(kinds)), level = (query.get("level") ?? "").split(",").map((word) => (word ? Number(word) : NaN));
  const link = {noise, at: places(noise, level), seed: count("seed", props.seeds), model: one("model", denoisers), left: one("left", [NOISY, "clean", ...denoisers]), image: count("image", 1000)};
  return {link, drawn: query.get("pixels"), wipe: count("wipe", 101), dial: Math.min(count("dial", 2) ?? 0, Math.max(0, kinds[noise].dials.length - 1)), shown: Object.hasOwn(measures, query.get("grid") ?? "") ? query.get("grid") : "psnr"};
}
(async () => {
  const view = wanted();
  state = view.link;
  dial = view.dial;
  wipe.at = view.wipe;
  dress();
  from("gallery");
  showMeasure(view.shown);
  loom.ask(server.load_grid).then((answer) => {
    if (answer.error) { find(".denoise-scroll").textContent = answer.error; return; }
    grid = answer;
    drawGrid();
  });
  try {
    sample = await loom.sample(server.load_sample);
  } catch (error) {
    return notice.say(error.message);
  }
  gallery = loom.gallery(find(".gallery"), {sample, colors, onPick: (i) => pick(i)});
  let bytes = null;
  if (view.drawn) {
    try { bytes = loom.decode(view.drawn.replaceAll("-", "+").replaceAll("_", "/")); } catch { notice.say("The link's drawing is damaged."); }
  }
  if (bytes?.length === 784) { pad.put(bytes); from("pad"); own(bytes); }
  else gallery.select(state.image);
})();

loom.share(find(".share"), "denoise", () => ({
  ...(state.image !== null ? {image: state.image} : {pixels: loom.encode(pixels).replaceAll("+", "-").replaceAll("/", "_")}),
  noise: state.noise, level: levels().join(",") || null, seed: state.seed, model: state.model, left: state.left, wipe: Math.round(wipe.at),
  dial: dial || null, grid: measure === "psnr" ? null : measure,
}));
