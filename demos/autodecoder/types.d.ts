// What demos/autodecoder/handlers.py gives to the page, and what the tab shows.
import type {Dataset, ModelsAnswer, Mount, SampleAnswer, ServerFunction} from "../web/types";
import type {Sprite, Tiles as OwnTiles} from "../web/lib/sprite";
import type {Sample as GallerySample} from "../web/components/gallery";
import type {Sample} from "../web/lib/server/sample";

interface Tiles {
  sprite: string | OwnTiles;
  columns: number;
}

/** A row a model, a value a magnitude. */
export interface MagnitudesAnswer extends Tiles {
  errors: number[][];
  edges: number[][];
  lengths: number[];
}

/** Class probabilities by model and column. */
export interface ProbabilitiesAnswer extends Tiles {
  probs: number[][][];
}

/** A row a model: its code decoded, and a random code decoded. */
export interface PortraitAnswer extends Tiles {
  codes: number[][];
  errors: number[];
  nearest: number[]; // test images
}

export interface TrainingAnswer extends Tiles {
  labels: number[];
}

/** A row a variational model, a value a number of the code. */
export interface LearnedAnswer extends Tiles {
  mean: number[][];
  std: number[][];
  nats: number[][];
}

/** What each variational model learned of the training images: (images, numbers, parameters), float32. */
export interface ParametersAnswer {
  tables: Record<string, {shape: number[]; data: string}>;
}

export interface LayoutAnswer {
  points: number[];
  codes_accuracy: number;
  map_accuracy: number;
}

export interface FitRequest {
  checkpoint: string;
  pixels: string;
  steps: number;
  start: string;
}

export interface FitAnswer {
  frames: string;
  mse: number[];
}

/** A picture through an encoder and back. */
export interface EncodedAnswer {
  pixels: string | null; // null where no model with an encoder knows such pictures
  mse: number;
  checkpoint: string;
  size: number;
}

export interface Server {
  encode_picture: ServerFunction<{pixels: string}, EncodedAnswer>;
  load_sample: ServerFunction<{checkpoint?: string}, SampleAnswer>;
  load_models: ServerFunction<object, ModelsAnswer>;
  read_upload: ServerFunction<{file: string}, {pixels: string}>;
  load_magnitudes: ServerFunction<{image: number}, MagnitudesAnswer>;
  load_draws: ServerFunction<{seed: number}, ProbabilitiesAnswer>;
  compare_models: ServerFunction<{image?: number; pixels?: string; seed: number}, PortraitAnswer>;
  load_training: ServerFunction<object, TrainingAnswer>;
  load_parameters: ServerFunction<object, ParametersAnswer>;
  load_learned: ServerFunction<{image: number; seed: number}, LearnedAnswer>;
  load_path: ServerFunction<{a: number; b: number}, ProbabilitiesAnswer>;
  load_layout: ServerFunction<{checkpoint: string}, LayoutAnswer>;
  python_lines: ServerFunction<object, {lines: string}>;
  make_page: ServerFunction<{checkpoint: string}, {page: string}>;
  follow_fit: ServerFunction<FitRequest & {since: number}, FitAnswer>;
}

export interface Props {
  dataset: Dataset;
  lists: boolean; // whether there are models in folders
  models: string[];
  views?: Partial<Record<ViewName, string>>; // that the models have, with their titles
  codeSize?: number; // numbers in a code
  magnitudes: number;
  alphas: number;
  compared: string[];
  priors: string[]; // of those compared, which have codes of N(0, I)
  families: Record<string, string>; // what a code is distributed as, by model
  classifier: string | null; // which names pictures; empty: they have no classes, null: the server knows
  encoder: string; // the autoencoder that fits are compared with, or "" where the server must choose
  draws: number;
  distances: Record<string, number>; // Fréchet distance of each model's draws from test images
  neighbours: number;
  steps: [number, number];
  starts: string[];
  seeds: number;
}

/** An answer with its decoded picture, and the request that it belongs to. */
export type Answered<Answer> = Answer & {key: string; picture: Sprite};

export type ViewName = "magnitude" | "try" | "four" | "learned" | "fit" | "map" | "path";

/** What a link holds. */
export interface View {
  view: ViewName;
  image: number; // of the sample
  magnitude: number; // a frame
  seed: number;
  cell: [number, number]; // model and column, of the simple codes
  training: number; // a training image
  family: string;
  sort: string;
  drawSeed: number;
  dimension: number | null; // a number of the code; null is the first in order
  drawing: Uint8Array | null; // fitted instead of the image; all 0 while the pad is empty
  model: string;
  steps: number;
  start: string;
  step: number | null; // of the fit; null is the newest
  sides: string[]; // models of the two maps
  point: number | null;
  hidden: number[]; // classes
  a: number;
  b: number;
  alpha: number; // a frame
  shownClass: number;
}

export interface State extends View {
  sweep: Answered<MagnitudesAnswer> | null;
  draws: Answered<ProbabilitiesAnswer> | null;
  portraits: Answered<PortraitAnswer> | null;
  learned: Answered<LearnedAnswer> | null;
  path: Answered<ProbabilitiesAnswer> | null;
  trainingImages: GallerySample | null;
  layouts: Record<string, LayoutAnswer & {plotPoints: Float32Array}>;
  problem: string;
}

/** What every part of the tab works with. */
export interface Tab {
  find: (selector: string) => any;
  props: Props;
  server: Server;
  state: State;
  sample: () => Sample;
  update: (changes: Partial<State>) => void; // an answer, or a place that is dragged to
  choose: (changes: Partial<State>) => void; // what a person chose; the last problem is over
}

export interface Part {
  load: () => void; // ask for what is not there yet
  again?: () => void; // ask again for what failed
  isReady: () => boolean;
  render: () => void;
  stop?: () => void; // what plays
}

export type AutodecoderMount = Mount<Props, Server>;
