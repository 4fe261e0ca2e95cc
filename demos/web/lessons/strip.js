// @ts-check
// Lessons: a strip beside the tabs that leads from view to view. One state, which events change and render() draws.
import {followTabs, openAddress} from "../lib/address.js";
import {offerQuestion, onReveal} from "../lib/class_question.js";
import {finder, saveFile} from "../lib/dom.js";
import {ask} from "../lib/server/rpc.js";
import {keepDraft, lessonText, loadDraft, viewHere} from "./draft.js";
import {explainTerms} from "./glossary.js";
import {handout, isMakingHandout} from "./handout.js";
import {dotsHtml, FRAME, listHtml, questionHtml} from "./html.js";
import {prepareNext} from "./settled.js";
import {stage} from "./stage.js";
import {listenToStepKeys} from "./step_keys.js";
import {addressOf, coversOf, isAt, readAddress, tabOf, within, withUnit} from "./steps.js";

/** @typedef {import("./types").State} State */

const LOADING = "Fetching the lessons…";

/** @param {import("./types").LessonsMount} mounted */
export function mount({element, server}) {
  element.innerHTML = FRAME;
  const find = finder(element);
  const [strip, list] = [find(".lesson-strip"), find(".lesson-list")];
  const pointer = stage();
  const paper = handout(find(".handout-progress"), server);
  /** @type {State} */
  const state = {
    lessons: [],
    problems: [],
    lesson: null,
    step: 0,
    answers: {},
    isTouched: false,
    isListed: false,
    draft: loadDraft(),
    problem: "",
  };
  /** @type {Partial<State>} */
  let drawn = {}; // the state that is on the page

  function update(/** @type {Partial<State>} */ changes) {
    Object.assign(state, changes);
    render();
  }

  // ---- from the state to the page
  function render() {
    const {lesson, step, isTouched, isListed, lessons, problems, draft, problem} = state;
    const isNew = (/** @type {(keyof State)[]} */ ...keys) => keys.some((key) => state[key] !== drawn[key]);
    strip.hidden = !lesson;
    document.body.classList.toggle("loom-has-lesson", lesson !== null);
    if (lesson && isNew("lesson", "step")) renderStep(lesson, step);
    if (lesson && isNew("lesson", "step", "answers")) renderQuestion();
    if (isNew("lesson", "step")) offerQuestion(lesson?.steps[step].question ? {lesson: lesson.name, step} : null);
    find("[data-lesson=return]").hidden = !isTouched;
    if (isNew("isListed", "lessons", "problems", "draft", "problem"))
      list.innerHTML = listHtml(lessons, problems, problem, draft);
    if (isListed && !list.open) list.showModal();
    else if (!isListed && list.open) list.close();
    makeRoom();
    drawn = {...state};
  }

  /** The page leaves room for the strip below it. */
  function makeRoom() {
    const isBelow = strip.offsetWidth > window.innerWidth / 2;
    document.documentElement.style.setProperty("--loom-strip", `${isBelow ? strip.offsetHeight : 0}px`);
  }

  function renderStep(/** @type {import("./types").Lesson} */ lesson, /** @type {number} */ k) {
    const {title, text} = lesson.steps[k];
    find(".lesson-title").textContent = lesson.head.title;
    find(".lesson-place").textContent = `${k + 1} of ${lesson.steps.length}`;
    find(".lesson-text").innerHTML = `<h2>${title}</h2><p>${text}</p>`;
    find(".lesson-dots").innerHTML = dotsHtml(lesson, k);
    find("[data-lesson=back]").disabled = k === 0;
    find("[data-lesson=next]").textContent = k === lesson.steps.length - 1 ? "Finish" : "Next";
    strip.scrollTop = 0;
  }

  function renderQuestion() {
    const {question} = current();
    const answer = state.answers[state.step];
    find(".lesson-question").innerHTML = question ? questionHtml(question, answer) : "";
    if (question && answer !== undefined) pointer.uncover();
  }

  const current = () => /** @type {import("./types").Lesson} */ (state.lesson).steps[state.step];

  // ---- to a step
  /** @param {Partial<State>} changes to where the address already is */
  function arrive(changes) {
    paper.discard();
    update(changes);
    const step = current();
    pointer.point({tab: tabOf(step), parts: step.parts, covers: coversOf(step, state.answers[state.step])});
    const {lesson, step: k} = state;
    if (lesson) prepareNext(lesson, k, () => state.lesson === lesson && state.step === k && !isMakingHandout());
  }

  /** Show a step's view; one that is there stays as the class has left it. */
  function go(/** @type {Partial<State>} */ changes) {
    const before = state.lesson ? current() : null;
    Object.assign(state, changes);
    const {lesson, step} = state;
    if (!lesson) return;
    const isThere = before?.link === current().link;
    window.history.pushState(null, "", addressOf(window.location.search, {lesson, step}, isThere));
    arrive({isTouched: isThere && state.isTouched, problem: "", isListed: false});
    if (!isThere) openAddress();
  }

  function turn(/** @type {number} */ by) {
    const {lesson, step} = state;
    if (!lesson) return;
    if (step + by >= lesson.steps.length) openList();
    else if (step + by >= 0) go({step: step + by});
  }

  function returnToStep() {
    const {lesson, step} = state;
    if (!lesson) return;
    window.history.replaceState(null, "", addressOf(window.location.search, {lesson, step}));
    arrive({isTouched: false});
    openAddress();
  }

  function close() {
    window.history.pushState(null, "", addressOf(window.location.search, null));
    pointer.clear();
    paper.discard();
    update({lesson: null, answers: {}, isTouched: false});
  }

  // ---- the lessons there are
  async function load() {
    const {lessons = [], problems = [], error = ""} = await ask(server.load_lessons);
    update({lessons, problems, problem: error});
  }

  async function openList() {
    update({isListed: true, problem: state.lessons.length ? "" : LOADING});
    await load();
  }

  function open(/** @type {string} */ name, step = 0) {
    const lesson = state.lessons.find((one) => one.name === name);
    if (lesson) go({lesson, step: within(lesson, step), answers: {}, isTouched: false});
  }

  /** What the address opens, at the start and after the browser's Back and Forward. */
  async function followAddress() {
    const asked = readAddress(window.location.search);
    if (!asked) {
      pointer.clear();
      return update({lesson: null});
    }
    if (!state.lessons.length) await load();
    const lesson = state.lessons.find(({name}) => name === asked.name);
    if (!lesson) {
      if (!state.problem) update({isListed: true, problem: `There is no lesson "${asked.name}".`});
      return update({isListed: true});
    }
    const step = within(lesson, asked.step);
    const {search} = window.location;
    if (!new URLSearchParams(search).has("tab")) {
      window.history.replaceState(null, "", addressOf(search, {lesson, step}));
      openAddress();
    }
    const answers = lesson === state.lesson ? state.answers : {};
    return arrive({lesson, step, answers, isTouched: !isAt(window.location.search, lesson.steps[step])});
  }

  function collect(/** @type {import("./draft.js").View[]} */ draft) {
    keepDraft(draft);
    update({draft});
  }

  // ---- controls
  function answer(/** @type {import("./types").Answer} */ given) {
    update({answers: {...state.answers, [state.step]: given}});
    find(".lesson-verdict").scrollIntoView({block: "nearest"}); // in the strip
    pointer.reveal(); // the strip has grown
  }
  /** @type {Record<string, () => void>} */
  const actions = {
    back: () => turn(-1),
    next: () => turn(1),
    return: returnToStep,
    close,
    list: openList,
    unlist: () => update({isListed: false}),
    show: () => answer(null),
    add: () => collect([...state.draft, viewHere()]),
    print: () => paper.print(/** @type {import("./types").Lesson} */ (state.lesson), state.step),
    save: () => saveFile("my-lesson.md", lessonText(state.draft), "text/markdown"),
    guess: () => answer(Number(find("[data-guess]").value)),
  };
  element.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target).closest("button, a");
    if (!(pressed instanceof HTMLElement)) return;
    const {lesson: action, step, answer: given, open: name, remove} = pressed.dataset;
    if (action) actions[action]();
    else if (step) go({step: Number(step)});
    else if (given) answer(Number(given));
    else if (remove) collect(state.draft.filter((_, k) => k !== Number(remove)));
    else if (name) {
      event.preventDefault();
      open(name);
      strip.focus();
    }
  });
  element.addEventListener("input", () => {
    const {question} = current();
    const guess = find("[data-guess]");
    if (question) guess.nextElementSibling.textContent = withUnit(Number(guess.value), question.unit);
  });
  list.addEventListener("close", () => update({isListed: false}));
  listenToStepKeys(strip, turn, () => state.lesson !== null && !state.isListed);
  document.addEventListener("click", ({target}) => {
    if (/** @type {Element} */ (target).closest?.("[data-page=lessons]")) openList();
  });
  for (const kind of ["pointerdown", "input"])
    document.addEventListener(kind, ({isTrusted, target}) => {
      const isOfTab = /** @type {Element} */ (target).closest?.("#tabs"); // which may come after this strip
      if (isOfTab && isTrusted && state.lesson && !state.isTouched) update({isTouched: true});
    });
  onReveal((place, given) => {
    if (state.lesson && place === `${state.lesson.name}.${state.step}`) answer(given);
  });
  followTabs();
  explainTerms(async () => (await ask(server.load_lessons)).terms ?? []);
  window.addEventListener("popstate", () => {
    openAddress();
    followAddress();
  });
  new ResizeObserver(makeRoom).observe(strip);

  render();
  if (readAddress(window.location.search)) followAddress();
}
