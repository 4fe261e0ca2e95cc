const find = (selector) => element.querySelector(selector), all = (selector) => [...element.querySelectorAll(selector)];
const {classes, colors, methods, patch, dab} = props, networks = [...props.networks];
const notice = loom.notice(find(".loom-notice")), titles = networks.map(({title}) => title);
const names = () => networks.map(({name}) => name);
const VIEWS = {images: "Test images", evidence: "What moved it", confusion: "Confusion", training: "Training"};
const start = {image: 600, lead: 0, view: "images", method: methods[0], about: null, cell: [6, 4]};
const presets = {
  "They disagree": {image: 320}, "T-shirt or shirt?": {image: 81}, "Sure, and wrong": {image: 612, view: "evidence"},
  "The handle?": {image: 803, view: "evidence"}, "Plain grey": {grey: true}, "Shirts taken for coats": {view: "confusion"},
};
let sample = null, gallery = null, taken = null, probs = null, cell = start.cell, lead = 0, view = "images";
// taken: the test image on the pad, while it is unchanged; lead: the network that maps, matrix and curves are of

// ---- probabilities while drawing; layers and evidence when the stroke ends
const bars = loom.bars(find(".bars"), classes, colors, {sets: titles, onPick: (k) => { if (view === "evidence") evidence.about(k); }});
const best = (p) => p.indexOf(Math.max(...p));
const classify = loom.pump(server.classify, (answer, {pixels}) => {
  notice.clear();
  probs = answer.probs;
  bars.show(probs);
  tell();
  answered = pixels;
  if (wanted === pixels) explain();
}, notice.say);
const look = loom.pump(server.feature_maps, ({checkpoint, layers}) => maps.show(checkpoint, layers), notice.say);
const maps = loom.featuremaps(find(".layers"));
const evidence = loom.evidence(find(".evidence"), {networks, classes, methods, patch, dab, call: server.explain, fail: notice.say});
let wanted = null, answered = null;  // pixels whose evidence is wanted once their probabilities are here; whose probabilities are
function tell() {
  const called = probs.map(best), agree = called.every((k) => k === called[0]);
  const first = agree ? `both: ${classes[called[0]]}` : `they disagree`, truth = taken === null ? null : sample.labels[taken];
  const right = truth === null ? "" : called.every((k) => k === truth) ? " — right" : ` — it is: ${classes[truth]}`;
  find(".verdict").textContent = first + right;
}
const lookAgain = () => { if (!pad.isEmpty) look({pixels: loom.encode(pad.pixels), checkpoint: networks[lead].name}); };
function explain() {
  if (view === "evidence" && probs && !pad.isEmpty) evidence.show(pad.pixels.slice(), probs);
}

const empty = () => {
  probs = null;
  bars.show(null);
  find(".verdict").textContent = "";
  notice.say("The pad is empty: draw something, or take a test image.");
};
let setting = false;
const pad = loom.pad(find(".drawing"), {
  hint: "draw a shirt here",
  onDraw(pixels) {
    if (!setting) { taken = null; gallery?.unselect(); }
    if (pixels.every((value) => value === 0)) return empty();
    classify({pixels: loom.encode(pixels), networks: names()});
  },
  onRelease(pixels) {
    if (pixels.every((value) => value === 0)) return;
    lookAgain();
    wanted = loom.encode(pixels);
    if (wanted === answered) explain();
  },
});
const put = (bytes, i = null) => { setting = true; taken = i; pad.set(bytes); setting = false; };
const take = (i) => { put(sample.sprite.pixels(i), i); };

// ---- examples, reset, images of a cell
element.addEventListener("click", ({target}) => {
  if (target.dataset?.preset) open({...start, lead, ...presets[target.dataset.preset]});
  if (target.dataset?.do === "reset") { closePhoto(); open(start); }
  const tile = target.closest?.(".classify-cell .tiles button");
  if (tile) gallery.select(Number(tile.dataset.i));
});
find(".classify-presets").innerHTML = Object.keys(presets).map((name) => `<button type="button" data-preset="${name}">${name}</button>`).join("");

// ---- photos: chosen, dropped or pasted; each step on the way to 28 x 28 can be switched
let file = null;
const closePhoto = () => { file = null; find(".classify-photo").hidden = true; };
const stages = loom.stages(find(".stages"), (steps) => again({file, steps}));
const showPhoto = (answer) => { stages.show(answer.stages, answer.inverted); put(loom.decode(answer.pixels)); };
const again = loom.pump(server.read_stages, showPhoto, notice.say);
loom.upload(element, {
  call: server.read_stages, fail: notice.say,
  onPixels(pixels, answer, content) {
    gallery?.unselect();
    file = content;
    stages.reset();
    find(".classify-photo").hidden = false;
    showView("images");
    showPhoto(answer);
  },
});

