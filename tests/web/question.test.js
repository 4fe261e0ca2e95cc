// @ts-check
import assert from "node:assert/strict";
import {test} from "node:test";
import {question} from "../../demos/web/lib/question.js";

test("each request is asked once, and a late answer for another one does not count", async () => {
  /** @type {{sent: number, answer: (value: object) => void}[]} */
  const calls = [];
  /** @type {{value: number, key: string}[]} */
  const answers = [];
  let shown = 1;
  const asking = question({
    call: (/** @type {{shown: number}} */ request) =>
      new Promise((answer) => {
        calls.push({sent: request.shown, answer});
      }),
    request: () => (shown ? {shown} : null),
    prepare: async (answer) => /** @type {{value: number}} */ (answer),
    onAnswer: (answer) => answers.push(answer),
    onError: assert.fail,
  });
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  asking.load(false);
  asking.load(false);
  assert.deepEqual(
    calls.map(({sent}) => sent),
    [1],
  );
  shown = 2;
  asking.load(false);
  calls[0].answer({value: 10});
  await settled();
  assert.deepEqual(answers, []);
  calls[1].answer({value: 20});
  await settled();
  assert.deepEqual(answers, [{value: 20, key: '{"shown":2}'}]);
  shown = 0;
  asking.load(false);
  shown = 2;
  asking.load(true);
  await settled();
  assert.equal(calls.length, 2);
});
