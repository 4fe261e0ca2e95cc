// A picture file that is chosen, dropped or pasted becomes 28 x 28 grey bytes, as the networks see it.
//   loom.photo(input, {widget, drop, read: server.read_upload, take: (pixels) => ..., fail: notice.say});
loom.photo = (input, {widget, drop, read, take, fail}) => {
  const use = async (file) => {
    if (!file) return;
    const answer = await loom.ask(read, {file: loom.encode(new Uint8Array(await file.arrayBuffer()))});
    answer.error ? fail(answer.error) : take(loom.decode(answer.pixels));
  };
  input.addEventListener("change", () => { use(input.files[0]); input.value = ""; });
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    use(event.dataTransfer.files[0]);
  });
  // several tabs may listen: the one that is seen takes it
  document.addEventListener("paste", (event) => { if (drop.offsetParent && widget.offsetParent) use(event.clipboardData.files[0]); });
};
