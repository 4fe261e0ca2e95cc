const find = (selector) => element.querySelector(selector);
const {classes, colors, methods, decoders, frames: FRAMES, reach: REACH} = props;
const notice = loom.notice(find(".loom-notice"));
const known = Object.fromEntries(decoders.map((decoder) => [decoder.name, decoder]));
const clothes = decoders.filter(({kind}) => kind === "clothes"), people = decoders.filter(({kind}) => kind === "faces");
const first = (...names) => names.find((name) => known[name]);
const PASS = 4000;  // milliseconds that play takes one way
const ends = {a: "A", b: "B"}, spoken = (name) => name.replaceAll("_", " ");

const plain = {model: null, a: {i: 112}, b: {i: 634}, alpha: 0.5, method: methods[0], beyond: false, attributes: []};
const vad = first("vad-gaussian", "vad-uniform", "vad-exponential", "cae-27", clothes[0]?.name, people[0]?.name);
const face = first("vae-faces", people[0]?.name), smile = known[face]?.attributes.indexOf("Smiling") ?? -1;
const presets = Object.fromEntries(Object.entries({
  "Trouser to Shirt": {model: vad, alpha: 0.55},
  "Sneaker to boot": {model: first("cae-27", vad), a: {i: 703}, b: {i: 905}},
  "Beyond the ends": {model: first("cae-27", vad), a: {i: 3}, b: {i: 205}, beyond: true, alpha: 1.5},
  "Two numbers": {model: first("cae-2"), a: {i: 124}, b: {i: 905}},
  "Face to face": {model: face, a: {i: 0}, b: {i: 1}, method: "spherical"},
  "Smile": smile >= 0 ? {model: face, a: {i: 2}, b: {i: 3}, alpha: 0, attributes: known[face].attributes.map((_, k) => (k === smile ? 1.4 : 0))} : {},
}).filter(([, {model}]) => model).map(([name, change]) => [name, {...plain, ...change}]));
const start = Object.values(presets)[0];

let view = null, here = null, sample = null, target = "a", source = "gallery", playing = null, ahead = null;
// view: what is asked for; here: its strip, once it has come

// ---- what the server gives: strips, kept by request, the newest few
const strips = new Map();
const asked = (name = view.model) => ({
  checkpoint: name, a: end(view.a), b: end(view.b), method: view.method, beyond: view.beyond, attributes: view.attributes,
});
const end = ({i, pixels, code}) => (i !== undefined ? {i} : pixels ? {pixels} : {code});
const exactly = () => ({...asked(), alpha: view.alpha});
function strip(request) {
  const key = JSON.stringify(request), wanted = strips.get(key) ?? loom.ask(server.path, request).then(async (answer) => {
    if (answer.error) { strips.delete(key); return answer; }
    return {...answer, sprite: await loom.sprite(answer.sprite, answer.columns, known[request.checkpoint].side)};
  });
  strips.delete(key);
  strips.set(key, wanted);
  const room = known[request.checkpoint].kind === "faces" ? 4 : 40;  // a strip of faces is 7 MB once unpacked
  while (strips.size > room) strips.delete(strips.keys().next().value);
  return wanted;
}

// ---- frames: number 0 lies at the lower end of the slider
const low = () => (view.beyond ? -REACH : 0);
const frame = (alpha = view.alpha) => Math.round((alpha - low()) * FRAMES);
const alphaOf = (k) => low() + k / FRAMES;
const told = (alpha, digits = 2) => alpha.toFixed(digits).replace("-", "−");
const short = (k) => ({[frame(0)]: "A ", [frame(1)]: "B "}[k] ?? "") + told(alphaOf(k), 1);
const shownFrames = () => Array.from({length: view.beyond ? 10 : 9}, (_, n) => (view.beyond ? 20 * n + 10 : 10 * (n + 1)));
const film = loom.filmstrip(find(".strip"), {what: "alpha", caption: short, onPick: (k) => { pause(); seek(alphaOf(k)); settle(); }});

