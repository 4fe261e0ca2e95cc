const find = (selector) => element.querySelector(selector), all = (selector) => [...element.querySelectorAll(selector)];
const {classes, colors, runs, frames: FRAMES, stops: STOPS, tiles: TILES} = props;
const REAL = "#2a9d8f", MADE = "#cc6677", YOURS = "#ffb000", WALK_RATE = 16, FILM_RATE = 6;
const notice = loom.notice(find(".loom-notice"));
const odds = (logit) => 1 / (1 + Math.exp(-logit)), chance = (p) => (p > 0.999 ? "> 99.9 %" : p < 0.001 ? "< 0.1 %" : loom.percent(p));
const views = {training: "Training", walk: "Latent walk", score: "Real or made?"};
const start = {view: "training", run: Object.keys(runs)[0], tile: 0, seed: 1, stops: 4};
const presets = {
  "The first steps": {view: "training", run: start.run, moment: 0, play: true},
  ...(runs["dcgan-collapse"] && {"A collapse": {view: "training", run: "dcgan-collapse", moment: -1}}),
  "A walk": {view: "walk", seed: 7, stops: 4, frame: 0, play: true},
  "A fake that passes": {view: "score", own: "best"},
  "A copy?": {view: "training", run: start.run, moment: -1, tile: "closest"},
};
let sample = null, gallery = null, films = {}, film = null, way = null, crowd = null;
const view = {...start};
let own = null;  // in the score view: {kind: "real", real} | {kind: "made", made} | {kind: "pixels", pixels}

// ---- training: one picture of all moments, scrubbed here
const losses = loom.timeline(find(".losses"), {height: 186, onSeek: (epoch, held) => {
  const far = film.epochs.map((e) => Math.abs(e - epoch));
  training.go(far.indexOf(Math.min(...far)), held);
}});
const tileAt = (moment, tile) => {  // place of one picture among all the film's, row by row
  const columns = film.columns * TILES, row = Math.floor(moment / film.columns) * TILES + Math.floor(tile / TILES);
  return row * columns + (moment % film.columns) * TILES + tile % TILES;
};
const training = loom.player(find(".training-player"), {
  label: "Moment of the training", rate: FILM_RATE,
  paint(k) {
    film.moments.paint(k, find(".film"));
    losses.mark(film.epochs[k]);
    find(".film").setAttribute("aria-label", `${TILES * TILES} pictures made of the same codes ${when(k)}`);
    find(".gan-strip [aria-current]")?.removeAttribute("aria-current");
    find(".gan-strip").children[k]?.setAttribute("aria-current", "true");
    if (view.view === "training") glance();
  },
  settle: () => { if (view.view === "training") inspect(); },
  name: (k) => `moment ${k + 1} of ${film.steps.length}: epoch ${film.epochs[k].toFixed(film.epochs[k] < 1 ? 2 : 1)}, step ${film.steps[k].toLocaleString("en")}`,
});
const when = (k) => (k ? `after ${film.steps[k].toLocaleString("en")} steps` : "before any training");
const glance = () => { film.tilesOf.paint(tileAt(training.at, view.tile), find(".picture")); wait(); };

