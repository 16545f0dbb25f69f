/** A small file of a repository, as text, held against the hash that the list of files has for it. */
import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { PinnedFile } from '../checkpoint/source';
import { failure } from '../errors';
import { sha256Of } from '../sha256';
import { changed, contentOf } from './download';
import { addressOfModelFile } from './model-address';
import { askRepository } from './repository';
import type { ListedFile } from './revision-files';
import type { Line } from './request';

/** The largest tokenizer.json of those that are in use, Gemma's, has 33 MB. */
export const mostText = 50_000_000;

export interface FileText {
  text: string;
  /** the file by what it is: from here on its sha256 pins it, wherever it comes from */
  file: PinnedFile;
}

/**
 * @param commit 40 hexadecimal digits
 * @throws hub-too-large, hub-changed, repo-absent, repo-gated, token-refused, revision-absent, hub-unreachable, hub-refused,
 * download-failed, stopped
 */
export async function textOfFile(line: Line, repo: string, commit: string, file: ListedFile): Promise<FileText> {
  const { path, bytes } = file;
  if (bytes > mostText) throw failure('hub-too-large', { file: path, bytes, limit: mostText });
  const response = await askRepository(line, { repo, revision: commit }, addressOfModelFile(line.endpoint, { repo, commit }, file), path);
  const content = await contentOf(line, response, file);
  const sha256 = sha256Of(content);
  const [found, announced] = file.sha256 === null ? [blobIdOf(content), file.blob] : [sha256, file.sha256];
  if (found !== announced) throw changed(path, `hash ${found.slice(0, 12)}…`, `${announced.slice(0, 12)}…`);
  return { text: new TextDecoder().decode(content), file: { path, bytes, sha256 } };
}

/** What git calls a file's content: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export function blobIdOf(content: Uint8Array): string {
  return bytesToHex(sha1(concatBytes(utf8ToBytes(`blob ${content.byteLength}\0`), content)));
}
