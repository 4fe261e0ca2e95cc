// A picture file, chosen, dropped or pasted, as the networks see it: 28 by 28 grey bytes.
//   loom.upload(element, {call: server.read_upload, onPixels: (bytes, answer, content) => ..., fail: notice.say});
//   loom.send(call, file) gives the answer alone, and the file's content in base64 as its `content`.
// The element holds an input of type file and a place marked data-drop; it is listened to while it is on the page.
loom.send = async (call, file) => {
  if (file.size > 20e6) return {error: `The file has ${(file.size / 1e6).toFixed(0)} MB; at most 20 MB can be read.`};
  const content = loom.encode(new Uint8Array(await file.arrayBuffer()));
  return {...await loom.ask(call, {file: content}), content};
};

loom.upload = (root, {call, onPixels, fail}) => {
  const read = async (file) => {
    if (!file) return;
    const answer = await loom.send(call, file);
    answer.error ? fail(answer.error) : onPixels(loom.decode(answer.pixels), answer, answer.content);
  };
  const input = root.querySelector("input[type=file]"), drop = root.querySelector("[data-drop]");
  input.addEventListener("change", () => { read(input.files[0]); input.value = ""; });
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    read(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => { if (root.offsetParent && drop.offsetParent) read(event.clipboardData.files[0]); });
};
