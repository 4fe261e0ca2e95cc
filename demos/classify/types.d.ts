// What demos/classify/handlers.py gives to the page.
import type {Dataset, ModelsAnswer, Mount, SampleAnswer, ServerFunction, SummaryAnswer} from "../web/types";

export interface Network {
  name: string;
  title: string;
  isSessionModel?: boolean;
  isOther?: boolean; // from a folder, which a link must name
}

export interface Layer {
  name: string;
  shape: number[];
  data: string;
}

export interface LayersAnswer {
  checkpoint: string;
  layers: Layer[];
}

/** Numbers of a shape, float32. */
export interface PackedFloats {
  shape: number[];
  data: string;
}

export interface PackedStep {
  kind: "convolve" | "normalise" | "relu" | "add" | "pool";
  values: PackedFloats; // rows and columns
  constants: Record<string, number>;
  added?: PackedFloats;
}

/** How a feature map is computed: its layer's last convolution and every step after that. */
export interface MapAnswer {
  checkpoint: string;
  layer: string;
  map: number;
  inputs: PackedFloats; // maps, rows and columns
  weights: PackedFloats;
  stride: number;
  padding: number;
  steps: PackedStep[];
  field: {size: number; step: number; start: number; of: number}; // pixels of the resized picture, `of` a side
}

/** The images of the gallery that excite a map most, and row and column where they do. */
export interface ExcitingAnswer {
  indices: number[];
  values: number[];
  places: [number, number][];
}

interface MapOf {
  checkpoint: string;
  layer: string;
  map: number;
}

/** One network's map of each class, int16 of `scale` nats. */
export interface PackedMaps {
  data: string;
  scale: number;
  side: number;
}

/** The shipped images of some classes among a network's features; `points` are float32, x and y in turn. */
export interface ScatterAnswer {
  indices: number[];
  predicted: number[];
  points: string;
  ratio: [number, number];
}

export interface Card {
  confusion: number[][];
  history: Record<string, number[]>;
  metrics: Record<string, number>;
  report: Record<string, number>;
  run: string; // what its history is of, unless it is the card's own
}

/** A photo, in base64, and how it is read; `strokes` are bytes of a square grid over it, in base64. */
export interface StagesRequest {
  file: string;
  steps?: Record<string, boolean>;
  box?: number[] | null;
  strokes?: string | null;
}

/** A photo as the networks see it; `stages` are data URIs. */
export interface StagesAnswer {
  pixels: string;
  stages: Record<string, string>;
  negated: boolean;
  found: boolean;
  note: string;
}

interface PictureRequest {
  pixels: string;
  networks: string[];
}

export interface Server {
  load_sample: ServerFunction<{checkpoint?: string}, SampleAnswer>;
  load_models: ServerFunction<object, ModelsAnswer>;
  read_upload: ServerFunction<{file: string; checkpoint?: string}, {pixels: string; note: string}>;
  classify: ServerFunction<PictureRequest, {probs: number[][]; unlike: string[]}>;
  feature_maps: ServerFunction<{pixels: string; checkpoint: string}, LayersAnswer>;
  open_map: ServerFunction<MapOf & {pixels: string}, MapAnswer>;
  load_exciting: ServerFunction<MapOf, ExcitingAnswer>;
  explain: ServerFunction<PictureRequest & {method: string}, {method: string; maps: PackedMaps[]}>;
  load_scatter: ServerFunction<{checkpoint: string; classes: number[] | null}, ScatterAnswer>;
  load_cards: ServerFunction<{networks: string[]}, {cards: Card[]}>;
  load_summary: ServerFunction<{checkpoint: string}, SummaryAnswer>;
  python_lines: ServerFunction<object, {lines: string}>;
  read_stages: ServerFunction<StagesRequest, StagesAnswer>;
}

export interface Props {
  dataset: Dataset;
  lists: boolean; // whether there are models in folders
  methods: string[];
  networks: Network[];
  example: string;
  warning: string; // of a picture unlike all that a network was taught, with {familiarity} and {threshold}
  marks: number;
  patch: number;
  dab: number;
}

export type ClassifyMount = Mount<Props, Server>;
