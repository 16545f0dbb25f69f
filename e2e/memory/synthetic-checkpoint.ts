/** Checkpoints of any size, of finite random values: for measuring memory, which asks of values only that they are there. */
import { open } from 'node:fs/promises';
import { parseConfig } from '../../src/core/checkpoint/config';
import { parameterShapes } from '../../src/core/graph/architectures';
import { countOf } from '../../src/core/graph/weights';

/** Halves written at once. */
const stretch = 4 * 2 ** 20;

/**
 * Writes a safetensors file of a whole model, F16. Norms are about 1 and everything else about 0.02, as a model begins its training.
 * @param seed another seed gives other values
 */
export async function writeSynthetic(path: string, configJson: string, seed: number): Promise<void> {
  const shapes = parameterShapes(parseConfig(configJson, path));
  const table: Record<string, unknown> = {};
  let end = 0;
  for (const [name, shape] of shapes) table[name] = { dtype: 'F16', shape, data_offsets: [end, (end += 2 * countOf(shape))] };
  const text = JSON.stringify(table);
  const json = Buffer.from(text.padEnd(8 * Math.ceil(text.length / 8)));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  const [around0, around1] = [halves(seed, 0x2000, 0x2800), halves(seed + 1, 0x3a00, 0x3c80)];
  const file = await open(path, 'w');
  try {
    await file.write(Buffer.concat([prefix, json]));
    for (const [name, shape] of shapes) {
      const values = /norm\.weight$/.test(name) ? around1 : around0;
      for (let left = countOf(shape); left > 0; left -= stretch) await file.write(values.subarray(0, 2 * Math.min(left, stretch)));
    }
  } finally {
    await file.close();
  }
}

/** Halves with bits between `low` and `high`; below 1 of either sign. */
function halves(seed: number, low: number, high: number): Buffer {
  let state = seed;
  const values = Uint16Array.from({ length: stretch }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const sign = low < 0x3800 ? (state >>> 31) << 15 : 0;
    return sign | (low + ((state >>> 8) % (high - low)));
  });
  return Buffer.from(values.buffer);
}
