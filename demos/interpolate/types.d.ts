// What demos/interpolate/handlers.py gives to the page, and what the page holds.
import type {Sprite} from "../web/lib/sprite.js";
import type {Frame} from "./parts/frames.js";
import type {Mount, SampleAnswer, ServerFunction} from "../web/types";

export type Kind = "clothes" | "faces";
export type EndName = "a" | "b";

export interface Decoder {
  name: string;
  kind: Kind;
  side: number;
  size: number;
  fits: boolean;
  attributes: string[];
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
  sprite: string;
  columns: number;
  count: number;
}

/** The frames asked for; `predicted` and `confidence`, in percent, come with clothes alone. */
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

interface CheckpointRequest {
  checkpoint: string;
}

type ReadFile = ServerFunction<{file: string}, {pixels: string}>;

export interface Server {
  path: ServerFunction<FramesRequest, PathAnswer>;
  sweep: ServerFunction<PictureRequest, SpriteAnswer>;
  animate: ServerFunction<PathRequest, {file: string}>;
  lines: ServerFunction<PictureRequest, {text: string}>;
  load_faces: ServerFunction<CheckpointRequest, SpriteAnswer>;
  read_face: ReadFile;
  load_portrait: ServerFunction<CheckpointRequest, End>;
  draw_face: ServerFunction<CheckpointRequest, End>;
  read_upload: ReadFile;
  load_sample: ServerFunction<object, SampleAnswer>;
}

export interface Props {
  classes: string[];
  colors: string[];
  methods: string[];
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
