// A slider over pictures that are here already, with a button that plays them.
//   const scrubber = loom.scrubber(element, {label, pace: 20, words: (k) => "× 0.50", onStep: (k) => ...});
//   scrubber.count = 41;  scrubber.at = 20;  scrubber.step(-1);  scrubber.toggle();  scrubber.stop();
// The element gets a button, a slider and what the slider says; pace is in steps a second.
loom.scrubber = (root, {label, pace, words, onStep}) => {
  root.classList.add("loom-tools", "loom-scrubber");
  root.innerHTML = `<button type="button" title="space">Play</button><input type="range" min="0" step="1" value="0" aria-label="${label}"><output></output>`;
  const [button, slider, output] = root.children;
  let at = 0, count = 1, turn = 0;

  const show = (k) => {
    at = Math.max(0, Math.min(count - 1, k));
    slider.value = at;
    slider.setAttribute("aria-valuetext", words(at));
    output.textContent = words(at);
    onStep(at);
  };
  const stop = () => { turn++; button.textContent = "Play"; };
  const play = () => {
    const mine = ++turn, from = at >= count - 1 ? 0 : at, start = performance.now();
    button.textContent = "Pause";
    const tick = (now) => {
      if (mine !== turn) return;
      const next = from + Math.max(0, Math.floor((now - start) / 1000 * pace));
      if (next !== at && root.offsetParent) show(next);
      if (at >= count - 1 || !root.offsetParent) return stop();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  };
  const scrubber = {
    get at() { return at; },
    set at(k) { stop(); show(k); },
    set count(n) { count = n; slider.max = n - 1; if (at >= n) show(n - 1); },
    get isPlaying() { return button.textContent === "Pause"; },
    refresh: () => show(at),
    step: (by) => { scrubber.at = at + by; },
    toggle: () => (scrubber.isPlaying ? stop() : play()),
    stop,
  };
  button.addEventListener("click", scrubber.toggle);
  slider.addEventListener("input", () => { scrubber.at = Number(slider.value); });
  return scrubber;
};
