/** 10,000 damaged files of each format, and what the reference readers (reference/golden_mutations.py) say to them. */
import { expect, test } from 'vitest';
import safetensors from '../../../reference/golden/mutations.json';
import torch from '../../../reference/golden/mutations-torch.json';
import { Failure } from '../errors';
import { RunningSha256, sha256Of } from '../sha256';
import { toBytes } from './torch/make-torch';
import { readZip } from './torch/zip';
import { openWeightFile } from './weight-file';
import { damagedSafetensors, damagedTorch, utf8, type TorchBase } from './weight-file-mutations';

/** Making and reading them takes about 5 s and 15 s of a processor. */
const timeout = 240_000;

/** What safetensors.ts refuses though the reference takes it. */
const stricter = [/gives “[^”]*” twice/, /where only whole numbers up to 2\^53 stand/, /its entry for “z” is not a tensor/];

/** A file that counts what is read of it. */
class Counted {
  read = 0;

  constructor(private readonly whole: Blob) {}

  get size(): number {
    return this.whole.size;
  }

  slice(begin: number, end: number): Pick<Blob, 'arrayBuffer'> {
    const part = this.whole.slice(begin, end);
    this.read += part.size;
    return part;
  }
}

interface Reading {
  /** of name, type, shape and bytes of each tensor of weights, and of name and type of the others; `-` where the file is refused */
  hash: string;
  refusal: string;
}

async function read(bytes: Uint8Array<ArrayBuffer>): Promise<Reading> {
  try {
    return { hash: await hashOf(bytes), refusal: '' };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    return { hash: '-', refusal: thrown.message };
  }
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const file = new Counted(new Blob([bytes]));
  const { tensors, others } = await openWeightFile(file as unknown as Blob, 'a');
  const opening = file.read;
  const hash = new RunningSha256();
  for (const name of [...tensors.keys(), ...others.keys()].sort()) {
    const tensor = tensors.get(name);
    hash.add(toBytes(utf8(`${name}\0${tensor?.dtype ?? others.get(name)}\0`)));
    if (!tensor) continue;
    file.read = 0;
    const values = await tensor.read();
    expect(opening + file.read + values.length).toBeLessThanOrEqual(4 * bytes.length);
    hash.add(toBytes(`${tensor.shape.join()}\0`));
    hash.add(values);
  }
  return hash.end().slice(0, 8);
}

function sha256OfAll(files: Uint8Array[]): string {
  return sha256Of(files.map((file) => sha256Of(file)).join(''));
}

test('damaged safetensors files are read exactly when the reference reader reads them, to the same bits', { timeout }, async () => {
  const bases = safetensors.bases.map(atob);
  const answers = safetensors.answers.split(' ');
  const files = answers.map((_, i) => toBytes(damagedSafetensors(bases, i)));
  expect(sha256OfAll(files)).toBe(safetensors.files);
  const wrong: string[] = [];
  let taken = 0;
  for (const [i, file] of files.entries()) {
    const { hash, refusal } = await read(file);
    if (hash !== '-') taken++;
    if (hash !== answers[i] && !(hash === '-' && stricter.some((reason) => reason.test(refusal)))) wrong.push(`${i}: ${hash}, not ${answers[i]}. ${refusal}`);
  }
  expect(wrong).toEqual([]);
  expect(taken).toBeGreaterThan(1500);
});

test('damaged .bin files are refused with a sentence, or give the tensors that torch reads or that were saved', { timeout }, async () => {
  const bases = await Promise.all(torch.bases.map(torchBase));
  const answers = torch.answers.split(' ');
  const files = answers.map((_, i) => toBytes(damagedTorch(bases, i)));
  expect(sha256OfAll(files)).toBe(torch.files);
  const wrong: string[] = [];
  let taken = 0;
  for (const [i, file] of files.entries()) {
    const { hash } = await read(file);
    if (hash !== '-') taken++;
    if (!['-', answers[i], ...torch.undamaged].includes(hash)) wrong.push(`${i}: ${hash}, not ${answers[i]}`);
  }
  expect(wrong).toEqual([]);
  expect(taken).toBeGreaterThan(1000);
});

async function torchBase({ bytes, regions }: (typeof torch.bases)[number]): Promise<TorchBase> {
  const whole = atob(bytes);
  const entries = await readZip(new Blob([toBytes(whole)]), 'a');
  return { bytes: whole, regions: regions.map(([begin, end]) => [begin, end] as const), entries: [...entries].map(([name, { begin, end }]) => [name, whole.slice(begin, end)]) };
}
