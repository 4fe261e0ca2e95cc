const find = (selector) => element.querySelector(selector);
const {classes, colors, layers, methods, checkpoints, frames: FRAMES, per_class: [FEWEST, MOST]} = props;
const notice = loom.notice(find(".loom-notice"));
const PACE = 24;  // frames a second
const MAPS = 3, WIDEST = 100;  // at most: maps side by side, perplexity on the slider
const plain = {layer: "fc1", method: "t-SNE", perplexity: 30, seed: 0};
const tsne = (...changes) => changes.map((change) => ({...plain, ...change}));
const start = {checkpoint: props.checkpoint, n: 30, dimensions: 2, maps: tsne({method: "PCA"}, {})};
const presets = {
  "PCA | t-SNE": {},
  "conv1 | output": {maps: tsne({layer: "conv1"}, {layer: "output"})},
  "Perplexity 5 | 30 | 100": {maps: tsne({perplexity: 5}, {}, {perplexity: 100})},
  "Two seeds": {maps: tsne({}, {seed: 1})},
  "Three layers": {n: 15, maps: tsne(...layers.map((layer) => ({layer})))},
  "Only 5 a class": {n: 5, maps: tsne({perplexity: 5}, {perplexity: 49})},
  "3-D": {dimensions: 3},
};

let view = structuredClone(start), sample = null, panels = [], hidden = new Set();
let playhead = FRAMES - 1, playing = false, active = 1, lit = -1, pinned = -1, from = 1, hovering = false;  // active: the map whose t-SNE the bars show

// ---- what the server gives: kept by request, the newest few
const kept = (most) => {
  const store = new Map();
  return (key, make) => {
    const entry = store.get(key) ?? make();
    store.delete(key);
    store.set(key, entry);
    if (store.size > most) store.delete(store.keys().next().value);
    return entry;
  };
};
const floats = (text) => new Float32Array(loom.decode(text).buffer);
const fitted = (steps, d) => {  // a map without unit, made to fill -1 to 1: t-SNE grows by orders of magnitude on its way
  const low = Array(d).fill(Infinity), high = Array(d).fill(-Infinity);
  steps.forEach((v, k) => { low[k % d] = Math.min(low[k % d], v); high[k % d] = Math.max(high[k % d], v); });
  const half = Math.max(...high.map((v, c) => v - low[c]), 1) / 2;
  return Float32Array.from(steps, (v, k) => (v - (low[k % d] + high[k % d]) / 2) / half);
};
const planes = kept(24), runs = kept(18);
const count = () => classes.length * view.n;
const source = (layer) => ({checkpoint: view.checkpoint, layer, n: view.n});
const setting = (map) => ({...source(map.layer), dimensions: view.dimensions, perplexity: map.perplexity, seed: map.seed});

const plane = (layer) => planes(JSON.stringify(source(layer)), () => {
  const entry = {};
  entry.load = async () => {
    entry.error = null;
    const answer = await loom.ask(server.load_plane, entry.request);
    if (answer.error) { entry.wanted = null; entry.error = answer.error; return entry; }
    return Object.assign(entry, answer, {points: floats(answer.points), ready: true});
  };
  entry.request = source(layer);
  entry.get = () => (entry.wanted ??= entry.load());
  return entry;
});
const run = (map) => runs(JSON.stringify(setting(map)), () => {
  const entry = {request: setting(map), frames: [], p: null, last: null};
  const unpack = (answer) => {
    const whole = new Int16Array(loom.decode(answer.points).buffer), size = whole.length / answer.kl.length;
    return answer.kl.map((kl, k) => ({
      points: fitted(whole.subarray(k * size, (k + 1) * size), entry.request.dimensions), kl, iteration: answer.iteration[k], ch: answer.ch[k], kept: answer.kept[k],
    }));
  };
  const fail = (error) => { entry.error = error; entry.following = entry.ending = null; return entry; };
  const follow = async () => {
    entry.error = null;
    while (entry.frames.length < FRAMES) {
      const answer = await loom.ask(server.follow, {...entry.request, since: entry.frames.length});
      if (answer.error) return fail(answer.error);
      entry.frames.push(...unpack(answer));
      if (!entry.isWanted()) { entry.following = null; return entry; }  // the server breaks it off, too
    }
    entry.last = entry.frames[FRAMES - 1];
    return entry;
  };
  const end = async () => {  // the scores of the finished map alone
    const answer = await loom.ask(server.follow, {...entry.request, since: FRAMES - 1});
    if (answer.error) return fail(answer.error);
    entry.last = unpack(answer)[0];
    return entry;
  };
  const key = JSON.stringify(entry.request);
  entry.isWanted = () => view.maps.some((other) => other.method === "t-SNE" && JSON.stringify(setting(other)) === key);
  entry.follow = () => (entry.following ??= follow());
  entry.end = () => (entry.last ? entry : (entry.ending ??= end()));
  entry.neighbourhood = async () => {
    const {checkpoint, layer, n, perplexity} = entry.request;
    entry.asked ??= loom.ask(server.load_affinities, {checkpoint, layer, n, perplexity});
    const answer = await entry.asked;
    if (answer.error) entry.asked = null; else entry.p = floats(answer.p);
  };
  return entry;
});