// ---- what the cards tell: matrix and curves; and where the shipped images lie
const cards = {}, crowds = {};  // by network
const loadCard = ({name}) => (cards[name] ??= loom.ask(server.load_cards, {networks: [name]}).then(({cards: [one] = [], error}) => {
  if (error) delete cards[name];
  return {...one, error};
}));
const loadCrowd = (n, some = null) => (crowds[`${networks[n].name} ${some}`] ??= loom.ask(server.load_scatter, {checkpoint: networks[n].name, classes: some}).then((answer) => {
  if (answer.error) { delete crowds[`${networks[n].name} ${some}`]; return answer; }
  return {...answer, points: new Float32Array(loom.decode(answer.points).buffer), labels: answer.indices.map((i) => sample.labels[i])};
}));
const matrix = loom.confusion(find(".matrix"), {names: classes, onPick: (i, j) => { cell = [i, j]; showCell(); }});
let shown = null, wide = false;  // the crowd on the plane; whether it is of all classes
const plane = loom.crowd(find(".crowd"), {
  colors, paint: (n, canvas) => sample.sprite.paint(shown.indices[n], canvas), onPick: (n) => gallery.select(shown.indices[n]),
  name: (n) => `${classes[shown.labels[n]]} called ${classes[shown.predicted[n]]}, test image ${sample.index[shown.indices[n]]}`,
});
const scope = loom.choice(find(".scope"), {two: "these two", all: "all classes"}, (key) => { wide = key === "all"; showCell(); });
const ALL = "all test images", SHIPPED = "the test images that ship";
async function loadMatrix(n) {  // of all, else of those that ship
  const {confusion, error} = await loadCard(networks[n]);
  if (error || confusion.length) return {error, counts: confusion, of: ALL};
  const seen = await loadCrowd(n), counts = classes.map(() => classes.map(() => 0));
  if (!seen.error) seen.labels.forEach((label, k) => { counts[label][seen.predicted[k]] += 1; });
  return {error: seen.error, counts, of: SHIPPED};
}
async function showMatrix() {
  const now = lead, {counts, of, error} = await loadMatrix(now);
  if (error) return notice.say(error);
  if (now !== lead) return;
  const right = counts.reduce((sum, row, k) => sum + row[k], 0) / counts.flat().reduce((a, b) => a + b);
  find(".classify-told b").textContent = `${titles[lead]}: ${(100 * right).toFixed(2)} % of ${of} right.`;
  matrix.draw(counts);
  matrix.mark(...cell);
  await showCell();
}
async function showCell() {
  const [i, j] = cell, now = lead, {counts, of} = await loadMatrix(now), count = counts[i][j];
  const what = i === j ? `${classes[i]}, recognised` : `${classes[i]} called ${classes[j]}`, asked = `${networks[now].name} ${i} ${j} ${wide}`;
  find(".cell-title").innerHTML = `${what} <small>${count} of ${of}</small>`;
  scope.at = wide ? "all" : "two";
  find(".scope [data-key=two]").textContent = i === j ? "this class" : "these two";
  find(".plane-of").textContent = "looking at the images that ship…";
  const seen = await loadCrowd(now, wide ? null : [i, j]);
  if (seen.error) return notice.say(seen.error);
  if (asked !== `${networks[lead].name} ${cell.join(" ")} ${wide}`) return;
  shown = seen;
  const marked = seen.labels.flatMap((label, n) => (label === i && seen.predicted[n] === j ? [n] : []));
  find(".cell-title small").textContent = `${count} of ${of}${of === ALL ? `; ${marked.length} of ${SHIPPED}` : ""}`;
  find(".classify-cell .tiles").innerHTML = marked.map((n) => gallery.tile(seen.indices[n])).join("") || `<p class="loom-wait">None of them is among the 100 images of each class that ship.</p>`;
  find(".plane-of").textContent = `in ${titles[now]}'s fc1`;
  const axis = (c) => `PC ${c + 1}, ${loom.percent(seen.ratio[c])} of the variance`;
  plane.draw({points: seen.points, labels: seen.labels, names: [axis(0), axis(1)], label: `${what}: ${marked.length} of ${seen.labels.length} points on the plane of the features; arrow keys walk through them`});
  plane.mark(marked);
  find(".classify-cell").dataset.shown = asked;
}
const curves = Object.fromEntries(all("[data-curve]").map((place) => [place.dataset.curve, loom.curves(place, {height: 128})]));
async function showCurves() {
  const {history, metrics, report, error} = await loadCard(networks[lead]);
  if (error) return notice.say(error);
  for (const [name, curve] of Object.entries(curves)) {
    const kinds = {training: [history[name], "var(--loom-own)"], "held out": [history[`validation_${name}`], "var(--loom-tsne)"]};
    const format = name === "accuracy" ? (v, short) => `${(100 * v).toFixed(short ? 1 : 2)} %` : (v) => v.toPrecision(3);
    curve.draw({
      label: `${name.replace("_", "-")} of ${titles[lead]}`, format,
      series: Object.entries(kinds).flatMap(([kind, [values, color]]) => (values ? [{name: kind, values, color}] : [])),
      lines: Object.entries({"all test images": metrics, "course report": report}).flatMap(([kind, figures]) => (figures[`test_${name}`] ? [{name: kind, value: figures[`test_${name}`]}] : [])),
    });
  }
}

