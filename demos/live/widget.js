const find = (selector) => element.querySelector(selector), all = (selector) => [...element.querySelectorAll(selector)];
const {classes, colors, choices, subjects} = props;
const TRAIN = "#cc6677", HELD = "#2a9d8f", THIRD = "#4477cc", MOST = 600;  // moments kept; beyond, every other one goes
const COLUMNS = 10, TILE = 56;
const notice = loom.notice(find(".loom-notice"));
const loss = (name) => (frame) => frame.losses[name], figure = (name) => (frame) => frame.figures?.[name];
const errors = {title: "mean squared error", log: true, series: [["batches", TRAIN, loss("mse")], ["held out", HELD, figure("validation_mse")], ["training", THIRD, figure("training_mse")]]};
const rate = {title: "learning rate", series: [["learning rate", THIRD, (frame) => (frame.step ? frame.learning_rate : null)]]};
const charts = {
  cae: [errors, rate],
  vae: [errors, {title: "KL term of the loss", log: true, series: [["beta · KL / 784", TRAIN, loss("kl")]]}],
  denoiser: [
    {title: "loss in decibels (lower is better)", series: [["batches", TRAIN, loss("decibel")]]},
    {title: "PSNR in dB (higher is better)", series: [["held out", HELD, figure("validation_psnr")], ["training", THIRD, figure("training_psnr")]]},
  ],
  classifier: [
    {title: "cross-entropy in nats", log: true, series: [["batches", TRAIN, loss("cross_entropy")], ["held out", HELD, figure("validation_cross_entropy")], ["training", THIRD, figure("training_cross_entropy")]]},
    {title: "accuracy", percent: true, series: [["held out", HELD, figure("validation_accuracy")], ["training", THIRD, figure("training_accuracy")]]},
  ],
  autodecoder: [errors, rate],
  gan: [
    {title: "losses in nats", series: [["discriminator", HELD, loss("discriminator")], ["generator", TRAIN, loss("generator")]]},
    {title: "samples against held-out images", percent: true, series: [["precision", HELD, figure("validation_precision")], ["recall", THIRD, figure("validation_recall")], ["commonest class", TRAIN, figure("validation_commonest_class")]]},
  ],
};
const presets = {
  "A healthy run": {model: "cae", look: "The error falls fast, then slowly; held-out and training images stay together. The map spreads its classes out."},
  "Too large steps": {model: "cae", learning_rate: 0.3, epochs: 5, look: "At thirty times the learning rate the first steps overshoot and units die: every picture comes back as the same pattern. Reset, lower it, and try again."},
  "Overfitting": {model: "classifier", images: 500, epochs: 60, shift: 0, erase: 0, look: "500 pictures are soon known by heart: the training curve climbs to 100 %, the held-out one stays behind. More images close the gap."},
  "KL weight too high": {model: "vae", kl_weight: 60, look: "Codes are pulled into N(0, I) until they tell nothing: all pictures are alike. Lower the KL weight to 1 while it learns: they come back."},
  "A GAN learns": {model: "gan", look: "First blobs, then outlines, then clothes of several kinds. Neither loss need fall: look at the pictures, and at recall, the share of real images that samples come near."},
  "A GAN collapses": {model: "gan", learning_rate: 0.3, epochs: 2, look: "At thirty times the learning rate the discriminator sees through every picture, the generator's loss shoots up, and all codes give one pattern: recall stays at nothing."},
  "Bottleneck of 2": {model: "cae", latent_dim: 2, look: "Two numbers for a picture: shapes survive, details do not. The map shows the whole code; shirts, coats and pullovers share a place."},
};
const state = {now: "none", told: 0, place: 0, line: 0, saved: -1, words: ""};
let model = "cae", values = {}, pending = new Set(), moments = [], opening = null, at = -1, following = true, turn = 0, advice = "";  // what a preset wants looked at