function seek(alpha) {  // moves inside what is here: never asks the server
  ahead = null;
  view.alpha = Math.round(Math.min(1 - low(), Math.max(low(), alpha)) * FRAMES) / FRAMES;
  find("[data-alpha]").value = view.alpha;
  find(".interp-alpha output").textContent = told(view.alpha);
  paint();
}
function paint() {
  const k = frame();
  if (here) {
    here.sprite.paint(k, find(".now"));
    const b = Math.round(100 * view.alpha);
    find(".said").textContent = here.called ? `${classes[here.called[k]]}, ${here.sure[k]} %` : `${100 - b} % A, ${b} % B`;
    film.mark(k);
  }
  ways.paint(k);
}
const rest = () => {  // what a screen reader is told once the slider rests
  if (!here) return;
  const call = here.called ? `; the classifier calls it ${classes[here.called[frame()]]}` : "";
  find(".now").setAttribute("aria-label", `Between A, ${named(view.a)}, and B, ${named(view.b)}, at alpha ${told(view.alpha)}, painted by ${view.model}${call}`);
};
let waiting = 0;
function settle() {  // the slider rests: what the attribute sliders would show here is fetched before they are touched
  rest();
  markPreset();
  if (!find(".interp-python").hidden) showLines(exactly());
  clearTimeout(waiting);
  if (known[view.model].attributes.length) waiting = setTimeout(() => sweep(exactly()), 150);
}

// ---- a new way: other ends, another model, another kind of way
const follow = loom.pump(strip, arrived, (error) => { notice.say(error); find(".said").textContent = "no picture"; });
function arrived(answer, request) {
  if (JSON.stringify(request) !== JSON.stringify(asked())) return;
  here = answer;
  film.show(here.sprite, shownFrames());
  drawBand();
  drawEnds();
  find(".now").classList.toggle("photo", known[view.model].kind === "faces");
  paint();
  settle();
  find(".interp-main").dataset.ready = "";
  fillWays();
}
const isNew = ({i}) => i === undefined;
function change(next, {keep = false} = {}) {
  view = {...view, ...next};
  if (!next.attributes || next.model) ahead = null;
  const {attributes, kind} = known[view.model];
  if (view.attributes.length !== attributes.length) view.attributes = attributes.map(() => 0);
  if (!keep) notice.clear();
  fillControls();
  find(".said").textContent = known[view.model].fits && [view.a, view.b].some(({pixels}) => pixels)
    ? `fitting a code in ${props.fit_steps} steps…` : "…";
  if (kind === "faces") showFaces();
  follow(asked());
}
function choose(taken) {  // a picture for the end that is chosen
  pause();
  change({[target]: taken});
}
function setModel(name) {
  const next = {model: name, attributes: []}, moved = known[name].kind !== known[view.model].kind;
  const other = moved ? Object.values(presets).find(({model}) => known[model].kind === known[name].kind) ?? {a: {i: 0}, b: {i: 1}} : view;
  for (const key of Object.keys(ends))  // a code belongs to one model, a picture to every model of its kind
    next[key] = other[key].code && known[name].size !== known[view.model].size ? {i: key === "a" ? 0 : 1} : other[key];
  pause();
  here = null;
  change(next);
}

// ---- the same way through every decoder of clothes
const ways = loom.ways(find(".rows"), {
  decoders: clothes, classes, colors, onPick: (name) => setModel(name), load: (name) => strip({...asked(name), attributes: []}),
});
function fillWays() {
  const drawn = [view.a, view.b].some(isNew);
  if (known[view.model].kind === "clothes") ways.fill({first: view.model, isSlow: (name) => drawn && known[name].fits, at: frame});
}

// ---- what the classifier says along the way: every frame on the band, runs of three and more in words
function drawBand() {
  const band = find(".band"), runs = [];
  find(".interp-runs").hidden = band.hidden = !here.called;
  if (!here.called) return;
  band.width = here.count;
  const context = band.getContext("2d");
  here.called.forEach((call, k) => {
    context.fillStyle = colors[call];
    context.fillRect(k, 0, 1, 1);
    if (runs.at(-1)?.call === call) runs.at(-1).to = k;
    else runs.push({call, from: k, to: k});
  });
  find(".interp-runs").innerHTML = "called " + runs.filter(({from, to}) => to - from > 1).map(({call, from, to}) =>
    `<span style="--color:${colors[call]}">${classes[call]} <small>${told(alphaOf(from))} – ${told(alphaOf(to))}</small></span>`).join(" ");
}

