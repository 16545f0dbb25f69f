/**
 * Whether a device computes rightly, before anything it computes is shown. On record are devices whose fused attention is wrong
 * by nats (subgroups narrower than 8 lanes) and drivers that return zeros; none of them says so.
 */
import { Checkpoint } from '../checkpoint/checkpoint';
import { failure } from '../errors';
import type { Window } from '../perplexity/windows';
import type { Backend } from './backend';
import { planBatches, unpack } from './batches';
import { fixedCheckpoint, fixedTokens, selfTestConfig } from './fixed-model';

/** The worst right device measured here (SwiftShader without subgroups) is off by 2e-5, the wrong ones by tenths. */
const tolerance = 1e-3;

const rows = 2;
const rowLength = 48;

/**
 * Scores two fixed rows with a fixed model (attention, every Gemm, the loss, the merge) and compares with transformers.
 * @param expected NLL of the 96 targets, nats (reference/golden/self-test.json)
 * @throws device-failed
 */
export async function selfTest(backend: Backend, expected: number[]): Promise<void> {
  // A list that is empty or short would let every device pass.
  if (expected.length !== rows * rowLength) throw new Error(`the self-test needs ${rows * rowLength} stored numbers and was given ${expected.length}`);
  const checkpoint = await Checkpoint.open(fixedCheckpoint(selfTestConfig), selfTestConfig, 'self-test');
  await backend.prepare(selfTestConfig);
  await backend.load('self-test', checkpoint);
  await backend.merge([{ sha256: 'self-test', coefficient: 0.25 }, { sha256: 'self-test', coefficient: 0.75 }]);
  const found = await scoreRows(backend);
  backend.drop('self-test');
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]) / Math.max(1, value)), 0);
  if (!(worst <= tolerance)) {
    const found = `scores of a known model are off by ${Number.isFinite(worst) ? worst.toPrecision(2) : 'a number that is none'}`;
    throw failure('device-failed', { device: backend.info.device, found });
  }
}

async function scoreRows(backend: Backend): Promise<number[]> {
  const ids = fixedTokens('self-test', rows * (rowLength + 1), selfTestConfig.vocab_size);
  const windows: Window[] = Array.from({ length: rows }, (_, row) => {
    const line = ids.slice(row * (rowLength + 1), (row + 1) * (rowLength + 1));
    return { tokens: line.slice(0, -1), targets: line.slice(1), from: 0 };
  });
  const nll: number[][] = [];
  for (const batch of planBatches(windows, backend.tokensPerRun(selfTestConfig))) {
    for (const [row, scores] of unpack(windows, batch, await backend.run(batch))) nll[row] = [...scores.nll];
  }
  return nll.flat();
}