// ---- choices
const shown = (choice, v) => (choice.whole ? Math.round(v) : Number(Number(v).toPrecision(3)));
const toSlider = ({low, high, log}, v) => (log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low));
const fromSlider = ({low, high, log}, u) => (log ? low * (high / low) ** u : low + u * (high - low));
function drawChoices() {
  const chosen = Object.keys(subjects[model].defaults);
  find("[data-model]").value = find(".live-views").dataset.subject = model;
  find(".live-fields").innerHTML = chosen.map((name) => {
    const {label, low, high, whole, steers, help} = choices[name];
    return `<label class="live-field${steers ? " steers" : ""}" data-name="${name}" title="${help}"><span>${label}</span>
      <input type="range" min="0" max="1" step="any" aria-label="${label}"><input type="number" min="${low}" max="${high}" step="${whole ? 1 : "any"}" aria-label="${label}, exactly"></label>`;
  }).join("");
  for (const name of chosen) setField(name);
  help(chosen[0]);
}
function setField(name) {
  const row = find(`[data-name=${name}]`), [slider, exact] = row.querySelectorAll("input");
  slider.value = toSlider(choices[name], values[name]);
  slider.setAttribute("aria-valuetext", values[name]);
  exact.value = values[name];
  row.classList.toggle("waits", pending.has(name));
}
function help(name) {
  const {label, help: words, steers} = choices[name];
  find(".live-help").innerHTML = `<b>${label}</b>: ${words} ${steers ? "It may change while the model learns." : "A change needs a Reset."}`;
}
const steer = loom.pump(server.tell, hear, notice.say);
let steered = {};
function choose(name, value, settled) {
  const choice = choices[name];
  values[name] = shown(choice, Math.max(choice.low, Math.min(choice.high, value)));
  if (isLive() || moments.length) {
    if (!choice.steers) pending.add(name);
    else if (settled && isLive()) steer({do: "change", values: {[name]: values[name]}});
  }
  setField(name);
  find("[data-do=reset]").classList.toggle("waits", pending.size > 0);
  find("[data-do=reset]").textContent = pending.size ? "Reset to apply" : "Reset";
  if (settled) drawCurves();
}
find(".live-fields").addEventListener("input", ({target}) => {
  const name = target.closest("[data-name]").dataset.name;
  if (target.type === "range") choose(name, fromSlider(choices[name], Number(target.value)), false);
});
find(".live-fields").addEventListener("change", ({target}) => {
  const name = target.closest("[data-name]").dataset.name, exact = target.type === "number";
  if (exact && (target.value === "" || !Number.isFinite(Number(target.value)))) return setField(name);
  choose(name, exact ? Number(target.value) : values[name], true);
});
find(".live-fields").addEventListener("keydown", (event) => {  // steps of a fiftieth, not of the whole range over "any"
  const by = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5}[event.key], {target} = event;
  if (!by || target.type !== "range") return;
  event.preventDefault();
  const name = target.closest("[data-name]").dataset.name, choice = choices[name];
  let next = fromSlider(choice, Math.max(0, Math.min(1, Number(target.value) + by / 50)));
  if (choice.whole && Math.round(next) === values[name]) next = values[name] + Math.sign(by);
  choose(name, next, true);
});
for (const kind of ["pointerover", "focusin"])
  find(".live-fields").addEventListener(kind, ({target}) => { const row = target.closest("[data-name]"); if (row) help(row.dataset.name); });

