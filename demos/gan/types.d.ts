// What demos/gan/handlers.py gives to the page, and what the tab shows.
import type {Dataset, ModelsAnswer, Mount, Neighbours, SampleAnswer, ServerFunction} from "../web/types";
import type {Sample} from "../web/lib/server/sample";
import type {Sprite, Tiles} from "../web/lib/sprite";

/** Of a run, snapshot by snapshot; losses in nats, evenly over the training. */
export interface FilmAnswer {
  run: string;
  sprite: string;
  columns: number;
  tiles: number;
  steps: number[];
  epochs: number[];
  discriminator: number[];
  generator: number[];
  levels: {discriminator: number; generator: number; floor: number};
  classes: number[][]; // of each snapshot: pictures of each class; none where no classifier knows such pictures
  recall: number[]; // of each snapshot: share of real pictures that lie among its own, or none
  training_scores: number[]; // of each snapshot: what its own D said of its pictures then, from 0 to 1
  is_scored: boolean; // whether its own D ships
  closest: number;
}

export interface WalkAnswer {
  sprite: string | Tiles;
  columns: number;
  logits: number[];
}

/** Log odds of being real: of test images, and of generated ones. */
export interface ScoresAnswer {
  indices: number[];
  real: number[];
  fake: number[];
  sprite: string | Tiles;
  columns: number;
}

/** The gallery in a classifier's features, float32; nothing where no classifier knows such pictures. */
export interface FeaturesAnswer {
  tables: Record<string, {shape: number[]; data: string}>;
}

export interface PictureAnswer {
  pixels: string;
  logit: number | null; // null of a run whose D does not ship
  probs: number[]; // none where no classifier knows such pictures
  near: Neighbours;
}

export interface WalkRequest {
  seed: number;
  stops: number;
}

export type PictureRequest =
  | {kind: "film"; run: string; snapshot: number; tile: number}
  | {kind: "walk"; seed: number; stops: number; frame: number}
  | {kind: "fake"; fake: number}
  | {kind: "real"; real: number}
  | {kind: "pixels"; pixels: string};

export interface Server {
  load_sample: ServerFunction<{checkpoint?: string}, SampleAnswer>;
  load_models: ServerFunction<object, ModelsAnswer>;
  read_upload: ServerFunction<{file: string}, {pixels: string}>;
  load_film: ServerFunction<{run: string}, FilmAnswer>;
  walk: ServerFunction<WalkRequest, WalkAnswer>;
  classify_walk: ServerFunction<WalkRequest, {probs: number[][]}>;
  load_features: ServerFunction<object, FeaturesAnswer>;
  load_scores: ServerFunction<object, ScoresAnswer>;
  python_lines: ServerFunction<PictureRequest, {lines: string}>;
  describe_picture: ServerFunction<PictureRequest, PictureAnswer>;
  compare: ServerFunction<PictureRequest, {near: Neighbours | null}>;
}

export interface Props {
  dataset: Dataset;
  lists: boolean; // whether there are models in folders
  runs: Record<string, string>;
  frames: number;
  stops: number[];
  tiles: number;
  scored: number;
  seeds: number;
  checkpoint: string; // the GAN
  classifier: string | null; // which names its pictures, as SessionModel has it
  layer: string; // of the classifier, in whose features pictures are compared
  hasFilm?: boolean; // false where no snapshots lie beside the generator
}

export type ViewName = "training" | "walk" | "score";

/** In the score view; "best" is the generated one that D believes most, null a cleared pad. */
export type Picture =
  | {kind: "fake"; fake: number}
  | {kind: "real"; real: number}
  | {kind: "pixels"; pixels: string}
  | {kind: "best"}
  | null;

/** What a link holds. */
export interface View {
  view: ViewName;
  run: string;
  snapshot: number; // -1 is the last
  tile: number | "closest"; // to a real image, at the end of the training
  seed: number;
  stops: number;
  frame: number;
  picture: Picture;
}

export type Film = FilmAnswer & {snapshots: Sprite; pictures: Sprite};
export type Walk = WalkAnswer & {picture: Sprite; key: string};
export type Scores = ScoresAnswer & {pictures: Sprite};

export interface State extends View {
  isMoving: boolean; // dragged or played: nothing is asked about the picture meanwhile
  isToPlay: boolean; // once it is there
  example?: string; // that was opened, until something else is chosen
  films: Record<string, Film>;
  walk: Walk | null;
  walkProbs: {probs: number[][]; key: string} | null;
  scores: Scores | null;
  description: (PictureAnswer & {key: string}) | null;
  comparison: {near: Neighbours | null; key: string} | null;
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
  prepare: (view: View) => void; // ask for what another view will need
  again: () => void; // ask again for what failed
  render: () => void;
  request: () => PictureRequest | null; // of the picture that is shown; null while there is none
  paint: (canvas: HTMLCanvasElement) => void; // that picture
  title: () => string;
  isReady?: () => boolean; // whether there is something to play
  play?: () => void;
  stop?: () => void;
}

export type GanMount = Mount<Props, Server>;
