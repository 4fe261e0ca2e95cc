const find = (selector) => element.querySelector(selector);
const {classes, colors, maps, spaces} = props;
const notice = loom.notice(find(".loom-notice"));
const bars = loom.bars(find(".bars"), classes, colors);
const loaded = {};  // by model and map: points and grid, fetched once
let kind = maps[0], checkpoint = props.checkpoint, here = null, sample = null, grid = null;
let pinned = null;  // what is decoded: {x, y, i} of the map, or {code} of a slider or a draw
let shown = null;  // its answer
let ahead = null;  // pictures of every slider's way, decoded ahead

const scatter = loom.scatter(find(".plot"), {classes, colors, onHover: preview, onPick: pick});
const asked = (more) => ({checkpoint, map: kind, ...more});

// ---- hover: never asks the server
function preview({x, y, i}) {
  if (i >= 0) {
    sample.sprite.paint(i, find(".left"));
    find(".left-name").textContent = `${classes[sample.labels[i]]}, test image ${sample.index[i]}`;
  } else {
    const [left, right, bottom, top] = here.bounds;
    const column = Math.floor((x - left) / (right - left) * here.columns);
    const row = Math.floor((top - y) / (top - bottom) * here.rows);
    if (column < 0 || row < 0 || column >= here.columns || row >= here.rows) return;
    grid.paint(row * here.columns + column, find(".left"));
    find(".left-name").textContent = "decoded near the pointer";
  }
}

// ---- click, draw or slide: the exact picture
const calls = {place: server.decode, image: server.reconstruct, code: server.decode_code, draw: server.draw, move: server.move};
const decode = loom.pump(({call, ...request}) => calls[call](request), show, notice.say);

function show(answer, {call, x, y, i}) {
  notice.clear();
  shown = answer;
  loom.paint(find(".right"), loom.decode(answer.pixels));
  const image = call === "image", place = call === "place" || image ? [x, y] : answer.place;
  if (call !== "place" && !image) pinned = {code: answer.code};
  find(".what").textContent = image ? `A test image: ${classes[sample.labels[i]]}`
    : {place: "A place between the images", draw: "A code drawn at random", move: "A code of your own", code: "A code of your own"}[call];
  find(".right-name").textContent = image ? `reconstructed: error ${answer.mse.toFixed(4)}` : "decoded exactly";
  find(".by-pca").hidden = !image;
  if (image) {
    loom.paint(find(".pca"), loom.decode(answer.pca));
    find(".pca-name").textContent = `PCA of the same size: ${answer.pca_mse.toFixed(4)}`;
  }
  find(".where").textContent = place ? `${here.names[0]} = ${place[0].toFixed(2)}, ${here.names[1]} = ${place[1].toFixed(2)}` : "not on this map";
  scatter.mark(place && {x: place[0], y: place[1]});
  drawCode(answer.code);
  bars.show(answer.probs);
  look(asked({code: answer.code}));
}

function pick({x, y, i}) {
  pinned = {x: Number(x.toFixed(3)), y: Number(y.toFixed(3)), i};  // as exact as a link should be long
  preview(pinned);
  scatter.mark(pinned);
  decode(asked({call: i >= 0 ? "image" : "place", ...pinned}));
}

find(".draw").addEventListener("click", () => decode(asked({call: "draw"})));

function drawCode(code) {
  const canvas = find(".code"), context = canvas.getContext("2d"), {width, height} = canvas;
  const reach = Math.max(...code.map(Math.abs), 1e-6), step = width / code.length;
  context.clearRect(0, 0, width, height);
  code.forEach((value, k) => {
    const bar = (value / reach) * (height / 2 - 2);
    context.fillStyle = value > 0 ? "#2a9d8f" : "#cc6677";
    context.fillRect(k * step + 1, Math.min(height / 2, height / 2 - bar), step - 2, Math.max(1, Math.abs(bar)));
  });
  canvas.title = code.map((value, k) => `z${k + 1} = ${value.toFixed(2)}`).join(", ");
  canvas.setAttribute("aria-label", `bars of the ${code.length} numbers of the code`);
}

// ---- sliders: a drag shows what was decoded ahead, its end is decoded exactly
const look = loom.pump(server.sweep, async (answer, {code}) => {
  if (!shown || code !== shown.code) return;
  ahead = {...answer, sprite: await loom.sprite(answer.sprite, answer.columns)};
  [...find(".axes").children].forEach((row, k) => setSlider(row, answer.values[k]));
}, notice.say);

function setSlider(row, value) {
  row.querySelector("input").value = value;
  row.querySelector("output").textContent = value.toFixed(2);
}