// ---- the run
const isLive = () => ["new", "training", "waiting", "paused", "finished"].includes(state.now);
function hear(answer) {
  Object.assign(state, {now: answer.state, words: answer.words, place: answer.place, line: answer.line, saved: answer.saved, told: answer.told});
  tellState();
}
async function deed(what) {
  notice.clear();
  if (what === "play" && ["training", "waiting"].includes(state.now)) what = "pause";
  if (state.now === "none" || (state.now === "ended" && !moments.length)) {
    if (what === "pause") return;
    state.now = "starting";
    tellState();
    const mine = ++turn, answer = await loom.ask(server.start, {model, values, do: what});
    if (mine !== turn) return;
    if (answer.error) { state.now = "none"; tellState(); return notice.say(answer.error); }
    Object.assign(values, answer.values);
    hear(answer);
    poll(mine);  // as long as the run lasts
    return;
  }
  if (!isLive()) return;
  following = true;
  if (moments.length) film.go(moments.length - 1);
  const answer = await loom.ask(server.tell, {do: what});
  answer.error ? notice.say(answer.error) : hear(answer);
}
async function poll(mine) {
  let since = 0;
  while (mine === turn) {
    const answer = await loom.ask(server.follow, {since, state: state.now});
    if (mine !== turn) return;
    if (answer.error) {
      Object.assign(state, {now: "ended", words: answer.error});
      tellState();
      return;
    }
    if (answer.opening) opening ??= answer.opening;
    for (const frame of answer.frames) since = frame.k + 1;
    hear(answer);
    if (answer.frames.length) record(answer.frames);
    if (answer.state === "ended") return;
  }
}
async function reset() {
  turn++;
  if (isLive() || state.now === "starting") await loom.ask(server.end);
  Object.assign(state, {now: "none", words: "", place: 0, saved: -1, told: 0});
  [moments, opening, at, following] = [[], null, -1, true];
  pending.clear();
  notice.clear();
  find("[data-do=reset]").classList.remove("waits");
  find("[data-do=reset]").textContent = "Reset";
  drawChoices();
  drawCurves();
  find(".live-pictures").innerHTML = `<p class="live-invite">Press Play: pictures, curves and the map appear while it learns.</p>`;
  find(".live-map").hidden = find(".live-filters").hidden = true;
  film.load(0, 0);
  tellState();
}
function tellState() {
  const last = moments.at(-1), busy = ["training", "waiting", "starting"].includes(state.now);
  find(".live-play").textContent = busy ? "Pause" : "Play";
  find(".live-play").setAttribute("aria-pressed", String(busy));
  find("[data-do=step]").disabled = busy || state.now === "ended";
  find(".live-play").disabled = state.now === "ended";
  const where = last ? `pass ${last.epoch.toFixed(last.epoch < 10 ? 2 : 1)} of ${values.epochs} · batch ${last.step.toLocaleString("en")} · ${last.seconds.toFixed(0)} s` : "";
  const words = {
    none: "not started", new: "not started", starting: "starting…", training: where || "starting…", ended: `ended${where ? ` · ${where}` : ""}`,
    waiting: `waiting for a free place: ${state.place} of ${state.line} in line${where ? ` · ${where}` : ""}`,
    paused: `paused · ${where}`, finished: `rests · ${where}`,
  };
  find(".live-status").textContent = words[state.now];
  const done = last ? Math.min(1, last.epoch / values.epochs) : 0;
  find(".live-bar b").style.transform = `scaleX(${done})`;
  find(".live-bar").setAttribute("aria-valuenow", Math.round(100 * done));
  if (state.now === "ended") notice.say(state.words);
  find(".live-look").textContent = (state.now !== "ended" && state.words) || advice;
  for (const name of ["take", "curves"]) find(`[data-do=${name}]`).disabled = !(name === "take" ? last && (state.now !== "ended" || state.saved >= 0) : last);
  all(".live-opens button").forEach((button) => { button.disabled = find("[data-do=take]").disabled; });
  find(".live-film").classList.toggle("empty", moments.length < 2);
  element.firstElementChild.parentElement.dataset.state = state.now;
}

// ---- the recorded moments
function record(frames) {
  moments.push(...frames);
  if (moments.length > MOST) {
    const kept = [];
    moments.forEach((frame, k) => {  // a moment that goes leaves its figures to the next one
      if (k % 2 === 0 || k === moments.length - 1) kept.push(frame);
      else if (frame.figures && !moments[k + 1]?.figures && moments[k + 1]) moments[k + 1].figures = frame.figures;
    });
    at = Math.floor(at / 2);
    moments = kept;
  }
  tellState();
  if (element.offsetParent) refresh();
}
function refresh() {
  if (!moments.length) return;
  drawCurves();
  film.extend(moments.length, following ? moments.length - 1 : at);
  show(following ? moments.length - 1 : at);
}
let width = 0;
new ResizeObserver(([{contentRect}]) => {  // also when the tab is shown again after moments came unseen
  if (contentRect.width && contentRect.width !== width) refresh();
  width = contentRect.width;
}).observe(find(".live-main"));
const film = loom.player(find(".live-film"), {
  label: "Recorded moment", rate: 12, word: "Replay",
  paint: (k) => { following = k === moments.length - 1; show(k); },
  settle: () => {},
  name: (k) => (moments[k] ? `moment ${k + 1} of ${moments.length}: pass ${moments[k].epoch.toFixed(2)}` : ""),
});
const curves = all(".live-curves .curve").map((root) => loom.lines(root, {label: "Curve", onSeek: (k) => film.go(k)}));
function drawCurves() {
  const x = moments.map(({epoch}) => epoch), last = x.at(-1) ?? 0;
  const until = Math.min(values.epochs, [1, 2, 5, 10, 20, 50, 100, 200].find((n) => n >= last) ?? values.epochs) || 1;
  charts[model].forEach(({title, series, log, percent}, c) => {
    const root = all(".live-curves figure")[c];
    root.querySelector("figcaption").textContent = `${title}, over passes`;
    const lines = series.map(([name, color, of]) => ({name, color, values: moments.map((frame) => of(frame) ?? null)}));
    const some = lines.flatMap(({values: v}) => v).filter((v) => v !== null && (!log || v > 0));
    root.style.visibility = some.length ? "" : "hidden";
    if (!some.length) return;
    curves[c].draw({x, series: lines, xName: "", log, until: Math.max(until, last), range: percent ? [Math.min(0.5, ...some), 1] : undefined, format: (v) => (v === null || v === undefined ? "…" : Number(v.toPrecision(3)))});
  });
  tellCurves();
}
function tellCurves() {
  charts[model].forEach(({series, percent}, c) => {
    curves[c].at = at;
    all(".live-curves .key")[c].innerHTML = series.map(([name, color, of]) => {
      let k = at;
      while (k > 0 && (of(moments[k]) ?? null) === null) k--;  // figures are measured now and then
      const v = moments[k] ? of(moments[k]) ?? null : null;
      return `<span style="--color:${color}">${name} <b>${v === null ? "" : percent ? `${(100 * v).toFixed(1)} %` : Number(v.toPrecision(3))}</b></span>`;
    }).join("");
  });
}
async function show(k) {
  at = k;
  const frame = moments[k];
  if (!frame) return;
  tellCurves();
  drawMap(frame);
  drawFilters(frame);
  const uri = (text) => `data:image/webp;base64,${text}`;
  if (opening?.sprite) opening.tiles ??= await loom.sprite(uri(opening.sprite), COLUMNS);
  const tiles = frame.sprite && await loom.sprite(uri(frame.sprite), COLUMNS);  // decoded anew each time: hundreds are large
  if (moments[at] === frame) drawPictures(frame, tiles);
}

