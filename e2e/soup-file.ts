/** A soup as the page hands it out: read back without the page's own code, and held against PyTorch's average. */
import { goldenSoup } from './golden';

interface SoupFile {
  metadata: Record<string, string>;
  tensors: Map<string, Float32Array>;
}

/** safetensors: 8 bytes of length, a JSON table, the data. */
export function parseSoup(file: Buffer): SoupFile {
  const length = Number(file.readBigUInt64LE(0));
  const { __metadata__: metadata, ...table } = JSON.parse(file.toString('utf8', 8, 8 + length)) as {
    __metadata__: Record<string, string>;
  } & Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  const tensors = new Map<string, Float32Array>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(table)) {
    const [begin, end] = data_offsets.map((offset) => 8 + length + offset);
    if (dtype !== 'F32' || end - begin !== 4 * shape.reduce((a, b) => a * b, 1)) throw new Error(`${name} is ${dtype} of ${end - begin} bytes`);
    tensors.set(name, Float32Array.from({ length: (end - begin) / 4 }, (_, i) => file.readFloatLE(begin + 4 * i)));
  }
  return { metadata, tensors };
}

const ulp = 2 ** -23; // of a 32-bit number, relative to it, at most

/** What of a soup is not within float32 rounding of the golden one, in words; empty is agreement. */
export function soupMismatches({ tensors }: SoupFile): string[] {
  const names = Object.keys(goldenSoup.tensors);
  const strange = [...tensors.keys()].filter((name) => !names.includes(name));
  const wrong = names.filter((name) => {
    const { sum, squares, first } = goldenSoup.tensors[name];
    const values = tensors.get(name) ?? new Float32Array();
    const total = (term: (value: number) => number): number => values.reduce((before, value) => before + term(value), 0);
    const right =
      first.every((value, i) => Math.abs(values[i] - value) <= ulp * Math.abs(value)) &&
      Math.abs(total((value) => value) - sum) <= ulp * total(Math.abs) &&
      Math.abs(total((value) => value ** 2) - squares) <= 2 * ulp * squares;
    return !right;
  });
  return [...strange.map((name) => `${name} is no tensor of the model`), ...wrong.map((name) => `${name} differs`)];
}
