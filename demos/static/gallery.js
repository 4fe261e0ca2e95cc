// The shipped test images, a class at a time; click or Enter takes one.
//   const gallery = loom.gallery(element, sample, colors, (i) => ...);  gallery.select(i);
loom.gallery = (root, sample, colors, onPick) => {
  root.innerHTML = `<div class="chips" role="group" aria-label="Class"></div><div class="tiles"></div>`;
  const [chips, tiles] = root.children, {sprite} = sample;
  let selected = -1;

  const mark = () => tiles.querySelectorAll("button").forEach((tile) =>
    tile.setAttribute("aria-pressed", String(Number(tile.dataset.i) === selected)));
  const showClass = (label) => {
    [...chips.children].forEach((chip, i) => chip.setAttribute("aria-pressed", String(i === label)));
    const members = sample.labels.flatMap((l, i) => (l === label ? [i] : []));
    tiles.innerHTML = members.map((i) => `<button type="button" data-i="${i}" title="test image ${sample.index[i]}"
      aria-label="${sample.classes[label]}, test image ${sample.index[i]}" style="background-image:url(${sprite.address});
      --columns:${sprite.width / sprite.tile};--rows:${sprite.height / sprite.tile};
      --column:${i % sprite.columns};--row:${Math.floor(i / sprite.columns)}"></button>`).join("");
    tiles.scrollTop = 0;
    mark();
  };
  const showTile = (i) => {  // scrollIntoView would move the page as well
    const tile = tiles.querySelector(`[data-i="${i}"]`);
    tiles.scrollTop = tile.offsetTop - tiles.offsetTop - tile.offsetHeight;
  };
  const take = (i) => { selected = i; mark(); onPick(i); };

  chips.innerHTML = sample.classes.map((name, i) =>
    `<button type="button" data-label="${i}" style="--color:${colors[i]}">${name}</button>`).join("");
  chips.addEventListener("click", (event) => {
    const chip = event.target.closest("button");
    if (chip) showClass(Number(chip.dataset.label));
  });
  tiles.addEventListener("click", (event) => {
    const tile = event.target.closest("button");
    if (tile) take(Number(tile.dataset.i));
  });
  showClass(0);
  return {
    select(i) { showClass(sample.labels[i]); take(i); showTile(i); },
    unselect() { selected = -1; mark(); },
  };
};
