// What demos/interpolate/handlers.py gives to the page, and what the page holds.
import type {Box} from "../web/components/pictures/box.js";
import type {Sprite, Tiles} from "../web/lib/sprite.js";
import type {Frame} from "./parts/frames.js";
import type {Dataset, ModelsAnswer, Mount, SampleAnswer, ServerFunction} from "../web/types";

export type Kind = "clothes" | "faces"; // clothes: pictures of a dataset's gallery, whatever they show
export type EndName = "a" | "b";

export interface Decoder {
  name: string;
  kind: Kind;
  side: number;
  size: number;
  fits: boolean;
  attributes: string[];
  classifier?: string | null; // as SessionModel has it; of those that ship, that of clothes
  isListed?: boolean; // false for one that this visitor trained
}

/** One end of a path: a shipped image, a new picture or a code, the last two in base64. */
export interface End {
  i?: number;
  pixels?: string;
  code?: string;
}

export interface View {
  model: string;
  a: End;
  b: End;
  alpha: number;
  method: string;
  beyond: boolean;
  attributes: number[];
}

export interface PathRequest {
  checkpoint: string;
  a: End;
  b: End;
  method: string;
  beyond: boolean;
  attributes: number[];
}

/** Some frames of a path, by their numbers. */
export interface FramesRequest extends PathRequest {
  frames: number[];
}

export interface PictureRequest extends PathRequest {
  alpha: number;
}

export interface SpriteAnswer {
  sprite: string | Tiles;
  columns: number;
  count: number;
}

/** The frames asked for; `predicted` and `confidence`, in percent, come where a classifier knows such pictures. */
export interface PathAnswer extends SpriteAnswer {
  codes: [string, string];
  predicted?: number[];
  confidence?: number[];
}

/** A path as far as its frames are here; `sprite`, `predicted` and `confidence` give the nearest one for the others. */
export interface Strip {
  codes: [string, string];
  frames: (Frame | null)[];
  isWhole: boolean;
  sprite: Pick<Sprite, "tile" | "paint">;
  predicted?: number[];
  confidence?: number[];
}

/** The pictures of every attribute slider around the picture shown. */
export interface Sweep {
  key: string;
  attributes: number[];
  columns: number;
  sprite: Sprite;
}

export interface Faces {
  count: number;
  sprite: Sprite;
}

/** A face of a visitor's photo; `photo` is a data URI, a box is left, top, right and bottom, as shares of its sides. */
export interface FaceAnswer {
  pixels: string;
  photo: string;
  faces: Box[];
  chosen: number | null;
  note: string;
}

/** The same, and what it takes to choose again; `file` is in base64, and null for the portrait. */
export interface FacePhoto extends FaceAnswer {
  file: string | null;
  model: string;
  face: number;
  box: Box | null;
}

interface FaceRequest {
  checkpoint: string;
  face?: number;
  box?: Box | null;
}

interface CheckpointRequest {
  checkpoint: string;
}

type ReadFile = ServerFunction<{file: string; checkpoint?: string}, {pixels: string; note: string}>;

export interface Server {
  path: ServerFunction<FramesRequest, PathAnswer>;
  sweep: ServerFunction<PictureRequest, SpriteAnswer>;
  animate: ServerFunction<PathRequest, {file: string}>;
  python_lines: ServerFunction<PictureRequest, {lines: string}>;
  load_faces: ServerFunction<CheckpointRequest, SpriteAnswer>;
  read_face: ServerFunction<FaceRequest & {file: string}, FaceAnswer>;
  load_portrait: ServerFunction<FaceRequest, FaceAnswer>;
  draw_face: ServerFunction<CheckpointRequest, End>;
  read_upload: ReadFile;
  load_sample: ServerFunction<{checkpoint?: string}, SampleAnswer>;
  load_models: ServerFunction<object, ModelsAnswer>;
}

export interface Props {
  dataset: Dataset; // of the decoders of clothes that ship
  lists: boolean; // whether there are models in folders
  methods: string[]; // along a line, along an arc
  classifier: string; // that names the frames of clothes
  frames: number;
  coarse: number;
  together: number;
  reach: number;
  decoders: Decoder[];
  attribute_range: number;
  attribute_frames: number;
  fit_steps: number;
  photo: number;
}

export type InterpolateMount = Mount<Props, Server>;
