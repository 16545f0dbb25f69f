/** Where the bytes of a file come from: a server, or a file that a person picked. */
import type { Watch } from '../scoring/watch';
import { readBytes } from '../checkpoint/read-bytes';
import { pieceBytes } from './pieces';

/** Bytes on their way. They may begin and end elsewhere than was asked: a server need not know ranges. */
export interface Incoming {
  begin: number;
  end: number;
  /** the server's name for this version of the file, where it says one */
  etag: string | null;
  /** @throws download-failed, where the connection is cut; stopped */
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>;
}

export interface Origin {
  /** what to call the file in a sentence, such as `step1000` */
  name: string;
  /** what to call it among all that is kept, such as `EleutherAI/pythia-160m step1000 model.safetensors` */
  label: string;
  /**
   * Asks for the bytes from `begin` up to `end` of a file of so many bytes.
   * @throws what the server's refusal is called, stopped
   */
  open(begin: number, end: number, bytes: number, watch: Watch): Promise<Incoming>;
}

/** A file that is here already. */
export function picked(file: Blob, name: string): Origin {
  return { name, label: name, open: (begin, end) => Promise.resolve({ begin, end, etag: null, chunks: slices(file, begin, end, name) }) };
}

/** @throws file-unreadable */
export async function* slices(file: Blob, begin: number, end: number, name: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = begin; at < end; at += pieceBytes) yield readBytes(file, at, Math.min(end, at + pieceBytes), name);
}
