/**
 * Bytes <-> fewer bytes, by the platform's own streams, in zlib's format: its checksum tells a link with one letter changed from a
 * good one.
 */
const format = 'deflate';

/** What is inflated at once: 1 KB comes to 1 MB at most, so that a limit is noticed before memory is full. */
const slice = 1024;

export async function deflated(bytes: Uint8Array): Promise<Uint8Array> {
  return (await whole(slices(bytes).pipeThrough(new CompressionStream(format)), Infinity)) as Uint8Array;
}

/**
 * @param most bytes that are taken; inflating stops there
 * @returns null where there are more
 * @throws whatever the platform throws at damaged bytes
 */
export function inflated(bytes: Uint8Array, most: number): Promise<Uint8Array | null> {
  return whole(slices(bytes).pipeThrough(new DecompressionStream(format)), most);
}

function slices(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) controller.close();
      else controller.enqueue(Uint8Array.from(bytes.subarray(start, (start += slice))));
    },
  });
}

async function whole(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | null> {
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    length += piece.value.length;
    if (length > most) {
      await reader.cancel().catch(() => undefined);
      return null;
    }
  }
  return joined(pieces, length);
}

function joined(pieces: Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const piece of pieces) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}
