// demos/server/rooms, as the page gets it. Texts of questions are HTML that the server made safe.
import type {Place} from "../lib/class_question.js";
import type {Mount} from "../types";

export interface Question {
  /** That tells it from those before. */
  number: number;
  phase: "open" | "closed" | "revealed";
  /** In a lesson, "NAME.STEP"; "" for the teacher's own. */
  place: string;
  text: string;
  /** None where a number is asked for. */
  answers: string[];
  low: number;
  high: number;
  unit: string;
  /** Votes by answer, or by tenth of the numbers' range. */
  counts?: number[];
  solution?: {right: number | null; number: number | null; why: string};
}

/** What a page may know of its room. */
export interface Seen {
  role: "teacher" | "watching" | "pupil";
  /** A query of links, "" before the first. */
  view: string;
  is_locked: boolean;
  is_closed: boolean;
  has_teacher: boolean;
  question: Question | null;
  /** Pages that follow; the teacher's pages alone are told. */
  pupils?: number;
}

/** A page's place in a room; the browser keeps it while the window is open. */
export interface Ticket {
  code: string;
  /** This page's name, which it made up. */
  page: string;
  /** The teacher's pages have one. */
  key: string;
  address: string;
  picture: string;
  is_reached: boolean;
}

export interface State {
  ticket: Ticket | null;
  seen: Seen | null;
  isConnected: boolean;
  isFollowing: boolean;
  /** This page's votes, by the questions' numbers. */
  votes: Record<number, number>;
  /** The dialog: to open or enter a room, its code in large, or a question to write. */
  dialog: "door" | "code" | "ask" | null;
  /** What the lesson's step asks. */
  offered: Place | null;
  problem: string;
  /** A sentence once the room is over for this page. */
  farewell: string;
  /** The code that was tried last. */
  typed: string;
}

export interface Props {
  alphabet: string;
  code_length: number;
  longest_text: number;
  /** Seconds until a page, or the server, that says nothing counts as gone. */
  silence: number;
  /** Fewest and most. */
  answers: [number, number];
}

export type RoomMount = Mount<Props, object>;

/** An answer of the server, or why there is none; status 0: it was not reached. */
export type Reply<Answer> = Answer & {error?: string; status?: number};
