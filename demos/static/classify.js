const find = (selector) => element.querySelector(selector);
const {classes, colors} = props;
const notice = loom.notice(find(".loom-notice"));
const bars = loom.bars(find(".bars"), classes, colors);
let gallery = null, taken = null;  // taken: the test image on the pad, while it is unchanged

// ---- probabilities while drawing, layers when the stroke ends
const classify = loom.pump(server.classify, ({probs}, request) => {
  notice.clear();
  bars.show(probs);
  const best = probs.indexOf(Math.max(...probs)), truth = taken === null ? null : gallery.labels[taken];
  const right = truth === null ? "" : truth === best ? " — right" : ` — it is: ${classes[truth]}`;
  find(".verdict").textContent = `${classes[best]}, ${loom.percent(probs[best])}${right}`;
}, notice.say);
const look = loom.pump(server.look, ({layers}) => showLayers(layers), notice.say);

const onDraw = (pixels) => {
  find(".hint").hidden = true;
  if (pixels.every((value) => value === 0)) return empty();
  classify({pixels: loom.encode(pixels)});
};
const onRelease = (pixels) => { if (pixels.some((value) => value > 0)) look({pixels: loom.encode(pixels)}); };
const empty = () => {
  bars.show(null);
  find(".verdict").textContent = "";
  find(".hint").hidden = false;
  notice.say("The pad is empty: draw something, or take a test image.");
};
const pad = loom.pad(find(".pad"), {
  onDraw(pixels) { if (!setting) { taken = null; gallery?.unselect(); } onDraw(pixels); }, onRelease,
});
let setting = false;
const put = (bytes, i = null) => { setting = true; taken = i; pad.set(bytes); setting = false; };

// ---- tools
const press = (name, on) => find(`[data-tool=${name}]`).setAttribute("aria-pressed", String(on));
const ink = () => { pad.tool.ink = erasing ? 0 : Number(find("[data-ink]").value); };
let erasing = false;
const tools = {
  draw() { erasing = false; press("draw", true); press("erase", false); ink(); },
  erase() { erasing = true; press("draw", false); press("erase", true); ink(); },
  mirror() { pad.tool.mirror = !pad.tool.mirror; press("mirror", pad.tool.mirror); },
  undo: () => pad.undo(),
  clear: () => pad.clear(),
};
element.addEventListener("click", (event) => tools[event.target.dataset?.tool]?.());
element.addEventListener("input", ({target}) => {
  if (target.matches("[data-brush]")) {
    pad.tool.radius = Number(target.value);
    target.nextElementSibling.textContent = `${(2 * target.value).toFixed(0)} px`;
  } else if (target.matches("[data-ink]")) {
    ink();
    target.nextElementSibling.textContent = loom.percent(target.value);
  }
});

// ---- photos: chosen, dropped or pasted
loom.upload(element, {
  call: server.read_upload, fail: notice.say,
  onPixels(pixels) { gallery?.unselect(); put(pixels); },
});

// ---- feature maps: one canvas a map, enlarged under the pointer
function showLayers(layers) {
  const place = find(".layers");
  if (!place.children.length)
    place.innerHTML = layers.map(({name, shape}) => `
      <figure class="layer" data-layer="${name}"><figcaption>${name} <small>${shape.join(" × ")}</small></figcaption>
      <div class="maps">${"<canvas></canvas>".repeat(shape.length === 3 ? shape[0] : 1)}</div></figure>`).join("");
  for (const {name, shape, data} of layers) {
    const bytes = loom.decode(data), canvases = place.querySelectorAll(`[data-layer=${name}] canvas`);
    const [height, width] = shape.length === 3 ? shape.slice(1) : [8, shape[0] / 8];
    canvases.forEach((canvas, i) => {
      loom.paintViridis(canvas, bytes.subarray(i * width * height, (i + 1) * width * height), width, height);
      canvas.title = shape.length === 3 ? `${name}, map ${i}` : `${name}, ${shape[0]} units`;
    });
  }
}

// ---- gallery, and the view a link asks for
let wrong = null;
async function mistakes() {
  wrong ??= await loom.ask(server.mistakes);
  if (!wrong.error) return wrong.indices;
  notice.say(wrong.error);
  wrong = null;
  return [];
}
loom.sample(server.load_sample).then((sample) => {
  gallery = loom.gallery(find(".gallery"), {
    sample, colors, onPick: (i) => put(sample.sprite.pixels(i), i), groups: {"its mistakes": mistakes},
  });
  gallery.labels = sample.labels;
  const mine = loom.query.get("tab") === "classify";
  const drawn = mine && loom.query.get("pixels"), image = mine ? Number(loom.query.get("image") ?? 600) : 600;
  if (drawn) {
    try { put(loom.decode(drawn.replaceAll("-", "+").replaceAll("_", "/"))); } catch { notice.say("The link's drawing is damaged."); }
  } else gallery.select(Number.isInteger(image) && image >= 0 && image < sample.labels.length ? image : 600);
}).catch((error) => notice.say(error.message));

loom.share(find(".share"), "classify", () => taken !== null ? {image: taken}
  : {pixels: loom.encode(pad.pixels).replaceAll("+", "-").replaceAll("/", "_")});
