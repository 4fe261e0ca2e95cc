// @ts-check
// Where codes lie on a map and along its sliders, by the tables of parts/geometry.py.
import {dot, minus, plusRows} from "../../web/lib/local/codes.js";
import {rowOf} from "../../web/lib/local/pictures.js";

/**
 * @typedef {import("../../web/lib/local/host.js").Numbers} Numbers
 * @typedef {Omit<import("../types").GeometryAnswer, "tables"> & {tables: Record<string, Numbers>}} Geometry
 */

const NEIGHBOURS = 5; // codes blended for an empty place of a t-SNE map

/** Whether a code has a place on the map that can be computed here: t-SNE places new ones by descent. */
export const isFlat = (/** @type {Geometry} */ {tables}) => "plane" in tables;

/**
 * @param {Geometry} geometry
 * @param {ArrayLike<number>} code
 * @returns {[number, number]}
 */
export function placeOf({tables: {plane}}, code) {
  const off = minus(code, rowOf(plane, 0));
  return [dot(off, rowOf(plane, 1)), dot(off, rowOf(plane, 2))];
}

/**
 * The code that a place of the map stands for.
 * @param {Geometry} geometry
 * @param {Numbers} codes of the test images, of which a t-SNE map blends the nearest
 * @param {number} x
 * @param {number} y
 */
export function codeAt({tables: {plane, points}}, codes, x, y) {
  if (plane) return plusRows(rowOf(plane, 0), [x, y], (k) => rowOf(plane, k + 1));
  const all = Array.from({length: points.dims[0]}, (_, i) => {
    const [px, py] = rowOf(points, i);
    return {i, weight: 1 / ((px - x) ** 2 + (py - y) ** 2 + 1e-9)};
  });
  const nearest = all.sort((a, b) => b.weight - a.weight).slice(0, NEIGHBOURS);
  const sum = nearest.reduce((total, {weight}) => total + weight, 0);
  const weights = nearest.map(({weight}) => weight / sum);
  return plusRows(new Float32Array(codes.dims[1]), weights, (n) => rowOf(codes, nearest[n].i));
}

/**
 * How far a code lies along a slider.
 * @param {Geometry} geometry
 * @param {ArrayLike<number>} code
 * @param {number} axis
 */
export function coordinate({tables: {axes}}, code, axis) {
  return dot(minus(code, rowOf(axes, 0)), rowOf(axes, axis + 1));
}

/**
 * A code moved along a slider to a value.
 * @param {Geometry} geometry
 * @param {ArrayLike<number>} code
 * @param {number} axis
 * @param {number} value
 */
export function moved(geometry, code, axis, value) {
  const {axes} = geometry.tables;
  return plusRows(code, [value - coordinate(geometry, code, axis)], () => rowOf(axes, axis + 1));
}