async function loadFilm(run, moment) {
  films[run] ??= await loom.ask(server.load_film, {run});
  if (films[run].error) {
    notice.say(films[run].error);
    delete films[run];
    return false;
  }
  const next = films[run];
  next.moments ??= await loom.sprite(next.sprite, next.columns, 28 * TILES);
  next.tilesOf ??= await loom.sprite(next.sprite, next.columns * TILES);
  film = next;
  view.run = run;
  offer("run", runs, run);
  losses.draw({
    series: [{name: "discriminator", color: REAL, values: film.discriminator}, {name: "generator", color: MADE, values: film.generator}],
    lines: [{name: "if D only guessed", value: 2 * Math.log(2), color: REAL}, {value: Math.log(2), color: MADE}],
    low: 0, high: film.epochs.at(-1), unit: "epoch", label: "Losses", format: (v, axis) => v.toFixed(axis ? (v % 1 ? 1 : 0) : 2),
  });
  find(".gan-strip").innerHTML = film.steps.map((_, k) =>
    `<button type="button" data-moment="${k}" title="epoch ${film.epochs[k]}" aria-label="moment ${k + 1}, ${when(k)}"><canvas width="28" height="28"></canvas></button>`).join("");
  choose(view.tile === "closest" ? film.closest : view.tile);
  training.load(film.steps.length, moment < 0 || moment >= film.steps.length ? film.steps.length - 1 : moment);
  return true;
}
function choose(tile) {
  view.tile = (tile + TILES * TILES) % (TILES * TILES);
  const cell = find(".cell");
  cell.hidden = false;
  cell.style.left = `${100 / TILES * (view.tile % TILES)}%`;
  cell.style.top = `${100 / TILES * Math.floor(view.tile / TILES)}%`;
  find(".strip-title").textContent = `Code ${view.tile + 1} through the training`;
  [...find(".gan-strip").children].forEach((button, k) => film.tilesOf.paint(tileAt(k, view.tile), button.firstChild));
}
const follow = (tile) => { training.stop(); choose(tile); glance(); inspect(); };
find(".film").addEventListener("click", (event) => {
  const box = event.target.getBoundingClientRect(), cell = (at, from, size) => Math.max(0, Math.min(TILES - 1, Math.floor((at - from) / size * TILES)));
  follow(cell(event.clientY, box.top, box.height) * TILES + cell(event.clientX, box.left, box.width));
});
find(".gan-strip").addEventListener("click", ({target}) => {
  const button = target.closest("[data-moment]");
  if (button) training.go(Number(button.dataset.moment));
});

// ---- a walk: one picture of all frames, on a ring
const line = loom.timeline(find(".walk-line"), {height: 186, onSeek: (frame, held) => walking.go(Math.min(FRAMES - 1, Math.round(frame)), held)});
const bars = loom.bars(find(".walk-bars"), classes, colors);
const walking = loom.player(find(".walk-player"), {
  label: "Place on the walk", rate: WALK_RATE, loop: true,
  paint(k) {
    way.sprite.paint(k, find(".big"));
    find(".knob").style.transform = `rotate(${360 * k / FRAMES}deg)`;
    line.mark(k);
    if (way.probs) bars.show(way.probs[k]);
    if (view.view !== "walk") return;
    way.sprite.paint(k, find(".picture"));
    wait();
    tell(way.logits[k], way.probs?.[k]);
  },
  settle: () => { if (view.view === "walk") inspect(); },
  name(k) {
    const each = FRAMES / view.stops, from = Math.floor(k / each), share = (k % each) / each;
    return share ? `${Math.round(100 * share)} % from code ${from + 1} to ${(from + 1) % view.stops + 1}` : `code ${from + 1} of ${view.stops}`;
  },
});
const loadWalk = loom.pump(server.walk, async (answer, {seed, stops, frame, play}) => {
  notice.clear();
  const sprite = await loom.sprite(answer.sprite, answer.columns);
  way = {seed, stops, sprite, logits: answer.logits, probs: null};
  Object.assign(view, {seed, stops});
  bars.show(null);
  drawRing();
  line.draw({
    series: [{name: "D says real", color: REAL, values: answer.logits.map(odds)}], low: 0, high: FRAMES - 1, range: [0, 1],
    unit: "frame of the walk", label: "Probability of real", format: (v, axis) => (axis ? `${Math.round(100 * v)} %` : chance(v)),
  });
  walking.load(FRAMES, frame ?? 0);
  find("[data-seed]").value = seed;
  find("[data-stops]").value = stops;
  if (view.view === "walk") play ? walking.play() : inspect();
  nameWalk({seed, stops});
}, notice.say);
const nameWalk = loom.pump(server.name_walk, ({probs}, {seed, stops}) => {
  if (seed !== way.seed || stops !== way.stops) return;
  way.probs = probs;
  bars.show(probs[walking.at]);
  drawRing();
}, notice.say);
const askWalk = (more = {}) => { walking.stop(); loadWalk({seed: view.seed, stops: view.stops, ...more}); };

