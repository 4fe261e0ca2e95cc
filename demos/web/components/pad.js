// A small grey picture to draw on, with mouse, pen, finger or keyboard, and its tools. Pixels are bytes, 0 black to 255 white.
//   const pad = loom.pad(element, {hint, onDraw, onRelease});  pad.set(bytes); pad.put(bytes); pad.pixels; pad.isEmpty;
// The element's data-tools names what it has, of "draw erase mirror undo clear brush ink"; what it holds stands beside the buttons.
// onDraw and onRelease get the pixels, at every move and at its end; put() changes them without telling.
loom.pad = (root, {hint = "draw here", onDraw = () => {}, onRelease, size = 28}) => {
  const words = {draw: "Draw", erase: "Erase", mirror: "Mirror", undo: "Undo", clear: "Clear"}, states = {draw: true, erase: false, mirror: false};
  const has = (name) => root.dataset.tools.split(" ").includes(name), beside = [...root.childNodes];
  root.innerHTML = `<div class="pad"><canvas tabindex="0" width="${size}" height="${size}" role="img" aria-label="${size} by ${size} pixels to draw on: arrow keys move, space paints, Ctrl+Z undoes"></canvas><p class="hint">${hint}</p></div>
    <div class="loom-tools" role="group" aria-label="Drawing tools">${Object.keys(words).filter(has).map((name) => `<button type="button" data-tool="${name}"${name in states ? ` aria-pressed="${states[name]}"` : ""}${name === "mirror" ? ' title="draw both halves at once"' : ""}>${words[name]}</button>`).join("")}</div>
    ${has("brush") ? '<label class="loom-slider">Brush <input type="range" data-brush min="0.5" max="5" step="0.1" value="1.6"> <output>3 px</output></label>' : ""}
    ${has("ink") ? '<label class="loom-slider">Ink <input type="range" data-ink min="0.1" max="1" step="0.05" value="1"> <output>100 %</output></label>' : ""}`;
  root.querySelector(".loom-tools").append(...beside);
  const canvas = root.querySelector("canvas");
  const cursor = {x: size / 2, y: size / 2, shown: false};
  let pixels = new Uint8Array(size * size), history = [], last = null, erasing = false, strength = 1;
  const tool = {radius: 1.6, ink: 1, mirror: false};

  const repaint = () => {
    loom.paint(canvas, pixels, size, size);
    root.querySelector(".hint").hidden = !pad.isEmpty;
    if (!cursor.shown) return;
    const context = canvas.getContext("2d");
    context.fillStyle = "#ffb000";
    context.fillRect(Math.floor(cursor.x), Math.floor(cursor.y), 1, 1);
  };
  const remember = () => { history.push(pixels.slice()); if (history.length > 50) history.shift(); };

  // A soft round brush: full inside, fading over the last pixel.
  const dab = (x, y) => {
    for (let row = Math.max(0, Math.floor(y - 6)); row < Math.min(size, y + 6); row++)
      for (let column = Math.max(0, Math.floor(x - 6)); column < Math.min(size, x + 6); column++) {
        const cover = Math.min(1, Math.max(0, tool.radius + 0.5 - Math.hypot(column + 0.5 - x, row + 0.5 - y)));
        const i = row * size + column, target = tool.ink * 255;
        const mixed = pixels[i] + cover * (target - pixels[i]);
        pixels[i] = tool.ink > 0 ? Math.max(pixels[i], mixed) : mixed;
      }
  };
  const stroke = (from, to) => {
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y)));
    for (let i = 0; i <= steps; i++) {
      const x = from.x + (i / steps) * (to.x - from.x), y = from.y + (i / steps) * (to.y - from.y);
      dab(x, y);
      if (tool.mirror) dab(size - x, y);
    }
    repaint();
    onDraw(pixels);
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return {x: (event.clientX - box.left) / box.width * size, y: (event.clientY - box.top) / box.height * size};
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    remember();
    last = place(event);
    stroke(last, last);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const moment of event.getCoalescedEvents?.() ?? [event]) {
      const next = place(moment);
      stroke(last, next);
      last = next;
    }
  });
  const release = () => { if (last) { last = null; onRelease(pixels); } };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);

  const moves = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  canvas.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z") { event.preventDefault(); return pad.undo(); }
    if (moves[event.key]) {
      const [dx, dy] = moves[event.key];
      cursor.x = Math.min(size - 0.5, Math.max(0.5, Math.floor(cursor.x) + 0.5 + dx));
      cursor.y = Math.min(size - 0.5, Math.max(0.5, Math.floor(cursor.y) + 0.5 + dy));
      cursor.shown = true;
      repaint();
    } else if (event.key === " " || event.key === "Enter") {
      remember();
      stroke(cursor, cursor);
      onRelease(pixels);
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener("blur", () => { cursor.shown = false; repaint(); });

  const put = (bytes) => { pixels = Uint8Array.from(bytes); repaint(); };
  const change = (bytes) => { put(bytes); onDraw(pixels); onRelease(pixels); };
  const pad = {
    get pixels() { return pixels; },
    get isEmpty() { return pixels.every((value) => value === 0); },
    set(bytes) { remember(); change(bytes); },
    put(bytes) { remember(); put(bytes); },
    clear() { remember(); change(new Uint8Array(size * size)); },
    undo() { if (history.length) change(history.pop()); },
  };

  const press = (name, on) => root.querySelector(`[data-tool=${name}]`)?.setAttribute("aria-pressed", String(on));
  const erase = (on) => { erasing = on; tool.ink = on ? 0 : strength; press("erase", on); press("draw", !on); };
  const deeds = {
    draw: () => erase(false), erase: () => erase(has("draw") || !erasing), undo: pad.undo, clear: pad.clear,
    mirror() { tool.mirror = !tool.mirror; press("mirror", tool.mirror); },
  };
  root.addEventListener("click", ({target}) => deeds[target.dataset?.tool]?.());
  root.addEventListener("input", ({target}) => {
    if (target.matches("[data-brush]")) {
      tool.radius = Number(target.value);
      target.nextElementSibling.textContent = `${(2 * target.value).toFixed(0)} px`;
    } else if (target.matches("[data-ink]")) {
      strength = Number(target.value);
      erase(erasing);
      target.nextElementSibling.textContent = loom.percent(strength);
    }
  });
  repaint();
  return pad;
};
