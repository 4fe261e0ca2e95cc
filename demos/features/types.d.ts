// What demos/features/handlers.py gives to the page, and what the page holds.
import type {Mount, SampleAnswer, ServerFunction} from "../web/types";

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
  features_ch: number;
  ch: [number, number];
  features_agreement: number;
  agreement: [number, number];
  neighbour: number[][];
  distance: number[][];
  predicted: number[]; // nothing where the points are no images
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
  agreement: number[];
  preserved_variance: number[];
}

/** A visitor's picture on a finished map. */
export interface LandingAnswer {
  point: number[];
  neighbour: number[];
  distance: number[];
  predicted: number;
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
  load_sample: ServerFunction<object, SampleAnswer>;
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
  classes: string[];
  colors: string[];
  layers: string[];
  methods: string[];
  starts: string[];
  truths: Record<string, Truth>;
  checkpoints: string[];
  checkpoint: string;
  frames: number;
  per_class: [number, number];
}

export type FeaturesMount = Mount<Props, Server>;