// ---- one of four views beside the bars
const views = loom.choice(find(".classify-views"), VIEWS, (key) => showView(key));
const openers = {images() {}, evidence: explain, confusion: showMatrix, training: showCurves};
function showView(key) {
  view = views.at = key;
  all("[data-only]").forEach((part) => { part.hidden = !part.dataset.only.split(" ").includes(key); });
  openers[key]();
}
const leaders = loom.choice(find(".classify-networks"), Object.fromEntries(titles.map((title, n) => [n, title])), (n) => follow(Number(n)));
function setLead(n) {
  lead = bars.lead = n;
  leaders.at = String(n);
  find(".whose").textContent = titles[n];
}
function follow(n) {
  setLead(n);
  gallery.refresh(mistakes);
  lookAgain();
  openers[view]();
}
const trained = {};  // by this visitor, names by handle; one of them takes the second place
const own = {
  add({name, words}) { trained[name] = words; },
  open(name) {
    networks[1] = {name, title: trained[name], own: true};
    titles[1] = find(".classify-networks [data-key='1']").textContent = trained[name];
    if (!pad.isEmpty) classify({pixels: loom.encode(pad.pixels), networks: names()});
    follow(1);
  },
};
async function mistakes() {
  const seen = await loadCrowd(lead);
  if (!seen.error) return seen.indices.filter((_, n) => seen.predicted[n] !== seen.labels[n]);
  notice.say(seen.error);
  return [];
}

// ---- the whole state: from presets and links
function open(state) {
  cell = state.cell;
  setLead(state.lead);
  evidence.about(state.about);
  evidence.method = state.method;
  if (state.grey) { gallery?.unselect(); put(new Uint8Array(784).fill(128)); }
  else if (state.pixels) put(state.pixels);
  else gallery.select(state.image);
  showView(state.view);
}
function linked(query) {
  const whole = (key, most) => { const v = Number(query.get(key) ?? NaN); return Number.isInteger(v) && v >= 0 && v < most ? v : null; };
  const state = {...start, image: whole("image", sample.labels.length) ?? start.image, about: whole("class", classes.length)};
  if (VIEWS[query.get("view")]) state.view = query.get("view");
  if (methods.includes(query.get("method"))) state.method = query.get("method");
  state.lead = Math.max(0, networks.findIndex(({name}) => name === query.get("network")));
  const at = (query.get("cell") ?? "").split(",").map(Number);
  if (at.length === 2 && at.every((k) => Number.isInteger(k) && k >= 0 && k < classes.length)) state.cell = at;
  const drawn = query.get("pixels");
  if (drawn) {
    try {
      state.pixels = loom.decode(drawn.replaceAll("-", "+").replaceAll("_", "/"));
      if (state.pixels.length !== 784) throw new Error();
    } catch { delete state.pixels; notice.say("The link's drawing is damaged."); }
  }
  return {state, damaged: drawn && !state.pixels};
}
loom.sample(server.load_sample).then((loaded) => {
  sample = loaded;
  gallery = loom.gallery(find(".gallery"), {sample, colors, onPick: take, groups: {"its mistakes": mistakes}});
  const {state, damaged} = linked(loom.query.get("tab") === "classify" ? loom.query : new URLSearchParams());
  if (!damaged) open(state);
  else { setLead(state.lead); showView(state.view); }
  loom.own.watch("classify", own);
}).catch((error) => notice.say(error.message));

loom.share(find(".share"), "classify", () => ({
  ...(taken !== null ? {image: taken} : {pixels: loom.encode(pad.pixels).replaceAll("+", "-").replaceAll("/", "_")}),
  network: lead && !networks[lead].own ? networks[lead].name : null, view: view === "images" ? null : view,
  ...(view === "evidence" ? {method: evidence.method, class: evidence.subject} : {}), ...(view === "confusion" ? {cell: cell.join(",")} : {}),
}));
