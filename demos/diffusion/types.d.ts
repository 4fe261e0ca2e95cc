// What demos/diffusion/handlers.py gives to the page, and what the page makes of it.
import type {Sprite, Tiles} from "../web/lib/sprite.js";
import type {Sample} from "../web/lib/server/sample.js";
import type {Dataset, ModelsAnswer, Mount, Neighbours, SampleAnswer, ServerFunction} from "../web/types";

export interface PathsRequest {
  seed: number;
  steps: number;
  method: string;
  classes: number | null;
  guidance: number;
}

export interface PathsAnswer {
  sprite: string | Tiles; // a row for each state, a column for each path
  columns: number;
  times: number[];
}

export interface TraceAnswer {
  sprite: string | Tiles; // a row each of states, velocities and guesses
  columns: number;
  probs: number[][];
}

export type ReturnRequest = {seed: number; classes: number | null; guidance: number} & (
  | {real: number}
  | {pixels: string}
);

export interface ReturnAnswer {
  sprite: string | Tiles; // noised, and below it what came back
  columns: number;
  times: number[];
  probs: number[][];
}

export interface WalkAnswer {
  sprite: string | Tiles;
  columns: number;
  probs: number[][];
}

export type FillRequest = PathsRequest & {hole: string; real?: number; pixels?: string};

export interface FillAnswer {
  sprite: string | Tiles; // a row for each state
  columns: number;
  times: number[];
  probs: number[][];
}

export interface OthersAnswer {
  sprite: string; // a row for each model
  columns: number;
  models: {name: string; numbers: number; frechet: number}[];
}

export interface TrainingAnswer {
  sprite: string;
  columns: number;
  steps: number[];
}

export interface Server {
  load_paths: ServerFunction<PathsRequest & {part: number}, PathsAnswer>;
  trace: ServerFunction<PathsRequest & {tile: number}, TraceAnswer>;
  compare_end: ServerFunction<PathsRequest & {tile: number}, {near: Neighbours}>;
  bring_back: ServerFunction<ReturnRequest, ReturnAnswer>;
  walk: ServerFunction<PathsRequest & {tile: number; to: number}, WalkAnswer>;
  fill: ServerFunction<FillRequest, FillAnswer>;
  load_others: ServerFunction<{seed: number}, OthersAnswer>;
  python_lines: ServerFunction<object, {lines: string}>;
  load_training: ServerFunction<object, TrainingAnswer>;
  load_sample: ServerFunction<{checkpoint?: string}, SampleAnswer>;
  load_models: ServerFunction<object, ModelsAnswer>;
  read_upload: ServerFunction<{file: string}, {pixels: string}>;
}

export interface Props {
  dataset: Dataset;
  lists: boolean; // whether there are models in folders
  methods: string[];
  steps: number;
  most_steps: number;
  most_guidance: number;
  side: number; // paths in a row
  together: number; // paths that come at a time
  seeds: number;
  walk: number; // places between two noises
  walk_columns: number;
  fillings: number; // of a hole
  returns: number[]; // times to which a picture is noised
  return_steps: number; // from noise to picture
  repeats: number; // times that each step of a filling is taken
  frames: number; // steps of a path that are shown at most
  strongest: number; // velocity that is shown in the strongest colour
  flow: string;
  classifier: string | null; // which names its pictures, as SessionModel has it
}

/** The same for the flow of a dataset. */
export interface SetProps extends Props {
  classes: string[];
  colors: string[];
  isLabelled: boolean;
  isShipped: boolean;
  hasFilm: boolean; // whether snapshots of the training are there
  checkpoint: string | null; // that links name
}

export type ViewName = "paths" | "picture" | "hole" | "walk" | "others" | "training";
export type Picture = {kind: "real"; real: number} | {kind: "pixels"; pixels: string} | null;

/** What a link holds. */
export interface View {
  view: ViewName;
  seed: number;
  steps: number;
  method: string; // or "both"
  label: number; // of the class that is asked for; -1: any
  guidance: number;
  tile: number; // the chosen path
  to: number; // the path to whose noise a walk leads from that of the chosen one
  place: number; // on that walk
  t: number; // time that is shown, or the nearest that there is
  from: number; // time to which the picture is noised
  snapshot: number; // of the training; -1 is the last
  hole: string | null; // 28 x 28 bytes in base64: 255 where it is
  picture: Picture; // null is a cleared pad
}

export type Film = {key: string; times: number[]; parts: Record<string, Sprite[]>};
export type Trace = {key: string; picture: Sprite; columns: number; probs: number[][]};
export type Return = {key: string; picture: Sprite; columns: number; probs: number[][]};
export type Walk = {key: string; picture: Sprite; probs: number[][]};
export type Filled = Omit<FillAnswer, "sprite" | "columns"> & {key: string; picture: Sprite};
export type Others = Omit<OthersAnswer, "sprite"> & {key: string; picture: Sprite};
export type Training = {pictures: Sprite; columns: number; steps: number[]};

export interface State extends View {
  isMoving: boolean; // dragged or played
  isToPlay: boolean; // once it is there
  film: Film | null;
  trace: Trace | null;
  comparison: {near: Neighbours; key: string} | null; // of the end of the chosen path
  returned: Return | null;
  walk: Walk | null;
  filled: Filled | null;
  others: Others | null;
  training: Training | null;
  problem: string;
}

/** What every part of the tab works with. */
export interface Tab {
  find: (selector: string) => any;
  props: SetProps;
  server: Server;
  state: State;
  sample: () => Sample;
  loadTiles: (sprite: string | Tiles, columns: number) => Promise<Sprite>; // pictures as large as the dataset's
  update: (changes: Partial<State>) => void; // an answer, or a place that is dragged to
  choose: (changes: Partial<State>) => void; // what a person chose; the last problem is over
}

export interface Part {
  load: () => void; // ask for what is not there yet
  again: () => void; // ask again for what failed
  prepare?: (view: View) => void; // ask for what another view will show
  render: () => void;
  isReady: () => boolean; // whether there is something to play
  play?: () => void;
  stop?: () => void;
  cancel?: () => void; // an upload under way
}

export type DiffusionMount = Mount<Props, Server>;
