// @ts-check
// How the paths are walked: steps, method, class, guidance and noise. A slider asks for new paths once it rests.
import {radioGroup} from "../web/components/radio_group.js";
import {escapeHtml} from "../web/lib/dom.js";
import {readWholeNumber, showWholeNumber} from "../web/lib/input/whole_number.js";
import {BOTH} from "./paths.js";

const OF_CLASSES = ":has([data-label], [data-guidance])";
const WIDE = ["picture", "hole", "training"]; // views that need the whole width

/** @type {Record<string, string>} */
const NAMES = {euler: "Euler", heun: "Heun"};

/**
 * @param {import("./types").Tab} tab
 * @returns {{render: () => void}}
 */
export function controls({find, props, state, choose}) {
  const {classes, isLabelled, methods, seeds, most_steps: mostSteps, most_guidance: mostGuidance} = props;
  const root = find(".diffusion-controls");
  const [steps, guidance, seed, label] = ["steps", "guidance", "seed", "label"].map((name) => find(`[data-${name}]`));
  const options = Object.fromEntries(methods.map((method) => [method, NAMES[method]]));
  const methodChoice = radioGroup(find("[data-choice=method]"), {...options, [BOTH]: "both"}, (method) =>
    choose({method}),
  );
  steps.max = mostSteps;
  guidance.max = mostGuidance;
  seed.max = seeds - 1;
  label.innerHTML = ["any", ...classes]
    .map((name, k) => `<option value="${k - 1}">${escapeHtml(name)}</option>`)
    .join("");
  for (const slider of [steps, guidance])
    slider.addEventListener("input", () => {
      slider.nextElementSibling.textContent = slider.value;
    });
  steps.addEventListener("change", () => choose({steps: Number(steps.value)}));
  guidance.addEventListener("change", () => choose({guidance: Number(guidance.value)}));
  label.addEventListener("change", () => choose({label: Number(label.value)}));
  seed.addEventListener("change", () => {
    const {number, problem} = readWholeNumber(seed.value, {name: "seed", high: seeds - 1, before: state.seed});
    seed.value = number;
    choose({seed: number, problem});
  });
  find("[data-do=anew]").addEventListener("click", () => choose({seed: Math.floor(Math.random() * seeds)}));

  return {
    render() {
      methodChoice.at = state.method;
      steps.value = state.steps;
      steps.nextElementSibling.textContent = state.steps;
      guidance.value = state.guidance;
      guidance.disabled = state.label < 0;
      guidance.nextElementSibling.textContent = state.label < 0 ? "needs a class" : state.guidance;
      label.value = state.label;
      showWholeNumber(seed, state.seed);
      for (const part of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-in]")))
        part.hidden = !part.dataset.in?.split(" ").includes(state.view) || (part.matches(OF_CLASSES) && !isLabelled);
      const isWide = state.method === BOTH && state.view === "paths";
      find(".diffusion-body").toggleAttribute("data-wide", isWide || WIDE.includes(state.view));
      root.hidden = ![...root.children].some((part) => !part.hidden);
    },
  };
}