// ---- one panel a map
const option = (name, chosen) => `<option${name === chosen ? " selected" : ""}>${name}</option>`;
const choice = (names, chosen) => names.map((name) =>
  `<button type="button" role="radio" aria-checked="${name === chosen}" tabindex="${name === chosen ? 0 : -1}">${name}</button>`).join("");
const mark = (group, chosen) => [...group.children].forEach((button) => {
  button.setAttribute("aria-checked", String(button.textContent === chosen));
  button.tabIndex = button.textContent === chosen ? 0 : -1;
});
function buildPanels() {
  find(".features-grid").innerHTML = view.maps.map((map, m) => `
    <figure class="features-map" data-m="${m}">
      <div class="loom-tools"><select data-layer aria-label="Layer of map ${m + 1}">${layers.map((name) => option(name, map.layer)).join("")}</select>
        <div class="loom-radio-group" role="radiogroup" aria-label="Method of map ${m + 1}" data-method>${choice(methods, map.method)}</div>
        <button type="button" data-do="drop" aria-label="Remove map ${m + 1}" title="remove this map">×</button></div>
      <div class="loom-tools how"><label class="loom-slider">perplexity <input type="range" data-perplexity min="2" step="1"> <output></output></label>
        <label class="seed">seed <input type="number" data-seed min="0" max="9999" step="1"></label></div>
      <div class="embedding" tabindex="0" role="application" aria-label="Map ${m + 1}: space plays, left and right step, up and down walk through the images"></div>
      <figcaption></figcaption>
    </figure>`).join("");
  panels = [...element.querySelectorAll(".features-map")].map((root, m) => ({
    root, drawn: null,
    cloud: loom.cloud(root.querySelector(".embedding"), {
      classes, colors, sprite: sample.sprite,
      onHover: (i) => { from = m; hovering = i >= 0; show(i >= 0 ? i : pinned); },
      onPick: (i) => { from = m; pinned = i === pinned ? -1 : i; show(i); },
    }),
  }));
}
function fillControls() {
  find("[data-checkpoint]").value = view.checkpoint;
  find("[data-n]").value = view.n;
  find("[data-n]").nextElementSibling.textContent = view.n;
  mark(find("[data-dimensions]"), `${view.dimensions}-D`);
  find("[data-do=add]").disabled = view.maps.length >= MAPS;
  view.maps.forEach((map, m) => {
    const {root} = panels[m], slider = root.querySelector("[data-perplexity]");
    root.querySelector("[data-layer]").value = map.layer;
    mark(root.querySelector("[data-method]"), map.method);
    root.classList.toggle("still", map.method === "PCA");
    root.querySelectorAll(".how input").forEach((input) => { input.disabled = map.method === "PCA"; });
    slider.max = Math.min(WIDEST, count() - 1);
    slider.value = map.perplexity;
    slider.nextElementSibling.textContent = map.perplexity;
    root.querySelector("[data-seed]").value = map.seed;
    root.querySelector("[data-do=drop]").hidden = view.maps.length === 1;
  });
  const moving = view.maps.some((map) => map.method === "t-SNE");
  find(".features-player").classList.toggle("still", !moving);
  find(".features-player").querySelectorAll("button, input").forEach((control) => { control.disabled = !moving; });
  const name = Object.keys(presets).find((key) => JSON.stringify({...start, ...presets[key]}) === JSON.stringify({...view, checkpoint: start.checkpoint}));
  [...find(".features-presets").children].forEach((button) => button.setAttribute("aria-pressed", String(button.textContent === name)));
}
function clamp() {  // a perplexity above n - 1 has no meaning
  const most = count() - 1, over = view.maps.filter((map) => map.method === "t-SNE" && map.perplexity > most);
  if (!over.length) return;
  over.forEach((map) => { map.perplexity = most; });
  notice.say(`${count()} images allow a perplexity of at most ${most}, one less than there are: it was set to ${most}.`);
}

