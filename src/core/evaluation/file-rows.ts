/** A file that was picked, and the rows in it. */
import type { Row } from './task';

export interface TextFile {
  name: string;
  text: string;
}

export interface FileRows {
  file: string;
  rows: Row[];
  /** the line that each row begins on */
  lines: number[];
}