function makeSliders() {
  find(".axes").innerHTML = here.axes.map(({name, low, high}, k) => `
    <label class="loom-slider"><span>${name}</span>
      <input type="range" min="${low}" max="${high}" step="any" data-axis="${k}" aria-label="${name}"><output>0</output></label>`).join("");
  find(".axes").querySelectorAll("input").forEach((input, k) => {
    const {low, high} = here.axes[k];
    input.addEventListener("input", () => {
      input.nextElementSibling.textContent = Number(input.value).toFixed(2);
      if (!ahead) return;
      const column = Math.round((input.value - low) / (high - low) * (ahead.columns - 1));
      ahead.sprite.paint(k * ahead.columns + column, find(".right"));
      find(".right-name").textContent = "decoded ahead";
    });
    input.addEventListener("change", () => shown && decode(asked({call: "move", code: shown.code, axis: k, value: Number(input.value)})));
    input.addEventListener("keydown", (event) => {  // steps of one picture, not of the whole range over "any"
      const turn = {ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5}[event.key];
      if (!turn) return;
      event.preventDefault();
      input.value = Number(input.value) + turn * (high - low) / (props.steps - 1);
      input.dispatchEvent(new Event("input"));
      input.dispatchEvent(new Event("change"));
    });
  });
}

// ---- which model, which map
find(".model").innerHTML = Object.entries(spaces).map(([name, size]) => `<option value="${name}">${name}: ${size} numbers</option>`).join("");
find(".model").addEventListener("change", ({target}) => {
  pinned = pinned?.i >= 0 ? {i: pinned.i} : null;  // an image has a place in every space, a place or a code only in one
  load(target.value, kind);
});
const choice = find(".loom-choice");
choice.innerHTML = maps.map((name) =>
  `<button type="button" role="radio" data-map="${name}" aria-checked="${name === kind}">${name}</button>`).join("");
choice.addEventListener("click", ({target}) => {
  if (!target.dataset.map) return;
  pinned = pinned?.i >= 0 ? {i: pinned.i} : pinned?.code ? pinned : shown && {code: shown.code};
  load(checkpoint, target.dataset.map);
});
choice.addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const other = [...choice.children].find((button) => button.getAttribute("aria-checked") === "false");
  other.focus();
  other.click();
});
find("[data-under]").addEventListener("change", redraw);
find("[data-points]").addEventListener("change", redraw);

async function redraw() {
  const under = find("[data-under]").checked ? here.grid : null;
  await scatter.draw({...here, map: `${checkpoint} ${kind}`, labels: sample.labels, under, points: find("[data-points]").checked});
}

async function load(name, map) {
  find(".what").textContent = map === "PCA" ? "Laying out 1,000 test images…" : "t-SNE lays out 1,000 test images…";
  const key = `${name} ${map}`;
  loaded[key] ??= await loom.ask(server.load_map, {checkpoint: name, map});
  if (loaded[key].error) {
    notice.say(loaded[key].error);
    find(".what").textContent = "No map";
    delete loaded[key];
    return;
  }
  [kind, checkpoint, ahead, shown] = [map, name, null, null];
  here = {...loaded[key], names: map === "PCA" ? ["component 1", "component 2"] : ["t-SNE 1", "t-SNE 2"]};
  grid = await loom.sprite(here.grid, here.columns);
  find(".model").value = name;
  [...choice.children].forEach((button) => {
    button.setAttribute("aria-checked", String(button.dataset.map === map));
    button.tabIndex = button.dataset.map === map ? 0 : -1;
  });
  find(".code-size").textContent = `${here.dimensions} numbers; teal is positive, rose negative`;
  makeSliders();
  await redraw();
  const code = pinned?.code?.length === here.dimensions ? pinned.code : null;
  if (code) decode(asked({call: "code", code}));
  else if (pinned && Number.isFinite(pinned.x)) pick(pinned);
  else {
    const i = pinned?.i ?? 100;
    pick({x: here.x[i], y: here.y[i], i});
  }
}

(async () => {
  const query = loom.query.get("tab") === "latent_map" ? loom.query : new URLSearchParams();
  try {
    [sample] = await Promise.all([loom.sample(server.load_sample), ...props.scripts.map(loom.script)]);
  } catch (error) {
    return notice.say(error.message);
  }
  const [x, y, i] = ["x", "y", "i"].map((key) => Number(query.get(key) ?? NaN));
  const code = (query.get("code") ?? "").split(",").map(Number);
  if (query.get("code") && code.every(Number.isFinite)) pinned = {code};
  else if (Number.isFinite(x) && Number.isFinite(y)) pinned = {x, y, i: Number.isInteger(i) && i >= 0 && i < sample.labels.length ? i : -1};
  else if (Number.isInteger(i) && i >= 0 && i < sample.labels.length) pinned = {i};
  const wanted = loom.own.watch("latent_map", {
    add({name, words, size}) {
      spaces[name] = size;
      find(".model").insertAdjacentHTML("beforeend", `<option value="${name}">${words}: ${size} numbers</option>`);
    },
    open(name) { pinned = {i: 100}; load(name, "PCA"); },
  });
  if (wanted) return;
  const model = query.get("model");
  await load(Object.hasOwn(spaces, model) ? model : checkpoint, maps.includes(query.get("map")) ? query.get("map") : kind);
})();

loom.share(find(".share"), "latent_map", () =>
  ({model: checkpoint, map: kind, ...(pinned?.code ? {code: pinned.code.join(",")} : pinned ?? {})}));