// ---- play, step, swap
function play() {
  if (playing) return pause();
  if (!here) return;
  let last = performance.now(), place = view.alpha, way = place >= 1 - low() - 1e-9 ? -1 : 1;
  find("[data-do=play]").textContent = "Pause";
  const step = (now) => {
    place += way * (now - last) / PASS * (1 - 2 * low());
    last = now;
    if (place >= 1 - low()) [place, way] = [1 - low(), -1];
    else if (place <= low()) [place, way] = [low(), 1];
    seek(place);
    playing = requestAnimationFrame(step);
  };
  playing = requestAnimationFrame(step);
}
function pause() {
  if (!playing) return;
  cancelAnimationFrame(playing);
  playing = null;
  find("[data-do=play]").textContent = "Play";
  settle();
}
const move = (alpha) => { pause(); seek(alpha); settle(); };

// ---- attributes: a drag shows what was decoded ahead, its end is decoded exactly
const sweep = loom.pump(server.sweep, async (answer, request) => {
  const sprite = await loom.sprite(answer.sprite, answer.columns, known[request.checkpoint].side);
  if (JSON.stringify(request) === JSON.stringify(exactly())) { ahead = {...answer, sprite}; find(".interp-main").dataset.ahead = ""; }
}, notice.say);
function makeAttributes() {
  const {attributes} = known[view.model], most = props.attribute_range, box = find(".interp-attributes");
  box.hidden = !attributes.length;
  if (box.dataset.made === view.model) return;
  box.dataset.made = view.model;
  box.querySelector(".axes").innerHTML = attributes.map((name, k) => `
    <label class="loom-slider"><span>${spoken(name)}</span><input type="range" min="${-most}" max="${most}" step="0.1" value="0"
      data-k="${k}" aria-label="${spoken(name)}: 0 as it is, 1 from absent to present"><output>0.0</output></label>`).join("");
  box.querySelectorAll("input").forEach((input, k) => {
    input.addEventListener("input", () => {
      input.nextElementSibling.textContent = signed(Number(input.value));
      pause();
      if (!ahead) return;
      const column = Math.round((Number(input.value) + most) / (2 * most) * (ahead.columns - 1));
      ahead.sprite.paint(k * ahead.columns + column, find(".now"));
    });
    input.addEventListener("change", () => change({attributes: view.attributes.map((s, n) => (n === k ? Number(input.value) : s))}));
  });
}
const signed = (s) => `${s > 0 ? "+" : s < 0 ? "−" : ""}${Math.abs(s).toFixed(1)}`;

// ---- the ends: what they are called, and how they look
function named({i, pixels, code}) {
  const {kind} = known[view.model];
  if (i !== undefined) return kind === "faces" ? `face ${i}` : `${classes[sample?.labels[i]]}, test image ${sample?.index[i]}`;
  return kind === "faces" ? (pixels ? "your photo" : code ? "a face of your own" : "") : pixels ? "your drawing" : "a code";
}
function drawEnds() {
  for (const key of Object.keys(ends)) {
    const root = find(`[data-end=${key}]`), canvas = root.querySelector("canvas"), {i, pixels} = view[key], {kind} = known[view.model];
    root.setAttribute("aria-pressed", String(key === target));
    root.querySelector("span").textContent = named(view[key]);
    canvas.classList.toggle("photo", kind === "faces");
    if (kind === "clothes" && i !== undefined) sample?.sprite.paint(i, canvas);
    else if (kind === "clothes" && pixels) loom.paint(canvas, loom.decode(pixels));
    else if (kind === "faces" && i !== undefined) faces[view.model]?.sprite.paint(i, canvas);
    else if (pixels) paintPhoto(canvas, loom.decode(pixels));
    else here?.sprite.paint(frame(key === "a" ? 0 : 1), canvas);
  }
}
function paintPhoto(canvas, bytes) {
  canvas.width = canvas.height = props.photo;
  const image = new ImageData(props.photo, props.photo).data;
  for (let i = 0; i < props.photo ** 2; i++) image.set([bytes[3 * i], bytes[3 * i + 1], bytes[3 * i + 2], 255], 4 * i);
  canvas.getContext("2d").putImageData(new ImageData(image, props.photo), 0, 0);
}

