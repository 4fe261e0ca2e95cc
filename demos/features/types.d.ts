// What demos/features/handlers.py gives to the page, and what the page holds.
import type {Dataset, ModelsAnswer, Mount, SampleAnswer, ServerFunction} from "../web/types";

export interface SourceRequest {
  checkpoint: string;
  layer: string;
  n: number;
  data: string;
  shuffled: boolean;
}

export interface AffinitiesRequest extends SourceRequest {
  perplexity: number;
}

/** A run of t-SNE. */
export interface RunRequest extends AffinitiesRequest {
  dimensions: 2 | 3;
  seed: number;
  start: string;
}

/** One map beside the others. */
export interface MapSettings {
  layer: string;
  method: string;
  perplexity: number;
  seed: number;
  start: string;
}

export interface View {
  checkpoint: string;
  data: string; // "images", or a set whose structure is known
  shuffled: boolean; // whether the classes are dealt out anew
  n: number;
  dimensions: 2 | 3;
  maps: MapSettings[];
}

/** PCA of a layer: three coordinates an image as base64, and what does not depend on a map. */
export interface PlaneAnswer {
  points: string;
  ratio: number[];
  features_ch: number | null; // null, as the other scores, where there are no classes
  ch: [number | null, number | null];
  features_agreement: number | null;
  agreement: [number | null, number | null];
  neighbour: number[][];
  distance: number[][];
  predicted: number[]; // nothing where no network gives classes
  indices: number[];
  labels: number[];
  compared: number; // nearest others whose classes are compared
  chance: number; // the agreement of a map that knows nothing of the classes
}

/** Frames of t-SNE, 16 bits a coordinate, each in units of its own. */
export interface FramesAnswer {
  points: string;
  scales: number[]; // map units of the largest coordinate
  iteration: number[];
  kl: number[];
  agreement: (number | null)[];
  preserved_variance: number[];
}

/** A visitor's picture on a finished map. */
export interface LandingAnswer {
  point: number[];
  neighbour: number[];
  distance: number[];
  predicted: number | null;
}

/** A map as it is shown. */
export interface ShownMapRequest extends RunRequest {
  method: string;
  frame: number;
}

export interface LandingRequest extends RunRequest {
  method: string;
  pixels: string;
}

export interface Server {
  load_plane: ServerFunction<SourceRequest, PlaneAnswer>;
  follow: ServerFunction<RunRequest & {since: number}, FramesAnswer>;
  load_affinities: ServerFunction<AffinitiesRequest, {p: string}>;
  load_sample: ServerFunction<{checkpoint?: string}, SampleAnswer>;
  load_models: ServerFunction<object, ModelsAnswer>;
  place_picture: ServerFunction<LandingRequest, LandingAnswer>;
  make_page: ServerFunction<ShownMapRequest, {page: string}>;
  python_lines: ServerFunction<ShownMapRequest, {lines: string}>;
  read_upload: ServerFunction<{file: string}, {pixels: string; note: string}>;
}

/** A set whose structure is known. */
export interface Truth {
  title: string;
  truth: string;
  classes: string[];
  colors: string[];
}

export interface Props {
  dataset: Dataset;
  lists: boolean; // whether there are models in folders
  layers: string[];
  own_layers: {classifier: string[]; decoder: string[]}; // of models that do not ship
  methods: string[];
  starts: string[];
  truths: Record<string, Truth>;
  checkpoints: string[];
  checkpoint: string;
  frames: number;
  per_class: [number, number];
}

/** The same for the models of a dataset. */
export interface SetProps extends Props {
  classes: string[];
  colors: string[];
  shapes: string[];
  side: number; // pixels, of an image
  isLabelled: boolean;
  isShipped: boolean;
  counts: number[]; // images of each class
  titles: Record<string, string>; // of checkpoints
  listed: string[]; // checkpoints that a link can name
  startCount: number; // images a class
  layersOf: (checkpoint: string) => string[];
}

export type FeaturesMount = Mount<Props, Server>;
