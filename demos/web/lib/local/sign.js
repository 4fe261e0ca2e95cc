// @ts-check
// Who answered last, this device or the server, and how fast: a quiet line at the foot of the page.

const WHO = {device: "this device", server: "the server"};

/**
 * @param {"device" | "server"} by
 * @param {number} milliseconds
 */
export function showAnswer(by, milliseconds) {
  const line = document.querySelector(".loom-answered") ?? addLine();
  const {loomModels: here, loomTrouble: trouble} = document.documentElement.dataset; // inference.js writes them
  const words = [
    here && `On this device: ${here.replaceAll(" ", ", ")}.`,
    trouble && `Not on this device: ${trouble}.`,
  ];
  line.textContent = `Answered by ${WHO[by]} in ${Math.max(1, Math.round(milliseconds))} ms`;
  line.setAttribute("data-by", by);
  line.setAttribute("title", words.filter(Boolean).join(" "));
}

function addLine() {
  const line = Object.assign(document.createElement("span"), {className: "loom-answered"});
  document.querySelector(".loom-footer")?.append(line);
  return line;
}