// ---- what a moment shows
function bands(frame, tiles) {  // fixed rows and rows of this moment by turns
  const place = (counts, k) => counts.slice(0, k).reduce((a, b) => a + b, 0);
  const still = opening.fixed.map((name, k) => ({name, tiles: opening.tiles, first: place(opening.fixed_counts, k), count: opening.fixed_counts[k], fixed: true}));
  const moving = frame.rows.map((name, k) => ({name, tiles, first: place(frame.counts, k), count: frame.counts[k]}));
  const out = [];
  while (still.length || moving.length) out.push(...still.splice(0, 1), ...moving.splice(0, 1));
  return out;
}
const scratch = document.createElement("canvas");
function drawPictures(frame, tiles) {
  if (!opening) return;
  const root = find(".live-pictures"), rows = bands(frame, tiles);
  if (root.children.length !== rows.length || root.querySelector(".live-invite"))
    root.innerHTML = rows.map(() => `<figure><figcaption></figcaption><canvas role="img"></canvas></figure>`).join("");
  rows.forEach(({name, tiles: source, first, count, fixed}, r) => {
    const [caption, canvas] = root.children[r].children, context = canvas.getContext("2d"), called = fixed ? frame.called : null;
    const right = called && called.filter((k, i) => k === i % COLUMNS).length;
    caption.textContent = called ? `${name}: ${right} of ${count} called right; frames show the class called` : name;
    canvas.setAttribute("aria-label", `${count} pictures: ${caption.textContent}`);
    const across = model === "gan" ? 2 * COLUMNS : COLUMNS;
    canvas.width = across * TILE;
    canvas.height = Math.ceil(count / across) * TILE;
    context.imageSmoothingEnabled = false;
    for (let i = 0; i < count; i++) {
      const x = (i % across) * TILE, y = Math.floor(i / across) * TILE;
      source.paint(first + i, scratch);
      context.drawImage(scratch, x, y, TILE, TILE);
      if (!called) continue;
      context.strokeStyle = colors[called[i]];
      context.lineWidth = 5;
      context.strokeRect(x + 3, y + 3, TILE - 6, TILE - 6);
      if (called[i] === i % COLUMNS) continue;
      context.fillStyle = "#fff";
      context.font = "700 15px sans-serif";
      context.fillText("✗", x + TILE - 18, y + 18);
    }
  });
}
function drawMap(frame) {
  const root = find(".live-map"), canvas = root.querySelector("canvas");
  root.hidden = !frame.points;
  if (!frame.points || !opening) return;
  const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight, context = canvas.getContext("2d");
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  const points = new Int16Array(loom.decode(frame.points).buffer), [right, up] = frame.reach;
  const unit = Math.min((width / 2 - 5) / right, (height / 2 - 5) / up) / 16000;  // the same length either way
  opening.labels.forEach((label, i) => {
    context.fillStyle = colors[label];
    context.beginPath();
    context.arc(width / 2 + points[2 * i] * right * unit, height / 2 - points[2 * i + 1] * up * unit, 3, 0, 7);
    context.fill();
  });
  const what = {classifier: "last hidden layer of 300 test images", autodecoder: "codes of 300 training images"}[model] ?? "codes of 300 test images";
  root.querySelector("figcaption").textContent = values.latent_dim === 2 && model !== "classifier" ? `${what}, as they are` : `${what}, by PCA`;
  canvas.setAttribute("aria-label", `Map: ${what}, coloured by class`);
  root.querySelector(".key").innerHTML = classes.map((name, k) => `<span style="--color:${colors[k]}">${name}</span>`).join("");
}
function drawFilters(frame) {
  const root = find(".live-filters"), place = root.querySelector("div");
  root.hidden = !frame.filters;
  if (!frame.filters) return;
  const bytes = loom.decode(frame.filters), [height, width] = frame.kernel, count = bytes.length / (width * height);
  if (place.children.length !== count) place.innerHTML = "<canvas></canvas>".repeat(count);
  for (let i = 0; i < count; i++) loom.paint(place.children[i], bytes.subarray(i * width * height, (i + 1) * width * height), width, height);
}

