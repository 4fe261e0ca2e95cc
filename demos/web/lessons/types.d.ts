// demos/lessons/format/lesson.py, as the page gets it. Titles of steps, texts and answers are HTML that the server made safe.
import type {Mount, ServerFunction} from "../types";

export interface Question {
  text: string;
  answers: string[];
  right: number | null;
  number: number | null;
  within: number;
  low: number;
  high: number;
  unit: string;
  why: string;
  covers: string[];
}

export interface Step {
  title: string;
  text: string;
  link: string;
  parts: string[];
  question: Question | null;
}

export interface Lesson {
  name: string;
  head: {title: string; minutes: number; level: string; order: number};
  steps: Step[];
}

/** demos/lessons/format/glossary.py */
export interface Term {
  /** Of the word; the first is its title. */
  forms: string[];
  text: string;
  link: string;
}

export interface LessonsAnswer {
  terms: Term[];
  lessons: Lesson[];
  problems: string[];
  error?: string;
}

export interface Server {
  load_lessons: ServerFunction<object, LessonsAnswer>;
  /** Where others reach the page. */
  find_address: ServerFunction<{address: string}, {address: string}>;
}

export type LessonsMount = Mount<object, Server>;

/** null: shown without an answer. */
export type Answer = number | null;

export interface State {
  lessons: Lesson[];
  problems: string[];
  /** The open lesson. */
  lesson: Lesson | null;
  /** From 0. */
  step: number;
  /** By step. */
  answers: Record<number, Answer>;
  /** Somebody has used the controls since the step began. */
  isTouched: boolean;
  isListed: boolean;
  /** Views collected for a lesson of one's own. */
  draft: {title: string; link: string}[];
  problem: string;
}
