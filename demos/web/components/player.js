// The controls of a film: play, step, and a slider. The caller paints, which must not wait for anything.
//   const player = loom.player(root, {label, paint: (k) => ..., settle: (k) => ..., name: (k) => "moment 3 of 25", rate: 6, loop: false, word: "Play", steps: true});
//   player.load(count, k); player.extend(count, k) while it is recorded; player.go(k); player.go(k, true) while it is dragged there; player.play(); player.stop(); player.at; player.key(event);
// steps: false leaves out the buttons that step, where there is little room; player.count = 41 sets the length and player.refresh() paints again.
loom.player = (root, {label, paint, settle = () => {}, name, rate, loop = false, word = "Play", steps = true}) => {
  root.classList.add("loom-tools", steps ? "loom-player" : "loom-scrubber");
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", label);
  root.innerHTML = `<button type="button" data-do="play" title="space">${word}</button>${steps ? `
    <button type="button" data-do="back" title="left arrow" aria-label="One step back">◀</button>
    <button type="button" data-do="on" title="right arrow" aria-label="One step on">▶</button>` : ""}
    <input type="range" min="0" step="1" value="0" aria-label="${label}"><output></output>`;
  const button = root.firstElementChild, [slider, output] = [...root.children].slice(-2), calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let at = 0, count = 0, playing = false, timer = 0, turn = 0;

  const show = (k) => {
    at = loop ? (k + count) % count : Math.max(0, Math.min(count - 1, k));
    slider.value = at;
    paint(at);
    output.textContent = name(at);
    slider.setAttribute("aria-valuetext", output.textContent);
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(() => settle(at), 200); };  // once the hand rests
  const stop = () => {
    if (playing) later();
    playing = false;
    turn++;
    button.textContent = word;
  };
  const go = (k, held = false) => {
    if (!count) return;
    stop();
    show(k);
    held ? clearTimeout(timer) : later();
  };
  const play = () => {
    if (!count) return;
    if (calm.matches) return go(loop ? at + 1 : count - 1);
    playing = true;
    button.textContent = "Pause";
    const mine = ++turn, from = !loop && at === count - 1 ? 0 : at;
    let start = null;
    clearTimeout(timer);
    const tick = (now) => {
      if (mine !== turn) return;
      start ??= now;
      const k = from + Math.floor((now - start) / 1000 * rate);
      if (root.offsetParent && k % count !== at) show(loop ? k % count : k);
      if (!loop && at >= count - 1) return stop();
      requestAnimationFrame(tick);
    };
    show(from);
    requestAnimationFrame(tick);
  };
  const deeds = {play: () => (playing ? stop() : play()), back: () => go(at - 1), on: () => go(at + 1)};
  root.addEventListener("click", ({target}) => deeds[target.dataset.do]?.());
  slider.addEventListener("input", () => go(Number(slider.value), true));
  slider.addEventListener("change", later);
  const keys = {" ": deeds.play, ArrowLeft: deeds.back, ArrowRight: deeds.on, Home: () => go(0), End: () => go(count - 1)};
  return {
    go, play, stop,
    load(length, k) {  // of which nothing settles yet
      count = length;
      slider.max = count - 1;
      go(k);
      clearTimeout(timer);
    },
    extend(length, k) {  // paints nothing, and a film that plays goes on
      count = length;
      slider.max = count - 1;
      if (!playing) slider.value = at = k;
      output.textContent = name(at);
    },
    get at() { return at; },
    set at(k) { go(k); },
    set count(length) { count = length; slider.max = count - 1; if (at >= count) show(count - 1); },
    refresh: () => show(at),
    key(event) {  // whether it was one of the film's
      if (!keys[event.key]) return false;
      event.preventDefault();
      keys[event.key]();
      return true;
    },
  };
};
