// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {viewChanges} from "../../demos/web/lib/state/views.js";

/** A tab of two views that notes what is done to them. */
function tabOfTwo() {
  /** @type {string[]} */
  const done = [];
  let ready = false;
  const view = (/** @type {string} */ name) => ({
    load: () => done.push(`load ${name}`),
    again: () => done.push(`again ${name}`),
    isReady: () => ready,
    play: () => done.push(`play ${name}`),
    stop: () => done.push(`stop ${name}`),
    cancel: () => done.push(`cancel ${name}`),
  });
  const views = {walk: view("walk"), score: view("score")};
  const state = {view: "walk", isToPlay: false, isMoving: true, problem: "broken", picture: 0};
  const tab = {
    ...{state, views: () => views, beside: () => [view("beside")], hasStarted: () => true},
    render: () => done.push("render"),
  };
  return {done, state, ...viewChanges(tab), becomeReady: () => (ready = true)};
}

test("an answer is drawn, and what else the view needs is asked for", () => {
  const {done, state, update} = tabOfTwo();
  update({problem: ""});
  assert.deepEqual(done, ["render", "load walk", "load beside"]);
  assert.deepEqual([state.problem, state.isMoving], ["", true]);
});

test("a choice ends what was, and opens the view that it names", () => {
  const {done, state, choose} = tabOfTwo();
  choose({view: "score"});
  assert.deepEqual(done.slice(0, 4), ["stop walk", "stop score", "again score", "again beside"]);
  assert.deepEqual(done.slice(4), ["render", "load score", "load beside"]);
  assert.deepEqual(state, {view: "score", isToPlay: false, isMoving: false, problem: "", picture: 0});
});

test("another picture cancels a slow upload", () => {
  const {done, choose} = tabOfTwo();
  choose({picture: 3});
  assert.deepEqual(done.slice(0, 4), ["cancel walk", "stop walk", "cancel score", "stop score"]);
});

test("a view that is to play waits until it can", () => {
  const {done, state, choose, update, becomeReady} = tabOfTwo();
  choose({isToPlay: true});
  assert.equal(state.isToPlay, true);
  assert.equal(done.includes("play walk"), false);
  becomeReady();
  update({});
  assert.equal(done.at(-1), "play walk");
  assert.equal(state.isToPlay, false);
});

test("before the tab has started, nothing is drawn", () => {
  const state = {view: "walk", isToPlay: false, isMoving: false, problem: "", seed: 1};
  const nothing = () => assert.fail("drawn");
  const {update} = viewChanges({state, views: () => ({}), beside: () => [], hasStarted: () => false, render: nothing});
  update({seed: 2});
  assert.equal(state.seed, 2);
});
