// Two pictures in one place, with a divider between them that is dragged or moved with the arrow keys.
//   const wipe = compareSlider(element, {label, onMove: (percent) => ...});
//   wipe.left and wipe.right are canvases; wipe.at is the divider's place in percent; wipe.name(left, right) names them.
export const compareSlider = (root, {label, onMove = () => {}}) => {
  root.classList.add("loom-wipe");
  root.innerHTML = `<canvas width="28" height="28" aria-hidden="true"></canvas><canvas width="28" height="28" aria-hidden="true"></canvas>
    <span class="side left"></span><span class="side right"></span><span class="divider" aria-hidden="true"><i>◂▸</i></span>`;
  Object.assign(root, {tabIndex: 0});
  for (const [key, value] of Object.entries({
    role: "slider",
    "aria-label": label,
    "aria-valuemin": 0,
    "aria-valuemax": 100,
  }))
    root.setAttribute(key, value);
  const [left, right] = root.querySelectorAll("canvas");
  const sides = root.querySelectorAll(".side");
  let at = 50;
  let names = ["", ""];

  const move = (percent) => {
    at = Math.max(0, Math.min(100, percent));
    root.style.setProperty("--at", `${at}%`);
    root.setAttribute("aria-valuenow", Math.round(at));
    root.setAttribute("aria-valuetext", `${names[0]} on the left ${Math.round(at)} %, ${names[1]} on the rest`);
    sides[0].hidden = at < 22;
    sides[1].hidden = at > 78;
    onMove(at);
  };
  const place = ({clientX}) => {
    const box = root.getBoundingClientRect();
    move(((clientX - box.left) / box.width) * 100);
  };
  root.addEventListener("pointerdown", (event) => {
    root.setPointerCapture(event.pointerId);
    place(event);
  });
  root.addEventListener("pointermove", (event) => {
    if (root.hasPointerCapture(event.pointerId)) place(event);
  });
  root.addEventListener("keydown", (event) => {
    const to = {ArrowLeft: at - 2, ArrowRight: at + 2, PageDown: at - 20, PageUp: at + 20, Home: 0, End: 100}[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  });
  move(at);
  return {
    left,
    right,
    get at() {
      return at;
    },
    set at(percent) {
      move(percent);
    },
    name(...both) {
      names = both;
      sides.forEach((side, i) => {
        side.textContent = both[i];
      });
      move(at);
    },
  };
};
