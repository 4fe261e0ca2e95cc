// What the server's functions give, and what a widget is mounted with.

/** A function of the server, as Gradio offers it to a widget. */
export type ServerFunction<Request, Answer> = (request: Request) => Promise<Answer>;

/** What mount() gets. */
export interface Mount<Props, Server> {
  element: HTMLElement;
  props: Props;
  server: Server;
}

/** demos/ui/images.py: load_sample. */
export interface SampleAnswer {
  sprite: string;
  columns: number;
  classes: string[];
  labels: number[];
  index: number[];
}

/** A model that the visitor trained in Train live. */
export interface SessionModel {
  name: string;
  words: string;
  size: number;
  opens: string[];
}

/** demos/ui/nearest.py: the test images nearest to a picture. */
export interface Neighbours {
  indices: number[];
  distances: number[];
  closer: number;
}