// ---- where the next picture comes from
const galleries = {clothes: null}, faces = {};
async function showFaces() {
  const name = view.model;
  if (faces[name] === undefined) {
    faces[name] = null;
    const answer = await loom.ask(server.load_faces, {checkpoint: name});
    if (answer.error) { delete faces[name]; return notice.say(answer.error); }
    const sprite = await loom.sprite(answer.sprite, answer.columns, known[name].side), root = document.createElement("div");
    root.className = "faces";
    const title = (i) => `face ${i} that no training saw, as ${name} paints it`;
    const made = {sprite, classes: [`${answer.count} unseen faces, painted by ${name}`], labels: Array(answer.count).fill(0), index: []};
    faces[name] = {sprite, root, gallery: loom.gallery(root, {sample: made, colors: [], title, onPick: (i) => choose({i})})};
  }
  if (view.model === name) { fillSource(); drawEnds(); }
}
const pad = loom.pad(find(".interp-draw"), {
  onRelease(pixels) {
    if (pad.isEmpty) return notice.say("The pad is empty: draw something, or take a test image.");
    choose({pixels: loom.encode(pixels)});
  },
});
function fillPad() {  // what is there can be changed: pen on a test image
  const {i, pixels} = view[target], bytes = pixels ? loom.decode(pixels) : i !== undefined ? sample?.sprite.pixels(i) : null;
  if (!bytes || bytes.length !== 784) return;
  pad.put(bytes);
}
function fillSource() {
  const {kind} = known[view.model], drawing = kind === "clothes" && source === "draw";
  find(".interp-draw").hidden = !drawing;
  find(".interp-gallery").hidden = drawing;
  find(".interp-source").hidden = kind === "faces";
  find("[data-do=portrait]").hidden = find("[data-do=random]").hidden = kind !== "faces";
  find(".interp-about").textContent = kind === "faces"
    ? "No photograph ships: these pictures were made by the model. Of your own photo the middle square is taken; best is a face that fills it, eyes a little above the middle."
    : "Drop or paste works as well. A photo is made grey, clothes light on black, trimmed, 28 × 28.";
  const wanted = kind === "faces" ? faces[view.model]?.root : galleries.clothes?.root;
  if (wanted && find(".interp-gallery").firstElementChild !== wanted) find(".interp-gallery").replaceChildren(wanted);
  const gallery = kind === "faces" ? faces[view.model]?.gallery : galleries.clothes?.gallery, {i} = view[target];
  gallery?.mark(i ?? -1);
}
const readFile = async (file) => {
  if (!file) return;
  const call = known[view.model].kind === "faces" ? server.read_face : server.read_upload;
  const answer = await loom.send(call, file);
  answer.error ? notice.say(answer.error) : take(answer);
};
const take = ({pixels, code}) => { choose(pixels ? {pixels} : {code}); if (source === "draw") fillPad(); };
find("input[type=file]").addEventListener("change", ({target: input}) => { readFile(input.files[0]); input.value = ""; });
element.addEventListener("dragover", (event) => event.preventDefault());
element.addEventListener("drop", (event) => { event.preventDefault(); readFile(event.dataTransfer.files[0]); });
document.addEventListener("paste", (event) => { if (element.offsetParent) readFile(event.clipboardData.files[0]); });
const fetched = (call) => async () => {
  const answer = await loom.ask(call, {checkpoint: view.model});
  answer.error ? notice.say(answer.error) : take(answer);
};

