// What demos/live gives to the page: props of the widget, and the answers of handlers.py.
import type {Mount, ServerFunction, SessionModel, SummaryAnswer} from "../web/types";

/** core/training/live.py: Hyperparameter. */
export interface Hyperparameter {
  name: string;
  label: string;
  help: string;
  low: number;
  high: number;
  whole: boolean;
  log: boolean;
  live_editable: boolean;
}

/** core/training/live.py: LiveModel. */
export interface LiveModel {
  title: string;
  defaults: Record<string, number>;
  opens: string[];
  /** More tabs, if it was trained on the visitor's own pictures. */
  opens_own: string[];
}

export interface Props {
  classes: string[];
  colors: string[];
  /** Nats, below which a number of a code carries nothing. */
  collapsed: number;
  hyperparameters: Record<string, Hyperparameter>;
  models: Record<string, LiveModel>;
  tab_titles: Record<string, string>;
  /** core/serving/limits.py: of a visitor's own set of pictures. */
  set_limits: {pictures: number; classes: number; bytes: number; fewest: number; side: number; cut_side: number};
  set_colors: string[];
}

/** How a picture becomes a square: its middle, the whole of it, or the thing on it. */
export type Fit = "crop" | "pad" | "cut_out";

/** demos/live/pictures.py: read_pictures; pictures in base64. */
export interface FoundAnswer {
  title: string | null;
  classes: string[];
  labels: number[];
  pictures: string[];
  skipped: string[];
}

/** demos/live/pictures.py: describe_set. */
export interface LearnedSet {
  title: string;
  training: number;
  held_out: number;
  notes: string[];
  classes: string[];
  colors: string[];
}

/** demos/live/live_run.py: RunState. */
export type RunState = "new" | "waiting" | "training" | "paused" | "finished" | "diverged" | "ended";

/** How a run stands. */
export interface RunAnswer {
  state: RunState;
  words: string;
  place: number;
  line: number;
  saved: number;
  frame_count: number;
}

/** What never changes while a run learns. */
export interface Opening {
  fixed: string[];
  fixed_counts: number[];
  sprite: string | null;
  /** Pixels a side of every picture. */
  side: number;
  labels: number[];
  /** Classes of the fixed pictures, where the model names them. */
  truths: number[];
  parameters: number;
  steps: number;
}

/** What a run shows at a moment; bytes are in base64. */
export interface Snapshot {
  k: number;
  step: number;
  epoch: number;
  seconds: number;
  learning_rate: number;
  losses: Record<string, number | null>;
  metrics: Record<string, number | null> | null;
  /** What the figures say is wrong with the model; empty if nothing. */
  problem: string;
  rows: string[];
  counts: number[];
  sprite: string | null;
  points?: string;
  reach?: [number, number];
  /** Of a VAE: divergence of each number of the codes from the prior, mean of the images on the map. */
  nats?: (number | null)[];
  predicted?: number[];
  filters?: string;
  kernel?: [number, number];
}

export type Command = "play" | "pause" | "step";
export type Values = Record<string, number>;
export type FollowAnswer = RunAnswer & {frames: Snapshot[]; opening?: Opening | null};

export interface StartRequest {
  model: string;
  values: Values;
  do?: Command;
  /** A ZIP of the visitor's own, in base64. */
  pictures?: string | null;
  /** Grows with every run of the page. */
  run?: number;
}

export interface Server {
  load_summary: ServerFunction<{model: string; values: Values}, SummaryAnswer>;
  python_lines: ServerFunction<object, {lines: string}>;
  warm: ServerFunction<object, object>;
  start: ServerFunction<StartRequest, RunAnswer & {values: Values; set: LearnedSet | null}>;
  read_pictures: ServerFunction<{file: string; fit: Fit}, FoundAnswer>;
  open_returned: ServerFunction<{files: {name: string; content: string}[]}, SessionModel>;
  command: ServerFunction<{do: Command | "change"; values?: Values; number?: number}, RunAnswer>;
  follow: ServerFunction<{since: number; state: string}, FollowAnswer>;
  end: ServerFunction<{run?: number}, object>;
  keep_alive: ServerFunction<object, object>;
  take: ServerFunction<object, {name: string; content: string}>;
  open_in: ServerFunction<object, SessionModel>;
}

export type LiveMount = Mount<Props, Server>;