// ---- a change: controls at once, then each map as soon as it can be drawn
async function change(next, at = null) {
  const before = view.maps.length, was = JSON.stringify(view.maps.map(setting)), n = view.n;
  notice.clear();
  view = next;
  clamp();
  if (panels.length !== view.maps.length || before !== view.maps.length) buildPanels();
  active = Math.min(Math.max(active, 0), view.maps.length - 1);
  if (view.maps[active].method === "PCA") active = Math.max(0, view.maps.findIndex((map) => map.method === "t-SNE"));
  if (n !== view.n) { pinned = -1; lit = -1; }
  fillControls();
  const fresh = JSON.stringify(view.maps.map(setting)) !== was || before === 0;
  if (fresh || at !== null) { playhead = at ?? 0; playing = false; }
  showStep();
  const mine = view;
  const told = (error) => { if (error && mine === view) notice.say(error); return !error; };
  await Promise.all(view.maps.map(async (map, m) => {
    panels[m].drawn = null;
    caption(m, plane(map.layer).ready ? "…" : `the network looks at ${count()} images…`);
    if (!told((await plane(map.layer).get()).error) || mine !== view) return;
    if (map.method === "PCA") return paint(m);
    caption(m, "t-SNE starts…");
    if (at === null && !playing) play();
    if (!told((await run(map).follow()).error) || mine !== view) return;
    paint(m);
    await run(map).neighbourhood();
  }));
  if (mine !== view) return;
  show(lit >= 0 ? lit : pinned >= 0 ? pinned : Math.min(count() - 1, 6 * view.n));
  find(".features-maps").dataset.ready = "";
  for (const layer of layers) {  // the bars of layers that no map shows come last
    if (!told((await plane(layer).get()).error) || mine !== view) return;
    drawBars();
    if (view.maps[active].method === "t-SNE" && !told((await run({...view.maps[active], layer}).end()).error)) return;
    if (mine !== view) return;
    drawBars();
  }
}
const index = () => (view.maps.length > 2 ? "CH" : "Calinski-Harabasz");
const caption = (m, text) => { panels[m].root.querySelector("figcaption").textContent = text; };

function paint(m, whole = false) {
  const map = view.maps[m], panel = panels[m], flat = plane(map.layer);
  if (!flat.ready) return;
  const d = view.dimensions, about = {labels: flat.places.map((place) => sample.labels[place]), places: flat.places, dimensions: d, hidden};
  const key = `${JSON.stringify(map.method === "PCA" ? source(map.layer) : setting(map))} ${d} ${[...hidden]}`;
  if (map.method === "PCA") {
    const share = flat.ratio.slice(0, d).reduce((a, b) => a + b, 0);
    caption(m, `keeps ${loom.percent(share)} of the variance · ${index()} ${flat.ch[d - 2].toFixed(0)}`);
    if (panel.drawn === key && !whole) return;
    const points = d === 3 ? flat.points : flat.points.filter((_, k) => k % 3 < 2);
    panel.cloud.draw({...about, points, titles: [1, 2, 3].slice(0, d).map((c) => `component ${c}, ${loom.percent(flat.ratio[c - 1])}`)});
  } else {
    const {frames} = run(map), frame = frames[Math.min(Math.floor(playhead), frames.length - 1)];
    if (!frame) return;
    caption(m, `iteration ${frame.iteration} · KL ${frame.kl.toFixed(2)} nats · ${index()} ${frame.ch.toFixed(0)}`);
    if (panel.drawn === key && !whole) panel.cloud.move(frame.points);
    else panel.cloud.draw({...about, points: frame.points, titles: null});
  }
  if (panel.drawn !== key && lit >= 0) light(m);
  panel.drawn = key;
}