function drawRing() {
  const canvas = find(".ring"), size = 896, tile = document.createElement("canvas"), context = canvas.getContext("2d");
  canvas.width = canvas.height = size;
  context.imageSmoothingEnabled = false;
  const shown = 24, angle = (k) => 2 * Math.PI * k / FRAMES - Math.PI / 2, middle = size / 2, place = (k, r) => [middle + r * Math.cos(angle(k)), middle + r * Math.sin(angle(k))];
  for (let k = 0; k < FRAMES; k++) {  // what the classifier sees
    const best = way.probs ? way.probs[k].indexOf(Math.max(...way.probs[k])) : -1;
    context.strokeStyle = best < 0 ? "rgba(128, 128, 128, .25)" : colors[best];
    context.lineWidth = 12;
    context.beginPath();
    context.arc(middle, middle, 334, angle(k - 0.5), angle(k + 0.52));
    context.stroke();
  }
  const stop = (k) => k % (FRAMES / view.stops) === 0, order = Array.from({length: shown}, (_, i) => i * FRAMES / shown);
  for (const k of [...order.filter((k) => !stop(k)), ...order.filter(stop)]) {  // those on a random code above
    const [x, y] = place(k, 394), side = stop(k) ? 104 : 78;
    way.sprite.paint(k, tile);
    context.fillStyle = YOURS;
    if (stop(k)) context.fillRect(x - side / 2 - 4, y - side / 2 - 4, side + 8, side + 8);
    context.drawImage(tile, x - side / 2, y - side / 2, side, side);
  }
}
const ring = find(".gan-ring");
let turning = false, hand = null;
const turn = (event) => {
  hand = event;
  const {clientX, clientY} = event;
  const box = ring.getBoundingClientRect(), angle = Math.atan2(clientX - box.left - box.width / 2, box.top + box.height / 2 - clientY);
  walking.go(Math.round((angle / (2 * Math.PI) + 1) * FRAMES) % FRAMES, turning);
};
ring.addEventListener("pointerdown", (event) => { if (!way) return; turning = true; ring.setPointerCapture(event.pointerId); turn(event); });
ring.addEventListener("pointermove", (event) => { if (turning) turn(event); });
for (const end of ["pointerup", "pointercancel"]) ring.addEventListener(end, () => { if (turning) { turning = false; turn(hand); } });

// ---- D's score of many pictures, and of your own
const dots = loom.dots(find(".verdicts"), {
  groups: [{name: "real", color: REAL}, {name: "made", color: MADE}],
  ticks: [0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999].map((p) => ({at: Math.log(p / (1 - p)), name: `${Number((100 * p).toFixed(2))} %`})),
  paint: (group, i, canvas) => (group ? crowd.sprite.paint(i, canvas) : sample.sprite.paint(crowd.places[i], canvas)),
  onPick(group, i) { take(group ? {kind: "made", made: i} : {kind: "real", real: crowd.places[i]}); },
  label: ([real, made]) => `Discriminator's scores: the median of the real images is ${chance(odds(real))}, of the made ones ${chance(odds(made))}`,
});
const pad = loom.pad(find(".gan-pad"), {
  onRelease(pixels) { if (!pad.isEmpty) take({kind: "pixels", pixels: loom.encode(pixels)}); },
});
loom.upload(element, {
  call: server.read_upload, fail: notice.say,
  onPixels(pixels) { pad.put(pixels); take({kind: "pixels", pixels: loom.encode(pixels)}); },
});