// ---- to keep: GIF, PNG, Python
const save = (href, name) => Object.assign(document.createElement("a"), {href, download: name}).click();
const file = (kind) => `${view.model}-${view.method}.${kind}`;
async function gif() {
  const answer = await loom.ask(server.animate, asked());
  answer.error ? notice.say(answer.error) : save(answer.file, file("gif"));
}
async function png() {
  if (!here) return;
  const all = [frame(low()), ...shownFrames(), frame(1 - low())], scale = Math.max(1, Math.round(112 / here.sprite.tile));
  const address = URL.createObjectURL(await loom.filmstripPicture(here.sprite, all, {caption: (k) => `α = ${told(alphaOf(k))}`, scale}));
  save(address, file("png"));
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
const showLines = loom.pump((request) => loom.ask(server.lines, request), ({text}) => { find(".interp-python pre").textContent = text; }, notice.say);
async function copy({target: button}) {
  try {
    await navigator.clipboard.writeText(find(".interp-python pre").textContent);
    button.textContent = "Copied";
  } catch {
    window.getSelection().selectAllChildren(find(".interp-python pre"));
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2500);
}

// ---- controls
const method = loom.choice(find("[data-method]"), Object.fromEntries(methods.map((name) => [name, name])), (name) => { pause(); change({method: name}); });
const targets = loom.choice(find("[data-target]"), ends, setTarget);
const sources = loom.choice(find("[data-source]"), {gallery: "test images", draw: "draw"}, (value) => { source = value; fillControls(); if (value === "draw") fillPad(); });
function setTarget(key) {
  target = key;
  fillControls();
  if (source === "draw") fillPad();
}
const same = (x, y) => JSON.stringify(x) === JSON.stringify(y);
function markPreset() {
  [...find(".interp-presets").children].forEach((button) => {
    const {alpha, ...wanted} = presets[button.textContent], {alpha: mine, ...now} = view;
    wanted.attributes = wanted.attributes.length ? wanted.attributes : known[wanted.model].attributes.map(() => 0);
    button.setAttribute("aria-pressed", String(Object.keys(wanted).every((key) => same(wanted[key], now[key]))));
  });
}
function fillControls() {
  const slider = find("[data-alpha]"), {kind} = known[view.model];
  find("[data-model]").value = view.model;
  [method.at, targets.at, sources.at] = [view.method, target, source];
  find("[data-beyond]").checked = view.beyond;
  [slider.min, slider.max] = [low(), 1 - low()];
  slider.value = view.alpha;
  find(".interp-alpha output").textContent = told(view.alpha);
  for (const place of [".strip", ".interp-slide"]) find(place).classList.toggle("beyond", view.beyond);
  element.querySelectorAll(".interp-slide b").forEach((label, n) => { label.textContent = view.beyond ? told(n ? 1 + REACH : -REACH, 1) : Object.values(ends)[n]; });
  find(".interp-main").classList.toggle("faces", kind === "faces");
  find(".interp-rows").hidden = kind === "faces" || clothes.length < 2;
  ways.mark(view.model);
  makeAttributes();
  element.querySelectorAll(".interp-attributes input").forEach((input, k) => {
    input.value = view.attributes[k];
    input.nextElementSibling.textContent = signed(view.attributes[k]);
  });
  fillSource();
  drawEnds();
  markPreset();
}
const open = (state) => { pause(); if (view && known[state.model].kind !== known[view.model].kind) here = null; change(structuredClone(state)); };
const deeds = {
  play, gif, png, copy,
  reset: () => { target = "a"; source = "gallery"; open(start); },
  swap: () => { const playingOn = playing; pause(); change({a: view.b, b: view.a, alpha: Math.round((1 - view.alpha) * FRAMES) / FRAMES}); if (playingOn) play(); },
  still: () => change({attributes: view.attributes.map(() => 0)}),
  portrait: fetched(server.load_portrait),
  random: fetched(server.draw_face),
  python({target: button}) {
    const box = find(".interp-python");
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
    if (!box.hidden) showLines(exactly());
  },
};
find("[data-model]").innerHTML = [["clothes", clothes], ["faces", people]].filter(([, list]) => list.length).map(([kind, list]) =>
  `<optgroup label="${kind}">${list.map(({name, size}) => `<option value="${name}">${name}: ${size} numbers</option>`).join("")}</optgroup>`).join("");
find("[data-model]").addEventListener("change", ({target: select}) => setModel(select.value));
find("[data-beyond]").addEventListener("change", ({target: box}) => {
  pause();
  here = null;  // its frames are counted from another end
  ways.wait();
  view.alpha = box.checked ? view.alpha : Math.min(1, Math.max(0, view.alpha));
  change({beyond: box.checked});
});
find(".interp-presets").innerHTML = Object.keys(presets).map((name) => `<button type="button">${name}</button>`).join("");
find(".interp-presets").addEventListener("click", ({target: button}) => { if (presets[button.textContent]) { source = "gallery"; open(presets[button.textContent]); } });
find("[data-alpha]").addEventListener("input", ({target: slider}) => { if (playing) pause(); seek(Number(slider.value)); });
find("[data-alpha]").addEventListener("change", settle);
element.addEventListener("click", (event) => {
  const {dataset} = event.target.closest("button") ?? {dataset: {}};
  deeds[dataset.do]?.(event);
  if (dataset.end) setTarget(dataset.end);
});
document.addEventListener("keydown", (event) => {
  const {target: at, key} = event, inside = element.contains(at);
  if (!element.offsetParent || !view || event.ctrlKey || event.metaKey || event.altKey) return;
  const slider = at.matches?.("[data-alpha]") && inside;
  if (!(slider || at === document.body || (inside && !at.closest("button, input, select, canvas, pre")))) return;
  const keys = {" ": play, s: deeds.swap, ArrowLeft: () => move(view.alpha - 1 / FRAMES), ArrowRight: () => move(view.alpha + 1 / FRAMES), Home: () => move(0), End: () => move(1)};
  if (!keys[key]) return;
  event.preventDefault();
  keys[key]();
});

// ---- the view a link asks for
const safe = (text) => text.replaceAll("+", "-").replaceAll("/", "_"), unsafe = (text) => text.replaceAll("-", "+").replaceAll("_", "/");
const isDrawing = (text) => { try { return loom.decode(text).length === 784; } catch { return false; } };
function linked(query) {
  const wanted = query.get("model"), model = wanted ?? start.model;
  if (wanted && !Object.hasOwn(known, wanted)) {
    notice.say(`There is no decoder ${wanted} here; there are: ${Object.keys(known).join(", ")}.`);
    return start;
  }
  const base = {...(Object.values(presets).find((preset) => known[preset.model].kind === known[model].kind) ?? plain), model, attributes: []};
  const count = known[model].kind === "clothes" ? sample.labels.length : 64;
  for (const key of Object.keys(ends)) {
    const i = query.has(key) ? Number(query.get(key)) : NaN, pixels = query.get(`${key}_pixels`), code = query.get(`${key}_code`);
    if (pixels && isDrawing(unsafe(pixels)) && known[model].kind === "clothes") base[key] = {pixels: unsafe(pixels)};
    else if (pixels) notice.say("The link's drawing is damaged.");
    else if (code) base[key] = {code: unsafe(code)};
    else if (Number.isInteger(i) && i >= 0 && i < count) base[key] = {i};
  }
  const amounts = (query.get("attributes") ?? "").split(",").map(Number), alpha = Number(query.get("alpha") ?? 0.5);
  const fits = amounts.length === known[model].attributes.length && amounts.every((s) => Math.abs(s) <= props.attribute_range);
  base.beyond = query.get("beyond") === "1";
  const [least, most] = base.beyond ? [-REACH, 1 + REACH] : [0, 1];
  return {
    ...base, attributes: fits ? amounts : [], method: methods.includes(query.get("method")) ? query.get("method") : base.method,
    alpha: Number.isFinite(alpha) ? Math.round(Math.min(most, Math.max(least, alpha)) * FRAMES) / FRAMES : 0.5,
  };
}
loom.share(find(".share"), "interpolate", () => {
  const words = {model: view.model, alpha: view.alpha, method: view.method, beyond: view.beyond ? 1 : null};
  if (view.attributes.some(Boolean)) words.attributes = view.attributes.join(",");
  Object.keys(ends).forEach((key, n) => {
    const {i, pixels, code} = view[key];
    if (i !== undefined) words[key] = i;
    else if (pixels && known[view.model].kind === "clothes") words[`${key}_pixels`] = safe(pixels);
    else words[`${key}_code`] = safe(code ?? here?.codes[n] ?? "");  // a photo is too long for a link, its code is not
  });
  return words;
});

(async () => {
  if (!start) return notice.say("No decoder is here: get the weights back with `git checkout -- weights`.");
  try {
    sample = await loom.sample(server.load_sample);
  } catch (error) {
    return notice.say(error.message);
  }
  const root = document.createElement("div");
  galleries.clothes = {root, gallery: loom.gallery(root, {sample, colors, onPick: (i) => choose({i})})};
  const mine = loom.query.get("tab") === "interpolate" && [...loom.query.keys()].some((key) => key !== "tab" && key !== "present" && key !== "__theme");
  const state = mine ? linked(loom.query) : start;
  view = {...plain, model: state.model};
  change(structuredClone(state), {keep: true});
  loom.own.watch("interpolate", {
    add({name, words, size}) {
      known[name] = {name, kind: "clothes", side: 28, size, fits: false, attributes: []};
      find("[data-model] optgroup").insertAdjacentHTML("beforeend", `<option value="${name}">${words}: ${size} numbers</option>`);
    },
    open: setModel,
  });
})();
