// What the server's functions give, and what a widget is mounted with.

/** A function of the server, as Gradio offers it to a widget. */
export type ServerFunction<Request, Answer> = (request: Request) => Promise<Answer>;

/** What mount() gets. */
export interface Mount<Props, Server> {
  element: HTMLElement;
  props: Props;
  server: Server;
}

/** demos/ui/datasets.py: describe_dataset. A dataset without classes has one, of all its pictures. */
export interface Dataset {
  name: string; // unique to its images and classes
  title: string;
  classes: string[];
  colors: string[]; // one a class
  shapes: string[]; // in a scatter plot, one a class
  is_labelled: boolean; // whether it has classes
  image_shape: [number, number, number]; // channels, height, width
}

/** demos/ui/images.py: load_sample. */
export interface SampleAnswer extends Dataset {
  sprite: string;
  columns: number;
  labels: number[];
  index: number[];
}

/** demos/ui/datasets.py: describe_model. A model that does not ship: of a folder that the app was started with, or of
    this visitor. What is left out is as of the models that ship: pictures of clothes, 28 x 28. */
export interface SessionModel {
  name: string;
  words: string;
  size: number;
  opens: string[]; // tabs
  dataset?: {name: string; title: string};
  family?: string; // file of its architecture
  side?: number;
  fits?: boolean;
  distribution?: string | null; // of the numbers of an auto-decoder's codes
  classifier?: string | null; // that names what it paints, "" where nothing can, null where one may still come
  has_film?: boolean; // whether snapshots of its training lie beside it
}

/** demos/ui/datasets.py: load_models. */
export interface ModelsAnswer {
  models: SessionModel[];
}

/** demos/ui/nearest.py: the test images nearest to a picture. */
export interface Neighbours {
  indices: number[];
  distances: number[];
  closer: number;
}

/** demos/ui/summary.py: a layer of a model, and what follows it. */
export interface SummaryLayer {
  part: string;
  name: string;
  kind: string;
  followed_by: string[];
  shape: number[];
  parameters: number;
  tap: string; // of a classifier: the name of the activations that it has a part in
}

export interface SummaryAnswer {
  checkpoint: string;
  parameters: number;
  layers: SummaryLayer[];
}