function take(what) {  // one picture of the score view
  notice.clear();
  own = what;
  if (what.kind !== "real" || !crowd.places.includes(what.real)) dots.select(...(what.kind === "made" ? [1, what.made] : [null]));
  else dots.select(0, crowd.places.indexOf(what.real));
  if (what.kind !== "real") gallery?.unselect();
  if (what.kind === "real") pad.put(sample.sprite.pixels(what.real));
  if (what.kind === "made") pad.put(crowd.sprite.pixels(what.made));
  loom.paint(find(".picture"), pad.pixels);
  inspect();
}
async function loadScores(what) {
  find(".judging").hidden = Boolean(crowd);
  const answer = crowd ?? await loom.ask(server.load_verdicts);
  find(".judging").hidden = true;
  if (answer.error) return notice.say(answer.error);
  if (!crowd) {
    crowd = {...answer, sprite: await loom.sprite(answer.sprite, answer.columns)};
    gallery = loom.gallery(find(".gallery"), {sample, colors, onPick: (i) => take({kind: "real", real: i})});
  }
  if (view.view !== "score") return;  // left meanwhile
  dots.draw([crowd.real, crowd.made]);
  if (what === "best") what = {kind: "made", made: crowd.made.indexOf(Math.max(...crowd.made))};
  if (what?.kind === "pixels") pad.put(loom.decode(what.pixels));
  if (what?.kind === "real") gallery.select(what.real);
  else take(what ?? {kind: "made", made: 0});
}

// ---- one picture: D's score, and the real images nearest to it
const asked = () => ({
  training: () => film && ({kind: "film", run: view.run, moment: training.at, tile: view.tile}),
  walk: () => way && ({kind: "walk", seed: way.seed, stops: way.stops, frame: walking.at}),
  score: () => own,
})[view.view]();
const same = (request) => JSON.stringify(request) === JSON.stringify(asked());
function tell(logit, probs) {  // what both networks say
  const p = odds(logit), best = probs ? probs.indexOf(Math.max(...probs)) : -1;
  find(".chance").textContent = chance(p);
  find(".gan-meter b").style.transform = `scaleX(${p})`;
  find(".gan-meter").setAttribute("aria-label", `Probability of real: ${chance(p)}`);
  find(".called").innerHTML = best < 0 ? "" : `the classifier sees: <b>${classes[best]}</b>, ${loom.percent(probs[best])}`;
  find(".gan-verdict").classList.remove("loom-stale");
}
const wait = () => all(".gan-verdict, [data-near], [data-closer]").forEach((part) => part.classList.add("loom-stale"));  // of another picture
const look = loom.pump(server.look, (answer, request) => {
  if (!same(request)) return;
  loom.paint(find(".picture"), loom.decode(answer.pixels));
  tell(answer.logit, answer.probs);
  if (view.view === "score") {
    dots.mark(answer.logit, request.kind === "pixels" ? "yours" : "this one");
    const above = (group) => loom.percent(group.filter((v) => v < answer.logit).length / group.length);
    find(".rank").textContent = `above ${above(crowd.real)} of the real and ${above(crowd.made)} of the made ones`;
  } else find(".rank").textContent = "";
  near("pixels", answer.near);
  find(".gan-look").dataset.ready = "";
}, notice.say);
const compare = loom.pump(server.compare, (answer, request) => { if (same(request)) near("fc1", answer.near); }, notice.say);

