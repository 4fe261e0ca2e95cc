// Frames of a path as a row of small pictures; a click takes one, and the one nearest the present frame is marked.
//   const strip = filmstrip(element, {caption: (k) => "0.3", what: "alpha", onPick: (k) => ...});
//   strip.show(sprite, [10, 20, ...]);  strip.mark(12);
// and such a row as one picture to keep:
//   await filmstripPicture(sprite, frames, {caption, scale});  // a Blob, PNG
export const filmstrip = (root, {caption, onPick, what = "frame"}) => {
  root.classList.add("loom-filmstrip");
  root.setAttribute("role", "group");
  let frames = [];
  root.addEventListener("click", ({target}) => {
    const tile = target.closest("button");
    if (tile) onPick(Number(tile.dataset.k));
  });
  const build = (wanted) => {
    frames = wanted;
    root.innerHTML = frames
      .map(
        (k) => `<button type="button" data-k="${k}" aria-label="${what} ${caption(k)}">
      <canvas aria-hidden="true"></canvas><span>${caption(k)}</span></button>`,
      )
      .join("");
  };
  return {
    show(sprite, wanted) {
      if (wanted.join() !== frames.join()) build(wanted);
      [...root.children].forEach((tile, n) => sprite.paint(frames[n], tile.firstElementChild));
    },
    mark(k) {
      const near = frames.reduce((best, f) => (Math.abs(f - k) < Math.abs(best - k) ? f : best), frames[0]);
      [...root.children].forEach((tile, n) => tile.setAttribute("aria-current", String(frames[n] === near)));
    },
  };
};

export const filmstripPicture = (sprite, frames, {caption, scale = 1, gap = 4}) => {
  const side = sprite.tile * scale;
  const sheet = document.createElement("canvas");
  const tile = document.createElement("canvas");
  sheet.width = frames.length * (side + gap) + gap;
  sheet.height = side + 2 * gap + 18;
  const context = sheet.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, sheet.width, sheet.height);
  Object.assign(context, {
    imageSmoothingEnabled: false,
    fillStyle: "#22252b",
    font: "13px system-ui, sans-serif",
    textAlign: "center",
  });
  frames.forEach((k, n) => {
    sprite.paint(k, tile);
    const x = gap + n * (side + gap);
    context.drawImage(tile, x, gap, side, side);
    context.fillText(caption(k), x + side / 2, side + gap + 16);
  });
  return new Promise((done) => sheet.toBlob(done, "image/png"));
};