// ---- taking it away
function save(name, content, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], {type}));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
async function take() {
  const answer = await loom.ask(server.take);
  if (answer.error) return notice.say(answer.error);
  save(answer.name, loom.decode(answer.content), "application/zip");
}
function keepCurves() {
  const series = charts[model].flatMap(({series: all}) => all), names = series.map(([name], k) => `${charts[model].find(({series: s}) => s.includes(series[k])).title}: ${name}`);
  const lines = moments.map((frame) => [frame.step, frame.epoch, frame.seconds, ...series.map(([, , of]) => of(frame) ?? "")].join(","));
  save(`${model}-curves.csv`, [["batch", "pass", "seconds", ...names.map((name) => `"${name}"`)].join(","), ...lines].join("\n") + "\n", "text/csv");
}
async function openIn(tab) {
  const answer = await loom.ask(server.open_in);
  if (answer.error) return notice.say(answer.error);
  loom.own.add({...answer, opens: subjects[model].opens});
  loom.own.open(tab, answer.name);
}

// ---- models, presets, keys, link
function begin(next, play) {
  model = next.model;
  values = {...subjects[model].defaults};
  for (const name of Object.keys(values)) if (next[name] !== undefined) values[name] = next[name];
  const names = {latent_map: "Latent map", interpolate: "Interpolate", classify: "Classify", denoise: "Denoise"};
  find(".live-opens").innerHTML = subjects[model].opens.length ? `<small>open it in</small>${subjects[model].opens.map((tab) => `<button type="button" data-open="${tab}" disabled>${names[tab]}</button>`).join("")}` : "";
  return reset().then(() => { if (play) return deed("play"); });
}
const deeds = {play: () => deed("play"), step: () => deed("step"), reset: () => begin({model, ...values}), take, curves: keepCurves};
element.addEventListener("click", ({target}) => {
  if (target.dataset?.open) return openIn(target.dataset.open);
  if (target.closest?.(".live-film")) return;
  if (deeds[target.dataset?.do]) return deeds[target.dataset.do]();
  if (target.closest?.(".presets") && presets[target.textContent]) {
    advice = presets[target.textContent].look;
    begin(presets[target.textContent], true);
  }
});
find("[data-model]").addEventListener("change", ({target}) => { advice = ""; begin({model: target.value}); });
document.addEventListener("keydown", (event) => {
  const {target, key} = event;
  if (!element.offsetParent || event.ctrlKey || event.metaKey || event.altKey) return;
  if (target !== document.body && (!element.contains(target) || target.closest("button, select, .live-fields"))) return;
  if (key === " ") { event.preventDefault(); return deed("play"); }
  if (key === "ArrowRight" && at === moments.length - 1 && ["none", "paused"].includes(state.now)) { event.preventDefault(); return deed("step"); }
  if (moments.length) film.key(event);
});
loom.share(find(".share"), "live", () => ({
  model, ...Object.fromEntries(Object.entries(values).filter(([name, v]) => v !== subjects[model].defaults[name])), play: moments.length ? 1 : null,
}));

find("[data-model]").innerHTML = Object.entries(subjects).map(([name, {title}]) => `<option value="${name}">${title}</option>`).join("");
find(".presets").innerHTML = Object.keys(presets).map((name) => `<button type="button">${name}</button>`).join("");
const query = loom.query.get("tab") === "live" ? loom.query : new URLSearchParams(), next = {model: Object.hasOwn(subjects, query.get("model")) ? query.get("model") : "cae"};
for (const name of Object.keys(subjects[next.model].defaults)) {
  const v = Number(query.get(name) || NaN), {low, high, whole} = choices[name];
  if (v >= low && v <= high && (!whole || v === Math.round(v))) next[name] = v;
}
loom.ask(server.warm).then(() => begin(next, query.get("play") === "1")).then(() => { find(".live-main").dataset.ready = ""; });