// ---- t-SNE as a film
const film = () => view.maps.filter((map) => map.method === "t-SNE").map((map) => run(map).frames.length);
function showStep() {
  find("[data-frame]").max = FRAMES - 1;
  find("[data-frame]").value = Math.floor(playhead);
  find(".step").textContent = film().length ? `frame ${Math.floor(playhead) + 1} of ${FRAMES}` : "no t-SNE map";
  find("[data-do=play]").textContent = playing ? "Pause" : "Play";
}
function paintAll() {
  view.maps.forEach((map, m) => { if (map.method === "t-SNE") paint(m); });
  showStep();
  drawBars();
}
function play() {
  if (!film().length) return;
  if (playhead >= FRAMES - 1) playhead = 0;
  playing = true;
  let last = performance.now();
  const hurry = window.matchMedia("(prefers-reduced-motion: reduce)").matches, mine = (play.turn = (play.turn ?? 0) + 1);
  const tick = (now) => {
    if (!playing || mine !== play.turn) return;
    const ready = Math.min(...film());
    if (ready > 0) playhead = Math.min(hurry ? FRAMES : playhead + Math.min(now - last, 200) / 1000 * PACE, ready - 1);
    last = now;
    if (playhead >= FRAMES - 1) playing = false;
    if (element.offsetParent) paintAll();
    if (playing) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}
const seek = (frame) => { playing = false; playhead = Math.max(0, Math.min(FRAMES - 1, frame)); paintAll(); };

// ---- one image, found in every map
const links = (m, i) => {
  const map = view.maps[m], flat = plane(map.layer), p = map.method === "t-SNE" ? run(map).p : null, near = flat.neighbour[i];
  const weight = (k) => (p ? p[i * near.length + k] : 1 - k / (near.length + 1)), most = Math.max(...near.map((_, k) => weight(k)), 1e-30);
  return near.map((j, k) => ({j, strength: weight(k) / most})).filter(({j}) => !hidden.has(sample.labels[flat.places[j]]));
};
const light = (m) => {
  const flat = plane(view.maps[m].layer);
  if (flat.ready) panels[m].cloud.light(lit, lit >= 0 ? links(m, lit) : [], hovering || pinned >= 0);
};
function show(i) {
  lit = i;
  panels.forEach((_, m) => light(m));
  from = Math.min(from, view.maps.length - 1);
  const map = view.maps[from], flat = plane(map.layer);
  if (i < 0 || !flat.ready) return;
  const place = flat.places[i], name = (j) => classes[sample.labels[flat.places[j]]];
  sample.sprite.paint(place, find(".picture"));
  find(".what").textContent = name(i);
  const right = flat.called[i] === sample.labels[place];
  find(".where").innerHTML = `test image ${sample.index[place]}<br>the network calls it <b>${classes[flat.called[i]]}</b>${right ? ", right" : ", wrong"}`;
  const p = map.method === "t-SNE" ? run(map).p : null;
  find(".space").textContent = `of map ${from + 1}, ${map.layer}: distance${p ? ", and p₍ᵢⱼ₎ × 10⁴" : ""}`.replace("₍ᵢⱼ₎", "ᵢⱼ");
  const list = find(".features-near");
  if (list.children.length !== flat.neighbour[i].length)
    list.innerHTML = flat.neighbour[i].map(() => `<li><canvas width="28" height="28"></canvas><span></span><span></span></li>`).join("");
  flat.neighbour[i].forEach((j, k) => {
    const item = list.children[k], [canvas, far, chance] = item.children, at = i * flat.neighbour[i].length + k;
    sample.sprite.paint(flat.places[j], canvas);
    item.style.setProperty("--color", colors[sample.labels[flat.places[j]]]);
    far.textContent = flat.distance[i][k].toFixed(flat.distance[i][k] < 10 ? 2 : 1);
    chance.textContent = p ? (p[at] * 1e4).toFixed(p[at] < 1e-3 ? 2 : 1) : "";
    const words = `${name(j)}, distance ${far.textContent}${p ? `, p ${p[at].toExponential(2)}` : ""}`;
    item.title = words;
    item.setAttribute("aria-label", words);
  });
}

// ---- scores of the three layers
function drawBars() {
  const map = view.maps[active], moving = map.method === "t-SNE", d = view.dimensions;
  const score = (layer) => {
    const entry = run({...map, layer}), shown = layer === map.layer && entry.frames.length;
    return moving ? (shown ? entry.frames[Math.min(Math.floor(playhead), entry.frames.length - 1)] : entry.last) : null;
  };
  const rows = layers.map((layer) => {
    const flat = plane(layer), frame = score(layer), share = flat.ready ? flat.ratio.slice(0, d).reduce((a, b) => a + b, 0) : null;
    return {layer, ch: [flat.own_ch, flat.ch?.[d - 2], frame?.ch], kept: [null, share, frame?.kept]};
  });
  const chart = (name, show) => {
    const values = rows.flatMap((row) => row[name]).filter((v) => v !== null && v !== undefined), most = Math.max(...values, 1e-9);
    const root = find(`[data-chart=${name}]`), series = name === "ch" ? [0, 1, 2] : [1, 2];
    if (!root.children.length)
      root.innerHTML = rows.map(({layer}) => series.map((s, at) => `<div role="listitem" class="loom-bar" style="--color:var(${["--loom-own", "--loom-pca", "--loom-tsne"][s]})">
        <span class="name">${at ? "" : layer}</span><span class="track"><span class="fill"></span></span><span class="value"></span></div>`).join("")).join("");
    rows.forEach((row, r) => series.forEach((s, at) => {
      const bar = root.children[r * series.length + at], v = row[name][s], known = v !== null && v !== undefined;
      bar.querySelector(".fill").style.transform = `scaleX(${known ? v / most : 0})`;
      bar.querySelector(".value").textContent = known ? show(v) : s === 2 && !moving ? "" : "…";
      bar.classList.toggle("best", known && v === most);
      bar.setAttribute("aria-label", `${row.layer}, ${["all features", "PCA map", "t-SNE map"][s]}: ${known ? show(v) : "unknown"}`);
    }));
  };
  chart("ch", (v) => v.toFixed(v < 100 ? 1 : 0));
  chart("kept", loom.percent);
  find(".setting").textContent = `${view.n} images a class, ${d}-D${moving ? `; t-SNE of map ${active + 1}: perplexity ${map.perplexity}, seed ${map.seed}` : ""}`;
}

// ---- controls
const copy = () => structuredClone(view);
const edit = (m, field, value) => { const next = copy(); next.maps[m][field] = value; active = m; change(next); };
const panelOf = (target) => Number(target.closest(".features-map")?.dataset.m ?? -1);
const deeds = {
  play: () => { if (playing) seek(playhead); else play(); showStep(); },
  back: () => seek(Math.floor(playhead) - 1),
  forward: () => seek(Math.floor(playhead) + 1),
  add() { const next = copy(); next.maps.push({...next.maps.at(-1), method: "t-SNE"}); change(next); },
  drop(target) { const next = copy(); next.maps.splice(panelOf(target), 1); change(next); },
  reset() { hidden = new Set(); drawChips(); pinned = -1; change({...structuredClone(start)}); },
};
element.addEventListener("click", ({target}) => {
  if (target.dataset?.do) return deeds[target.dataset.do](target);
  if (target.closest?.(".features-presets") && target.matches("button")) return change(structuredClone({...start, checkpoint: view.checkpoint, ...presets[target.textContent]}));
  if (target.matches?.("[role=radio]")) {
    if (target.closest("[data-dimensions]")) return change({...copy(), dimensions: Number(target.textContent[0])});
    return edit(panelOf(target), "method", target.textContent);
  }
  if (target.dataset?.k) {
    const k = Number(target.dataset.k);
    hidden = new Set(hidden);
    hidden.has(k) ? hidden.delete(k) : hidden.add(k);
    drawChips();
    view.maps.forEach((_, m) => paint(m, true));
  }
});
element.addEventListener("input", ({target}) => {
  if (target.matches("[data-n], [data-perplexity]")) target.nextElementSibling.textContent = target.value;
  if (target.matches("[data-frame]")) seek(Number(target.value));
});
element.addEventListener("change", ({target}) => {
  if (target.matches("[data-n]")) change({...copy(), n: Number(target.value)});
  if (target.matches("[data-checkpoint]")) change({...copy(), checkpoint: target.value});
  if (target.matches("[data-layer]")) edit(panelOf(target), "layer", target.value);
  if (target.matches("[data-perplexity]")) edit(panelOf(target), "perplexity", Number(target.value));
  if (target.matches("[data-seed]")) edit(panelOf(target), "seed", Math.max(0, Math.min(9999, Math.round(Number(target.value)) || 0)));
});
document.addEventListener("keydown", (event) => {
  const {target, key} = event, free = target === document.body || (element.contains(target) && !target.closest("button, input, select"));
  if (element.contains(target) && target.matches("[role=radio]") && key.startsWith("Arrow")) {
    event.preventDefault();
    const all = [...target.parentElement.children], other = all[(all.indexOf(target) + 1) % all.length];
    other.focus();
    return other.click();
  }
  if (!element.offsetParent || !free || !panels.length || event.ctrlKey || event.metaKey || event.altKey) return;
  const walk = (step) => { pinned = ((lit < 0 ? 0 : lit) + step + count()) % count(); show(pinned); };
  const keys = {" ": deeds.play, ArrowLeft: deeds.back, ArrowRight: deeds.forward, ArrowUp: () => walk(-1), ArrowDown: () => walk(1), Home: () => seek(0), End: () => seek(FRAMES - 1)};
  if (!keys[key]) return;
  event.preventDefault();
  keys[key]();
});
function drawChips() {
  find(".chips").innerHTML = classes.map((name, k) =>
    `<button type="button" data-k="${k}" aria-pressed="${!hidden.has(k)}" style="--color:${colors[k]}">${name}</button>`).join("");
}

// ---- the link: one value for all maps, or one a map with commas between
const words = () => {
  const list = (field) => view.maps.map((map) => map[field]), short = (values) => (new Set(values).size === 1 ? values[0] : values.join(","));
  return {
    checkpoint: view.checkpoint === start.checkpoint ? null : view.checkpoint, layer: short(list("layer")), n: view.n, method: list("method").join(","),
    perplexity: short(list("perplexity")), seed: short(list("seed")), dimensions: view.dimensions === 2 ? null : view.dimensions,
    frame: film().length && playhead < FRAMES - 1 ? Math.floor(playhead) : null, point: pinned < 0 ? null : plane(view.maps[0].layer).places[pinned],
    hide: hidden.size ? [...hidden].join(",") : null,
  };
};
function read(query) {
  const whole = (key, low, high, or) => { const v = Number(query.get(key) ?? NaN); return Number.isInteger(v) && v >= low && v <= high ? v : or; };
  const list = (key, fine, change = (v) => v) => (query.get(key) ?? "").split(",").filter(Boolean).map(change).filter(fine).slice(0, MAPS);
  const lists = {
    layer: list("layer", (v) => layers.includes(v)), method: list("method", (v) => methods.includes(v)),
    perplexity: list("perplexity", (v) => Number.isFinite(v) && v >= 1, Number), seed: list("seed", (v) => Number.isInteger(v) && v >= 0 && v <= 9999, Number),
  };
  const most = Math.max(...Object.values(lists).map((values) => values.length));
  if (!lists.method.length) lists.method = most > 1 ? ["t-SNE"] : start.maps.map((map) => map.method);
  const maps = Array.from({length: Math.max(most, lists.method.length)}, (_, m) => Object.fromEntries(Object.entries(lists).map(([key, values]) =>
    [key, values[m] ?? values.at(-1) ?? plain[key]])));
  (query.get("hide") ?? "").split(",").forEach((k) => { if (k !== "" && classes[k]) hidden.add(Number(k)); });
  const at = query.has("frame") ? whole("frame", 0, FRAMES - 1, null) : null;
  return [{checkpoint: checkpoints.includes(query.get("checkpoint")) ? query.get("checkpoint") : start.checkpoint, n: whole("n", FEWEST, MOST, start.n),
    dimensions: whole("dimensions", 2, 3, 2), maps}, at, whole("point", 0, sample.labels.length - 1, -1)];
}

(async () => {
  find(".features-presets").innerHTML = Object.keys(presets).map((name) => `<button type="button" aria-pressed="false">${name}</button>`).join("");
  find("[data-checkpoint]").innerHTML = checkpoints.map((name) => option(name, view.checkpoint)).join("");
  find("[data-checkpoint]").hidden = checkpoints.length < 2;
  find("[data-dimensions]").innerHTML = choice(["2-D", "3-D"], "2-D");
  Object.assign(find("[data-n]"), {min: FEWEST, max: MOST});
  drawBars();
  try {
    [sample] = await Promise.all([loom.sample(server.load_sample), ...props.scripts.map(loom.script)]);
  } catch (error) {
    return notice.say(error.message);
  }
  const [wanted, at, point] = read(loom.query.get("tab") === "features" ? loom.query : new URLSearchParams());
  drawChips();
  const changed = change(wanted, at);
  if (point >= 0) {
    const {places} = await plane(wanted.maps[0].layer).get();
    await changed;
    pinned = places?.indexOf(point) ?? -1;
    if (pinned >= 0) show(pinned);
  }
})();

loom.share(find(".share"), "features", words);
