// What demos/scoreboard/handlers.py gives to the page.
import type {Mount, ServerFunction} from "../web/types";

/** A figure to compare with; both null where there is none. */
export interface Target {
  value: number | null;
  margin: number | null;
}

export interface Measure {
  name: string;
  value: number;
  higher: boolean;
  goal: Target;
  report: Target;
  baseline: Target;
}

/** One of the runs that made a weight: its options, minutes and hash. */
export type Stage = Record<string, unknown> & {minutes?: number};

/** A model's card; of one that cannot be read, `name` and `error` alone. */
export interface Row {
  name: string;
  error?: string;
  model: string;
  config: Record<string, unknown>;
  recipe: Record<string, unknown> & {command?: string; stages?: Stage[]; built_upon?: Record<string, string>};
  dataset: Record<string, unknown>;
  seed: number;
  minutes: number;
  parameters: number;
  class_names: string[];
  confusion: number[][];
  versions: Record<string, string>;
  sha256: string;
  measures: Measure[];
  history: Record<string, (number | null)[]>; // "loss" is the sum of the loss's terms, where it has several
  contrast: string; // with the course report's curve, as HTML-free text; empty where there is none
  loss_terms: string[]; // those large enough to be drawn
}

export interface Server {
  python_lines: ServerFunction<{model: string | null}, {lines: string}>;
  load_cards: ServerFunction<object, {rows: Row[]}>;
}

export type ScoreboardMount = Mount<object, Server>;
