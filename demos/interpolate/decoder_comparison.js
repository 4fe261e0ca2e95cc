// The same way through several decoders, one small picture each, which all move together.
//   const ways = decoderComparison(element, {decoders: [{name, size}], classes, colors, load: async (name) => strip, onPick: (name) => ...});
//   ways.fill({first, isSlow: (name) => ..., at: () => k});  ways.paint(k);  ways.mark(name);  ways.wait();
// strip: {sprite, called}, or {error}; those that are slow come last, one after the other, unless another way was asked for.
export const decoderComparison = (root, {decoders, classes, colors, load, onPick}) => {
  let turn = 0;
  const rows = decoders.map(({name, size}) => {
    const button = document.createElement("button");
    Object.assign(button, {type: "button", title: `${name}: ${size} numbers a code`});
    button.innerHTML = `<canvas width="28" height="28" aria-hidden="true"></canvas><b>${name}</b><span>…</span>`;
    button.addEventListener("click", () => onPick(name));
    root.append(button);
    return {name, button, strip: null};
  });
  const tell = ({button}, words, color = "transparent") => {
    button.lastElementChild.textContent = words;
    button.style.setProperty("--color", color);
  };
  const paint = (row, k) => {
    if (!row.strip) return;
    row.strip.sprite.paint(k, row.button.firstElementChild);
    const call = row.strip.called?.[k];
    tell(row, classes[call] ?? "", colors[call]);
  };
  const wait = (row, words) => {
    row.strip = null;
    tell(row, words);
  };
  return {
    async fill({first, isSlow, at}) {
      const mine = ++turn;
      const fill = async (row) => {
        const answer = await load(row.name);
        if (mine !== turn) return;
        if (answer.error) return wait(row, "no answer");
        row.strip = answer;
        paint(row, at());
      };
      const slow = rows.filter(({name}) => name !== first && isSlow(name));
      const quick = rows.filter((row) => !slow.includes(row));
      slow.forEach((row) => wait(row, "fits a code…"));
      await Promise.all(quick.sort((a, b) => (b.name === first) - (a.name === first)).map(fill));
      if (slow.length) await new Promise((done) => setTimeout(done, 1200)); // another stroke may follow
      for (const row of slow) if (mine === turn) await fill(row);
    },
    paint: (k) => rows.forEach((row) => paint(row, k)),
    mark: (name) => rows.forEach((row) => row.button.setAttribute("aria-pressed", String(row.name === name))),
    wait: () => rows.forEach((row) => wait(row, "…")),
  };
};
