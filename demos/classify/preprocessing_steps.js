// The way of a photo to what the networks get: a picture a step, each with a switch.
//   const stages = preprocessingSteps(element, (steps) => ...);  stages.show(answer.stages, answer.inverted);  stages.steps
// steps: what the visitor has switched, {} until then; a new photo starts anew with stages.reset().
export const preprocessingSteps = (root, onSwitch) => {
  root.classList.add("loom-stages");
  const names = {
    grey: "grey",
    inverted: "inverted",
    contrast: "full contrast",
    trimmed: "trimmed",
    centred: "centred",
    small: "28 × 28",
  };
  const keys = {inverted: "invert", contrast: "contrast", trimmed: "trim", centred: "centre"};
  const why = {
    grey: "the networks know no colours",
    small: "the size of the training images",
    inverted: "light clothes on black: done when the border is light",
    contrast: "from black to white",
    trimmed: "cut off what is black all along a side",
    centred: "keep the proportions, with black on two sides",
  };
  root.innerHTML = Object.entries(names)
    .map(
      ([name, words]) => `<label title="${why[name]}"><img alt="the photo, ${words}">
    <span class="loom-check"><input type="checkbox" data-stage="${name}" checked${keys[name] ? "" : " disabled"}> ${words}</span></label>`,
    )
    .join("");
  let steps = {};
  root.addEventListener("change", ({target}) => {
    steps[keys[target.dataset.stage]] = target.checked;
    onSwitch(steps);
  });
  return {
    get steps() {
      return steps;
    },
    reset() {
      steps = {};
      root.querySelectorAll("input").forEach((box) => {
        box.checked = true;
      });
    },
    show(pictures, inverted) {
      for (const [name, picture] of Object.entries(pictures))
        root.querySelector(`[data-stage=${name}]`).closest("label").querySelector("img").src = picture;
      root.querySelector("[data-stage=inverted]").checked = inverted;
    },
  };
};
