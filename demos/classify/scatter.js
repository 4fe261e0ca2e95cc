// Many points of known classes on a plane, some of them marked; whoever is pointed at shows its picture, a click takes it.
//   const crowd = loom.crowd(element, {colors, paint: (i, canvas) => ..., name: (i) => ..., onPick: (i) => ...});
//   crowd.draw({points, labels, names: ["PC 1", "PC 2"], label}); crowd.mark([3, 14]);  // points: x, y, x, y, ...; i: number of one
loom.crowd = (root, {colors, paint, name, onPick}) => {
  root.classList.add("loom-crowd");
  root.innerHTML = `<canvas tabindex="0" role="img" aria-label="no points yet"></canvas><canvas class="thumb" width="28" height="28" aria-hidden="true" hidden></canvas><small aria-live="polite"></small>`;
  const [canvas, thumb, says] = root.children, REACH = 14, EDGE = 12;
  let data = null, places = [], marked = [], over = -1;

  const lay = (width, height) => {
    const axis = (c, size) => {
      const values = data.labels.map((_, i) => data.points[2 * i + c]), low = Math.min(...values), high = Math.max(...values);
      return (v) => EDGE + (v - low) / (high - low) * (size - 2 * EDGE);
    };
    const x = axis(0, width), y = axis(1, height);
    places = data.labels.map((_, i) => [x(data.points[2 * i]), height - y(data.points[2 * i + 1])]);
  };
  const draw = () => {
    const {clientWidth: width, clientHeight: height} = canvas, ratio = window.devicePixelRatio || 1;
    if (!data || !width) return;
    lay(width, height);
    Object.assign(canvas, {width: width * ratio, height: height * ratio});
    const context = canvas.getContext("2d"), lit = new Set(marked);
    context.scale(ratio, ratio);
    const dot = (i, size) => { context.beginPath(); context.arc(...places[i], size, 0, 7); };
    context.globalAlpha = lit.size ? 0.4 : 0.85;
    data.labels.forEach((label, i) => { context.fillStyle = colors[label]; dot(i, 2.6); context.fill(); });
    context.globalAlpha = 1;
    context.lineWidth = 2;
    for (const i of marked) {
      context.fillStyle = colors[data.labels[i]];
      context.strokeStyle = i === over ? getComputedStyle(root).color : "#ffb000";
      dot(i, 5.5);
      context.fill();
      context.stroke();
    }
    context.fillStyle = getComputedStyle(root).color;
    context.globalAlpha = 0.7;
    context.font = `11px ${getComputedStyle(root).fontFamily}`;
    context.fillText(`${data.names[0]} →`, EDGE, height - 3);
    context.rotate(-Math.PI / 2);
    context.fillText(`${data.names[1]} →`, EDGE - height, 10);
  };
  const point = (i) => {
    over = i;
    thumb.hidden = i < 0;
    says.textContent = i < 0 ? "" : name(i);
    if (i >= 0) {
      const [x, y] = places[i], {clientWidth: width, clientHeight: height} = canvas;
      paint(i, thumb);
      thumb.style.transform = `translate(${x + 64 < width ? x + 10 : x - 66}px, ${Math.max(0, Math.min(height - 58, y - 28))}px)`;
    }
    draw();
  };
  const nearest = (event) => {
    const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    const far = (i) => (places[i][0] - x) ** 2 + (places[i][1] - y) ** 2;
    const closest = (some) => some.reduce((best, i) => (far(i) < (best < 0 ? REACH ** 2 : far(best)) ? i : best), -1);
    const lit = closest(marked);  // those in question come first
    return lit >= 0 ? lit : closest(data.labels.map((_, i) => i));
  };
  canvas.addEventListener("pointermove", (event) => { if (data) point(nearest(event)); });
  canvas.addEventListener("pointerleave", () => { if (data) point(-1); });
  canvas.addEventListener("click", (event) => { const i = data ? nearest(event) : -1; if (i >= 0) onPick(i); });
  canvas.addEventListener("keydown", (event) => {  // among those marked
    const by = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1}[event.key];
    if (by && marked.length) point(marked[(marked.indexOf(over) + by + marked.length) % marked.length]);
    else if (event.key === "Enter" && over >= 0) onPick(over);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(draw).observe(root);
  new MutationObserver(draw).observe(document.body, {attributeFilter: ["class"]});  // light or dark
  return {
    draw(next) { data = next; canvas.setAttribute("aria-label", data.label); draw(); },
    mark(wanted) { marked = wanted; over = -1; thumb.hidden = true; says.textContent = ""; draw(); },
  };
};
