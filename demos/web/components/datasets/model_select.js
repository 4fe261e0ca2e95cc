// @ts-check
// A list of models, those of each dataset under its title once there are several.
import {escapeHtml} from "../../lib/dom.js";

/** @typedef {{name: string, label: string, group: string}} Option group: title of the dataset */

/**
 * The options as HTML, in the order given, each group where its first member stands.
 * @param {Option[]} options
 */
export function modelOptionsHtml(options) {
  const html = (/** @type {Option} */ {name, label}) =>
    `<option value="${escapeHtml(name)}">${escapeHtml(label)}</option>`;
  const groups = [...new Set(options.map(({group}) => group))];
  if (groups.length < 2) return options.map(html).join("");
  return groups
    .map((title) => {
      const members = options.filter(({group}) => group === title);
      return `<optgroup label="${escapeHtml(title)}">${members.map(html).join("")}</optgroup>`;
    })
    .join("");
}

/**
 * @param {HTMLSelectElement} select
 * @param {Option[]} first
 */
export function modelSelect(select, first) {
  let options = first;
  const draw = () => {
    const {value} = select;
    select.innerHTML = modelOptionsHtml(options);
    if (value) select.value = value;
  };
  draw();
  return {
    /** @param {Option} option */
    add(option) {
      options = [...options, option];
      draw();
    },
  };
}
