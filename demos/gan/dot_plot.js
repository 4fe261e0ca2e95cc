// Two crowds of dots on one scale, one stacked up and one down, and a marked place: every dot can be pointed at.
//   const dots = dotPlot(root, {groups: [{name, color}, {name, color}], ticks: [{at, name}], paint: (group, i, canvas) => ..., onPick: (group, i) => ...});
//   dots.draw([[x, ...], [x, ...]]); dots.mark(x, "yours"); dots.select(group, i); dots.step(1);
export const dotPlot = (root, {groups, ticks, paint, onPick, label}) => {
  root.classList.add("loom-dots");
  root.innerHTML = `<canvas tabindex="0" role="img"></canvas><canvas class="thumb" width="28" height="28" hidden></canvas>`;
  const [canvas, thumb] = root.children;
  const edge = 16;
  let values = null;
  let places = [];
  let order = [];
  let chosen = null;
  let marked = null;
  let _over = null;

  const lay = () => {
    const width = root.clientWidth;
    const height = root.clientHeight;
    const axis = (height - 18) / 2;
    const all = [...values.flat(), ...(marked ? [marked.x] : [])].sort((a, b) => a - b);
    const room = 0.04 * (all.at(-1) - all[0]);
    const low = all[0] - room;
    const high = all.at(-1) + room;
    const x = (v) => edge + ((v - low) / (high - low)) * (width - 2 * edge);
    const across = (size) =>
      values.map((group) => {
        const tall = {};
        return group.map((v) => {
          const bin = Math.floor(x(v) / size);
          tall[bin] = (tall[bin] ?? 0) + 1;
          return [bin, tall[bin]];
        });
      });
    let size = 9; // as large as lets every pile fit
    while (
      size > 2 &&
      Math.max(
        ...across(size)
          .flat()
          .map(([, k]) => k),
      ) *
        size >
        axis - 12
    )
      size -= 0.5;
    places = across(size).map((group, g) =>
      group.map(([bin, k]) => [(bin + 0.5) * size, axis + (g ? 1 : -1) * ((k - 0.5) * size + 8)]),
    );
    return {width, height, axis, x, size, shown: ticks.filter(({at}) => at > low && at < high)};
  };
  const draw = () => {
    if (!values || !root.clientWidth) return;
    const {width, height, axis, x, size, shown} = lay();
    const ratio = window.devicePixelRatio || 1;
    const context = canvas.getContext("2d");
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    context.scale(ratio, ratio);
    const ink = getComputedStyle(root).color;
    const {fontSize, fontFamily} = getComputedStyle(root);
    context.font = `${fontSize} ${fontFamily}`;
    context.textAlign = "center";
    for (const {at, name} of shown) {
      context.globalAlpha = 0.16;
      context.fillStyle = ink;
      context.fillRect(x(at), 4, 1, height - 20);
      context.globalAlpha = 0.75;
      context.fillText(name, Math.max(18, Math.min(width - 18, x(at))), height - 4);
    }
    context.globalAlpha = 0.5;
    context.fillRect(edge, axis, width - 2 * edge, 1);
    context.globalAlpha = 1;
    places.forEach((group, g) => {
      context.fillStyle = groups[g].color;
      for (const [left, top] of group) {
        context.beginPath();
        context.arc(left, top, size / 2 - 0.3, 0, 7);
        context.fill();
      }
    });
    if (marked) {
      context.fillStyle = "#ffb000";
      context.fillRect(x(marked.x) - 1.5, 14, 3, height - 32);
      context.fillStyle = ink;
      context.textAlign = x(marked.x) > width / 2 ? "right" : "left";
      context.fillText(marked.name, x(marked.x) + (x(marked.x) > width / 2 ? -6 : 6), 14);
    }
    if (chosen) {
      const [left, top] = places[chosen[0]][chosen[1]];
      context.strokeStyle = "#ffb000";
      context.lineWidth = 3;
      context.beginPath();
      context.arc(left, top, Math.max(6, size), 0, 7);
      context.stroke();
    }
  };
  const nearest = ({clientX, clientY}) => {
    const box = canvas.getBoundingClientRect();
    const x = clientX - box.left;
    const y = clientY - box.top;
    let best = null;
    let least = 14 ** 2;
    places.forEach((group, g) =>
      group.forEach(([left, top], i) => {
        const far = (left - x) ** 2 + (top - y) ** 2;
        if (far < least) [least, best] = [far, [g, i]];
      }),
    );
    return best;
  };
  const preview = (dot) => {
    _over = dot;
    thumb.hidden = !dot;
    if (!dot) return;
    const [left, top] = places[dot[0]][dot[1]];
    paint(...dot, thumb);
    thumb.style.transform = `translate(${Math.min(root.clientWidth - 60, left + 8)}px, ${Math.max(0, Math.min(root.clientHeight - 58, top - 64))}px)`;
    thumb.style.setProperty("--color", groups[dot[0]].color);
  };
  canvas.addEventListener("pointermove", (event) => preview(values && nearest(event)));
  canvas.addEventListener("pointerleave", () => preview(null));
  canvas.addEventListener("click", (event) => {
    const dot = values && nearest(event);
    if (dot) pick(...dot);
  });
  const select = (g, i) => {
    chosen = g === null ? null : [g, i];
    draw();
  };
  const pick = (g, i) => {
    select(g, i);
    onPick(g, i);
  };
  new ResizeObserver(draw).observe(root);
  new MutationObserver(draw).observe(document.body, {attributeFilter: ["class"]}); // light or dark
  return {
    draw(next) {
      values = next;
      order = values.flatMap((group, g) => group.map((v, i) => [g, i, v])).sort((a, b) => a[2] - b[2]);
      const middle = (group) => [...group].sort((a, b) => a - b)[Math.floor(group.length / 2)];
      canvas.setAttribute("aria-label", label(values.map(middle)));
      draw();
    },
    mark(x, name) {
      marked = x === null ? null : {x, name};
      draw();
    },
    select,
    pick,
    step(by) {
      // to the next dot on the scale
      if (!values) return;
      const from = chosen
        ? order.findIndex(([g, i]) => g === chosen[0] && i === chosen[1])
        : Math.floor(order.length / 2);
      const [g, i] = order[Math.max(0, Math.min(order.length - 1, from + by))];
      pick(g, i);
      preview([g, i]);
    },
  };
};
