const find = (selector) => element.querySelector(selector);
const {classes, colors, maps} = props;
const notice = loom.notice(find(".loom-notice"));
const bars = loom.bars(find(".bars"), classes, colors);
const loaded = {};  // by map: points and grid, fetched once
let kind = maps[0], here = null, sample = null, grid = null, pinned = null;

const scatter = loom.scatter(find(".plot"), {classes, colors, onHover: preview, onPick: pick});

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

// ---- click: the exact picture
const show = (answer, {x, y, i}) => {
  notice.clear();
  loom.paint(find(".right"), loom.decode(answer.pixels));
  find(".right-name").textContent = i >= 0 ? "its reconstruction" : "decoded exactly";
  find(".what").textContent = i >= 0 ? `A test image: ${classes[sample.labels[i]]}` : "A place between the images";
  const error = i >= 0 ? `; mean squared error ${answer.mse.toFixed(4)}` : "";
  find(".where").textContent = `${here.names[0]} = ${x.toFixed(2)}, ${here.names[1]} = ${y.toFixed(2)}${error}`;
  drawCode(answer.code);
  bars.show(answer.probs);
};
const decode = loom.pump((request) => request.i >= 0 ? server.reconstruct(request) : server.decode(request), show, notice.say);
function pick({x, y, i}) {
  pinned = {x: Number(x.toFixed(3)), y: Number(y.toFixed(3)), i};  // as exact as a link should be long
  preview(pinned);
  scatter.mark(pinned);
  decode({...pinned, map: kind});
}

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
}

// ---- which map
const choice = find(".loom-choice");
choice.innerHTML = maps.map((name) =>
  `<button type="button" role="radio" data-map="${name}" aria-checked="${name === kind}">${name}</button>`).join("");
choice.addEventListener("click", ({target}) => { if (target.dataset.map) { pinned = null; load(target.dataset.map); } });
choice.addEventListener("keydown", (event) => {
  if (!event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const other = [...choice.children].find((button) => button.getAttribute("aria-checked") === "false");
  other.focus();
  other.click();
});
find("[data-under]").addEventListener("change", draw);
find("[data-points]").addEventListener("change", draw);

async function draw() {
  const under = find("[data-under]").checked ? here.grid : null;
  await scatter.draw({...here, labels: sample.labels, under, points: find("[data-points]").checked});
}

async function load(name) {
  find(".what").textContent = name === "PCA" ? "Laying out 1,000 test images…" : "t-SNE lays out 1,000 test images…";
  loaded[name] ??= await loom.ask(server.load_map, {map: name});
  if (loaded[name].error) {
    notice.say(loaded[name].error);
    find(".what").textContent = "No map";
    delete loaded[name];
    return;
  }
  kind = name;
  here = {...loaded[name], names: name === "PCA" ? ["component 1", "component 2"] : ["t-SNE 1", "t-SNE 2"]};
  grid = await loom.sprite(here.grid, here.columns);
  [...choice.children].forEach((button) => {
    button.setAttribute("aria-checked", String(button.dataset.map === name));
    button.tabIndex = button.dataset.map === name ? 0 : -1;
  });
  find(".what").textContent = "Click the map";
  await draw();
  if (pinned) pick(pinned);
}

(async () => {
  const query = loom.query.get("tab") === "latent_map" ? loom.query : new URLSearchParams();
  try {
    await loom.script(props.plotly);
    sample = await loom.sample(server.load_sample);
  } catch (error) {
    return notice.say(error.message);
  }
  const [x, y, i] = ["x", "y", "i"].map((key) => Number(query.get(key) ?? NaN));
  if (Number.isFinite(x) && Number.isFinite(y)) pinned = {x, y, i: Number.isInteger(i) && i >= 0 && i < sample.labels.length ? i : -1};
  await load(maps.includes(query.get("map")) ? query.get("map") : maps[0]);
  if (!pinned) pick({x: here.x[100], y: here.y[100], i: 100});
})();

loom.share(find(".share"), "latent_map", () => ({map: kind, ...(pinned ?? {})}));