function inspect() {
  if (!asked()) return;
  find(".what").textContent = title(asked());
  wait();
  look(asked());
  compare(asked());
}
const title = (request) => ({
  film: () => `Code ${request.tile + 1}, ${when(request.moment)}`,
  walk: () => `Walk ${request.seed}, ${walking.at % (FRAMES / way.stops) ? "between two codes" : "on a random code"}`,
  made: () => `Made picture ${request.made + 1} of ${crowd.made.length}`,
  real: () => `Test image: ${classes[sample.labels[request.real]]}`,
  pixels: () => "Your picture",
})[request.kind]();
function near(space, {places, distances, closer}) {
  const list = find(`[data-near=${space}]`), digits = space === "pixels" ? 3 : 1;
  if (!list.children.length) list.innerHTML = places.map(() => `<li><canvas width="28" height="28"></canvas><span></span></li>`).join("");
  places.forEach((i, k) => {
    const item = list.children[k], name = classes[sample.labels[i]];
    sample.sprite.paint(i, item.firstChild);
    item.lastChild.textContent = distances[k].toFixed(digits);
    item.style.setProperty("--color", colors[sample.labels[i]]);
    item.title = `${name}, test image ${sample.index[i]}, distance ${distances[k].toFixed(digits)}`;
    item.setAttribute("aria-label", item.title);
  });
  all(`[data-near=${space}], [data-closer=${space}]`).forEach((part) => part.classList.remove("loom-stale"));
  find(`[data-closer=${space}]`).textContent = `${loom.percent(closer)} of real images have a closer neighbour${closer < 0.05 ? ": suspiciously near" : ""}`;
}

// ---- views and controls
function offer(choice, names, chosen) {
  const root = find(`[data-choice=${choice}]`);
  root.innerHTML = Object.entries(names).map(([key, words]) =>
    `<button type="button" role="radio" data-key="${key}" aria-checked="${key === chosen}" tabindex="${key === chosen ? 0 : -1}">${words}</button>`).join("");
}
async function open(next) {
  notice.clear();
  training.stop();
  walking.stop();
  view.view = next.view ?? view.view;
  if (next.tile !== undefined) view.tile = next.tile;
  offer("view", views, view.view);
  all(".gan-view").forEach((part) => { part.hidden = part.dataset.view !== view.view; });
  find("[data-choice=run]").hidden = view.view !== "training" || Object.keys(runs).length < 2;
  find(".gan-way").hidden = view.view !== "walk";
  find(".about").hidden = view.view !== "score";
  if (view.view === "training") {
    const moment = next.moment ?? (film ? training.at : -1);
    if ((!film || film.run !== (next.run ?? view.run) || next.moment !== undefined) && !await loadFilm(next.run ?? view.run, moment)) return;
    glance();
    if (next.play) return training.play();
    inspect();
  }
  if (view.view === "walk") {
    const {seed = view.seed, stops = view.stops, frame} = next;
    if (!way || way.seed !== seed || way.stops !== stops) askWalk({seed, stops, frame, play: next.play});
    else { walking.go(frame ?? walking.at); if (next.play) walking.play(); else inspect(); }
  }
  if (view.view === "score") await loadScores(next.own ?? own);
}
const deeds = {
  reset() { own = null; open({...start, moment: -1, ...(view.view === "walk" ? {frame: 0} : {})}); },
  anew() { askWalk({seed: Math.floor(Math.random() * 10000), play: true}); },
};
element.addEventListener("click", ({target}) => {
  if (deeds[target.dataset?.do]) return deeds[target.dataset.do]();
  if (target.closest?.(".presets") && presets[target.textContent]) return open(presets[target.textContent]);
  if (target.matches?.("[data-choice=view] button")) return open({view: target.dataset.key});
  if (target.matches?.("[data-choice=run] button")) return open({run: target.dataset.key, moment: -1});
});
element.addEventListener("change", ({target}) => {
  if (target.matches("[data-stops]")) askWalk({stops: Number(target.value)});
  if (target.matches("[data-seed]")) askWalk({seed: Math.max(0, Math.min(9999, Math.round(Number(target.value)) || 0))});
});
document.addEventListener("keydown", (event) => {
  const {target, key} = event, inside = element.contains(target);
  if (inside && target.matches("[role=radio]") && key.startsWith("Arrow")) {
    event.preventDefault();
    const group = [...target.parentElement.children], step = ["ArrowRight", "ArrowDown"].includes(key) ? 1 : group.length - 1;
    const {choice} = target.parentElement.dataset, other = group[(group.indexOf(target) + step) % group.length].dataset.key;
    open(choice === "view" ? {view: other} : {run: other, moment: -1}).then(() => find(`[data-choice=${choice}] [data-key="${other}"]`).focus());
    return find(`[data-choice=${choice}] [data-key="${other}"]`)?.focus();
  }
  const slider = inside && target.matches("input[type=range]"), free = target === document.body || slider || (inside && !target.closest("button, input, select, .pad"));
  if (!element.offsetParent || !free || event.ctrlKey || event.metaKey || event.altKey || (slider && key !== " ")) return;
  const rows = {ArrowUp: -1, ArrowDown: 1};
  if (view.view === "training" && film) {
    if (rows[key]) { event.preventDefault(); return follow(view.tile + rows[key]); }
    training.key(event);
  } else if (view.view === "walk" && way) walking.key(event);
  else if (view.view === "score" && crowd && ["ArrowLeft", "ArrowRight"].includes(key)) {
    event.preventDefault();
    dots.step(key === "ArrowRight" ? 1 : -1);
  }
});

