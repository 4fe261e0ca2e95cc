// The shipped test images, a class at a time, or a group that the caller can name; click or Enter takes one.
//   const gallery = loom.gallery(element, {sample, colors, onPick: (i) => ..., groups: {name: async () => [i, ...]}});
//   title(i) names an image, where it is not a test image of a class
loom.gallery = (root, {sample, colors, onPick, groups = {}, title = null}) => {
  root.innerHTML = `<div class="chips" role="group" aria-label="Class"></div><div class="tiles"></div>`;
  const [chips, tiles] = root.children, {sprite} = sample, names = [...sample.classes, ...Object.keys(groups)];
  let selected = -1, shown = -1;

  const members = async (k) => k < sample.classes.length
    ? sample.labels.flatMap((label, i) => (label === k ? [i] : [])) : groups[names[k]]();
  const mark = () => tiles.querySelectorAll("button").forEach((tile) =>
    tile.setAttribute("aria-pressed", String(Number(tile.dataset.i) === selected)));
  const tile = (i) => {
    const what = title?.(i) ?? `${sample.classes[sample.labels[i]]}, ${sample.noun ?? "test image"} ${sample.index[i]}`;
    return `<button type="button" data-i="${i}" title="${what}" aria-label="${what}"
      style="background-image:url(${sprite.address}); --columns:${sprite.width / sprite.tile};
      --rows:${sprite.height / sprite.tile}; --column:${i % sprite.columns}; --row:${Math.floor(i / sprite.columns)}"></button>`;
  };
  const show = async (k) => {
    shown = k;
    [...chips.children].forEach((chip, i) => chip.setAttribute("aria-pressed", String(i === k)));
    tiles.innerHTML = (await members(k)).map(tile).join("");
    tiles.scrollTop = 0;
    mark();
  };
  const take = (i) => { selected = i; mark(); onPick(i); };

  chips.innerHTML = names.map((name, k) =>
    `<button type="button" data-k="${k}" style="${colors[k] ? `--color:${colors[k]}` : "--dot:none"}">${name}</button>`).join("");
  chips.addEventListener("click", ({target}) => { if (target.dataset.k) show(Number(target.dataset.k)); });
  tiles.addEventListener("click", ({target}) => { if (target.dataset.i) take(Number(target.dataset.i)); });
  let shows = show(0);
  const reveal = async (i) => {
    if (shown !== sample.labels[i]) shows = show(sample.labels[i]);
    await shows;
    const picked = tiles.querySelector(`[data-i="${i}"]`);  // scrollIntoView would move the page as well
    tiles.scrollTop = picked.offsetTop - tiles.offsetTop - picked.offsetHeight;
  };
  return {
    async select(i) { take(i); await reveal(i); },
    async mark(i) {  // without taking it
      if (i === selected) return;
      selected = i;
      mark();
      if (i >= 0) await reveal(i);
    },
    unselect() { selected = -1; mark(); },
    tile,  // its button, as a string, for who shows images elsewhere
    refresh(group) { if (groups[names[shown]] === group) shows = show(shown); },  // whose members have changed
  };
};
