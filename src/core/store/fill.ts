/** Fills a part from where its bytes come from, piece by piece, each from the disk where it is kept and right. */
import type { Watch } from '../scoring/watch';
import type { Feed } from './feed';
import { knownMasks, type Known } from './masks';
import type { Part } from './part';
import { pieceAt, pieceBytes, pieceCount } from './pieces';
import type { Transfer } from './transfer';
import { wholeHash } from './whole-hash';

/**
 * @param assume whether what is known need not be fetched
 * @returns the sha256 of the whole
 * @throws what `Feed.read` throws, and what the disk does
 */
export async function fill(part: Part, feed: Feed, assume: boolean, transfer: Transfer, watch: Watch): Promise<string> {
  const { bytes, path } = part.journal.file;
  const hash = await wholeHash();
  const maybeMasks = assume && path.endsWith('.safetensors') && bytes > pieceBytes;
  let known: Known[] = [];
  for (let index = 0; index < pieceCount(bytes); index++) {
    watch.checkStopped();
    const content = (await kept(part, index, transfer)) ?? (await fetched(part, feed, index, known, maybeMasks, transfer));
    hash.add(content);
    if (index === 0 && maybeMasks && feed.end < bytes) known = knownMasks(content, bytes); // else the server knows no ranges, and all of it is coming
  }
  return hash.end();
}

async function kept(part: Part, index: number, transfer: Transfer): Promise<Uint8Array | null> {
  const content = await part.read(index);
  if (content) transfer.had(content.length);
  return content;
}

async function fetched(part: Part, feed: Feed, index: number, known: Known[], headFirst: boolean, transfer: Transfer): Promise<Uint8Array> {
  const { bytes } = part.journal.file;
  const { begin, end } = pieceAt(index, bytes);
  const content = new Uint8Array(end - begin);
  const here = known.filter((stretch) => stretch.begin < end && stretch.end > begin);
  let at = begin;
  const fetchTo = async (to: number): Promise<void> => {
    if (to <= at) return;
    const until = index === 0 && headFirst ? end : missingUntil(part, index, known, at);
    await feed.read(at, content.subarray(at - begin, to - begin), until, (came) => transfer.came(came));
  };
  for (const stretch of here) {
    await fetchTo(stretch.begin);
    const from = Math.max(begin, stretch.begin);
    at = Math.min(end, stretch.end);
    content.set(stretch.bytes.subarray(from - stretch.begin, at - stretch.begin), from - begin);
    transfer.had(at - from);
  }
  await fetchTo(end);
  await part.write(index, content, here.length > 0);
  return content;
}

/** How far a connection that begins at `at`, in the piece with this index, is of use. */
function missingUntil(part: Part, index: number, known: Known[], at: number): number {
  const { bytes } = part.journal.file;
  let next = index + 1;
  while (next < pieceCount(bytes) && !part.journal.pieces.has(next)) next++;
  const masked = known.find(({ begin }) => begin >= at)?.begin ?? bytes;
  return Math.min(bytes, next * pieceBytes, masked);
}
