// A grey picture under a map of numbers: orange where they are positive, blue where negative; a pointer or the arrow keys read it.
//   const heat = loom.heat(element, {label, onRead: (i) => ..., onLeave: () => ...});
//   heat.draw(bytes, values, {side: 14, most: 2.5, box: 6});  // side: cells in a row; box: pixels that a cell speaks of
loom.heat = (root, {label, onRead, onLeave}) => {
  root.classList.add("loom-heat");
  root.innerHTML = `<canvas width="28" height="28" tabindex="0" role="img" aria-label="${label}"></canvas><i hidden></i>`;
  const [canvas, frame] = root.children, SIZE = 28;
  let side = 28, box = 3, at = null;

  const read = (column, row) => {
    const inside = (v) => Math.max(0, Math.min(side - 1, v)), cell = SIZE / side;
    at = [inside(column), inside(row)];
    const start = at.map((v) => Math.max(0, (v + 0.5) * cell - box / 2)), end = at.map((v) => Math.min(SIZE, (v + 0.5) * cell + box / 2));
    frame.hidden = false;
    Object.assign(frame.style, {
      left: `${100 * start[0] / SIZE}%`, top: `${100 * start[1] / SIZE}%`, width: `${100 * (end[0] - start[0]) / SIZE}%`, height: `${100 * (end[1] - start[1]) / SIZE}%`,
    });
    onRead(at[1] * side + at[0]);
  };
  const leave = () => { at = null; frame.hidden = true; onLeave(); };
  canvas.addEventListener("pointermove", (event) => {
    const {left, top, width, height} = canvas.getBoundingClientRect();
    read(Math.floor((event.clientX - left) / width * side), Math.floor((event.clientY - top) / height * side));
  });
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("blur", leave);
  canvas.addEventListener("keydown", (event) => {
    const by = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!by) return;
    event.preventDefault();
    const [column, row] = at ?? [side / 2 - by[0], side / 2 - by[1]].map(Math.floor);
    read(column + by[0], row + by[1]);
  });
  return {
    draw(bytes, values, settings) {
      ({side, box} = settings);
      const image = new ImageData(SIZE, SIZE), times = SIZE / side;
      for (let i = 0; i < SIZE * SIZE; i++) {
        const cell = Math.floor(Math.floor(i / SIZE) / times) * side + Math.floor((i % SIZE) / times);
        const v = values ? values[cell] / (settings.most || 1) : 0, strength = Math.abs(v) ** 0.8, ink = v > 0 ? [255, 150, 30] : [60, 150, 255];
        image.data.set([...ink.map((c) => 0.6 * bytes[i] * (1 - strength) + c * strength), 255], 4 * i);
      }
      canvas.getContext("2d").putImageData(image, 0, 0);
      if (at) read(...at);
    },
    tell(words) { canvas.setAttribute("aria-label", words); },
  };
};