// ---- the link
const words = () => ({
  training: () => ({view: "training", run: view.run === start.run ? null : view.run, moment: film ? training.at : null, tile: view.tile}),
  walk: () => ({view: "walk", seed: way?.seed, stops: way?.stops, frame: walking.at}),
  score: () => ({view: "score", ...(own?.kind === "pixels" ? {pixels: own.pixels.replaceAll("+", "-").replaceAll("/", "_")} : own && {[own.kind]: own[own.kind]})}),
})[view.view]();
function read(query) {
  const whole = (key, most, or) => { const v = Number(query.get(key) ?? NaN); return Number.isInteger(v) && v >= 0 && v <= most ? v : or; };
  const next = {
    view: Object.hasOwn(views, query.get("view")) ? query.get("view") : start.view, run: Object.hasOwn(runs, query.get("run")) ? query.get("run") : start.run,
    moment: whole("moment", 999, -1), tile: whole("tile", TILES * TILES - 1, 0), seed: whole("seed", 9999, start.seed),
    stops: STOPS.includes(Number(query.get("stops"))) ? Number(query.get("stops")) : start.stops, frame: whole("frame", FRAMES - 1, 0),
  };
  const real = whole("real", sample.labels.length - 1, -1), made = whole("made", 399, -1);
  if (real >= 0) next.own = {kind: "real", real};
  if (made >= 0) next.own = {kind: "made", made};
  if (query.get("pixels")) {
    try {
      const bytes = loom.decode(query.get("pixels").replaceAll("-", "+").replaceAll("_", "/"));
      if (bytes.length === 784) next.own = {kind: "pixels", pixels: loom.encode(bytes)};
    } catch { notice.say("The link's drawing is damaged."); }
  }
  return next;
}

(async () => {
  find(".presets").innerHTML = Object.keys(presets).map((name) => `<button type="button">${name}</button>`).join("");
  find("[data-stops]").innerHTML = STOPS.map((n) => `<option>${n}</option>`).join("");
  find("[data-seed]").value = view.seed;
  find("[data-stops]").value = view.stops;
  find(".gan-key").innerHTML = `<span style="--color:${REAL}">real test images, stacked up</span><span style="--color:${MADE}">made by the generator, stacked down</span><span style="--color:${YOURS}">the chosen picture</span><small>scale: D's probability of real</small>`;
  offer("view", views, view.view);
  try {
    sample = await loom.sample(server.load_sample);
  } catch (error) {
    return notice.say(error.message);
  }
  open(read(loom.query.get("tab") === "gan" ? loom.query : new URLSearchParams()));
})();

loom.share(find(".share"), "gan", words);
