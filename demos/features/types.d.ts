// What demos/features/handlers.py gives to the page, and what the page holds.
import type {Mount, SampleAnswer, ServerFunction} from "../web/types";

export interface SourceRequest {
  checkpoint: string;
  layer: string;
  n: number;
}

export interface AffinitiesRequest extends SourceRequest {
  perplexity: number;
}

/** A run of t-SNE. */
export interface RunRequest extends AffinitiesRequest {
  dimensions: 2 | 3;
  seed: number;
}

/** One map beside the others. */
export interface MapSettings {
  layer: string;
  method: string;
  perplexity: number;
  seed: number;
}

export interface View {
  checkpoint: string;
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
  predicted: number[];
  indices: number[];
}

/** Frames of t-SNE, 16 bits a coordinate, each in units of its own. */
export interface FramesAnswer {
  points: string;
  iteration: number[];
  kl: number[];
  agreement: number[];
  preserved_variance: number[];
}

export interface Server {
  load_plane: ServerFunction<SourceRequest, PlaneAnswer>;
  follow: ServerFunction<RunRequest & {since: number}, FramesAnswer>;
  load_affinities: ServerFunction<AffinitiesRequest, {p: string}>;
  load_sample: ServerFunction<object, SampleAnswer>;
}

export interface Props {
  classes: string[];
  colors: string[];
  layers: string[];
  methods: string[];
  checkpoints: string[];
  checkpoint: string;
  frames: number;
  per_class: [number, number];
  agreeing: number; // nearest others whose classes are compared, where a class has as many
}

export type FeaturesMount = Mount<Props, Server>;
