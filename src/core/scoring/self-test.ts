/**
 * Whether a device computes rightly, before anything it computes is shown. On record are devices whose fused attention is wrong
 * by nats (subgroups narrower than 8 lanes) and drivers that return zeros; none of them says so.
 */
import { Checkpoint } from '../checkpoint/checkpoint';
import { decode } from '../checkpoint/dtype';
import { failure } from '../errors';
import type { Window } from '../perplexity/windows';
import type { Backend } from './backend';
import { planBatches, unpack } from './batches';
import { fixedCheckpoint, fixedHalfCheckpoint, fixedTokens, selfTestConfig } from './fixed-model';

/** The worst right device measured here (SwiftShader without subgroups) is off by 2e-5, the wrong ones by tenths. */
const tolerance = 1e-3;

const rows = 2;
const rowLength = 48;

/**
 * Merges fixed checkpoints of every stored type and compares with arithmetic; then scores two fixed rows (attention, every Gemm,
 * the loss) and compares with transformers.
 * @param expected NLL of the 96 targets, nats (reference/golden/self-test.json)
 * @throws device-failed
 */
export async function selfTest(backend: Backend, expected: number[]): Promise<void> {
  // A list that is empty or short would let every device pass.
  if (expected.length !== rows * rowLength) throw new Error(`the self-test needs ${rows * rowLength} stored numbers and was given ${expected.length}`);
  await backend.prepare(selfTestConfig);
  await testMerge(backend, 'F16');
  await testMerge(backend, 'BF16');
  await mergeWithItself(backend, fixedCheckpoint(selfTestConfig));
  const scores = await scoreRows(backend);
  refuse(backend, 'scores of a known model', expected, scores);
}

/** A quarter and three quarters of one checkpoint are the checkpoint, bit for bit but for rounding. */
async function mergeWithItself(backend: Backend, file: Blob): Promise<Checkpoint> {
  const checkpoint = await Checkpoint.open([file], selfTestConfig, 'self-test');
  const sha256 = 'self-test';
  await backend.merge([{ sha256, checkpoint, coefficient: 0.25 }, { sha256, checkpoint, coefficient: 0.75 }], 0);
  return checkpoint;
}

async function testMerge(backend: Backend, dtype: 'F16' | 'BF16'): Promise<void> {
  const checkpoint = await mergeWithItself(backend, fixedHalfCheckpoint(selfTestConfig, dtype));
  const merged = new Map((await backend.readWeights()).map(({ name, values }) => [name, values]));
  for await (const { name, bytes } of checkpoint.read()) {
    refuse(backend, `merged ${dtype} weights`, decode(bytes, dtype), merged.get(name) ?? []);
  }
}

/** @throws device-failed where a number found is off by more than the tolerance, relative to the larger of 1 and itself */
function refuse(backend: Backend, what: string, expected: ArrayLike<number>, found: ArrayLike<number>): void {
  let worst = expected.length === found.length ? 0 : NaN;
  for (let i = 0; i < expected.length; i++) worst = Math.max(worst, Math.abs(expected[i] - found[i]) / Math.max(1, Math.abs(expected[i])));
  if (worst <= tolerance) return;
  throw failure('device-failed', { device: backend.info.device, found: `${what} are off by ${Number.isFinite(worst) ? worst.toPrecision(2) : 'a number that is none'}` });
}

async function scoreRows(backend: Backend): Promise<number[]> {
  const ids = fixedTokens('self-test', rows * (rowLength + 1), selfTestConfig.vocab_size);
  const windows: Window[] = Array.from({ length: rows }, (_, row) => {
    const line = ids.slice(row * (rowLength + 1), (row + 1) * (rowLength + 1));
    return { tokens: line.slice(0, -1), targets: line.slice(1), from: 0 };
  });
  const nll: number[][] = [];
  for (const batch of planBatches([windows], backend.tokensPerRun(selfTestConfig))) {
    for (const [row, scores] of unpack(windows, batch, await backend.run(batch))) nll[row] = [...scores.nll];
  }
  return nll.flat();
}
