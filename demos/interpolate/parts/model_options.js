// @ts-check
// The list of models.
import {escapeHtml} from "../../web/lib/dom.js";

/** @typedef {import("../types").Decoder} Decoder */

/** @param {{name: string, size: number}} decoder */
export const modelOptionHtml = ({name, size}, label = name) =>
  `<option value="${escapeHtml(name)}">${escapeHtml(label)}: ${size} numbers</option>`;

/** @param {Decoder[]} decoders */
export function modelOptionsHtml(decoders) {
  return ["clothes", "faces"]
    .map((kind) => {
      const members = decoders.filter((decoder) => decoder.kind === kind);
      const options = members.map((decoder) => modelOptionHtml(decoder)).join("");
      return members.length ? `<optgroup label="${kind}">${options}</optgroup>` : "";
    })
    .join("");
}
