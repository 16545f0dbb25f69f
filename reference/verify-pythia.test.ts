/** The verification of Pythia, against the doubles of the Hub and with four items: what it says, and its exit status. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { datasetsOf } from '../e2e/hub-double/datasets';
import { newDouble, type Double } from '../e2e/hub-double/double';
import { picoFiles, weightsOf } from '../e2e/hub-double/repositories';
import { fetchOf } from '../e2e/hub-double/without-network';
import type { Engine } from '../src/core/engine';
import { piqa } from '../src/core/evaluation/piqa';
import { fakeClock } from '../src/core/hub/fake-clock';
import { makeParquet } from '../src/core/hub/make-parquet';
import type { Line } from '../src/core/hub/request';
import { unwatched } from '../src/core/scoring/watch';
import { FileStore } from '../src/core/store/file-store';
import { libraryOf } from '../src/core/store/library';
import { MemoryDisk } from '../src/core/store/memory-disk';
import { nodeEngine } from '../src/terminal/node-engine';
import { published, toleranceOf, verdict, type Published } from './verify-pythia';

const rows = [0, 0, 0, 1].map((label, i) => ({ goal: `Cook soup ${i}`, sol1: 'with water', sol2: 'with sand', label }));
const datasets = datasetsOf([{ dataset: 'baber/piqa', config: 'default', split: 'validation', files: [makeParquet(rows)] }]);
const figure: Published = { repo: 'kitchen/soup', revision: 'step1000', task: piqa, n: 4, accuracy: 0.75 };

function hub(): Double {
  return newDouble([{ repo: figure.repo, revisions: [{ name: figure.revision, files: { ...picoFiles(), 'model.safetensors': weightsOf('step1000') } }] }], datasets);
}

function lineTo(double: Double): Line {
  return { endpoint: double.endpoint, fetch: fetchOf(double), watch: unwatched, clock: fakeClock() };
}

/** Always takes the first answer. */
const first: Pick<Engine, 'answerItems'> = {
  answerItems: async (_, items) => items.map(() => ({ logLikelihoods: [-1, -2], greedy: [false, false], choice: 0, choiceNorm: 0 })),
};

async function outcome(figures: Published[], double = hub(), engine = first): Promise<[status: number, told: string[]]> {
  const told: string[] = [];
  return [await verdict(figures, { line: lineTo(double), engine, tell: (line) => told.push(line) }), told];
}

describe('figures', () => {
  test('that are found again', async () => {
    expect(await outcome([figure])).toEqual([0, ['kitchen/soup step1000  PIQA  75.00 % of 4, published 75.00 % ± 21.65 % of 4: reproduced', 'All published figures were reproduced.']]);
  });

  test('within one standard error of the published one, which for 53 % of 4 is 25 points', async () => {
    expect((await outcome([{ ...figure, accuracy: 0.53 }]))[0]).toBe(0);
  });

  test('that are not, or of another set', async () => {
    expect((await outcome([figure, { ...figure, accuracy: 0.95 }]))[0]).toBe(1); // 11 points
    const [status, told] = await outcome([{ ...figure, n: 5 }]);
    expect([status, told.at(-1)]).toEqual([1, 'Not all published figures were reproduced.']);
  });

  test('are answered by the engine itself, from weights that the Hub sent', async () => {
    const double = hub();
    const absent = (): never => {
      throw new Error('nothing is bundled here');
    };
    const { endpoint, fetch } = lineTo(double);
    const library = libraryOf({ store: new FileStore(new MemoryDisk()), catalog: absent, bundled: absent, settings: () => ({ endpoint }), fetch, mayFetch: true });
    const [, told] = await outcome([{ ...figure, accuracy: 0.5 }], double, nodeEngine(library));
    expect(told[0]).toMatch(/^kitchen\/soup step1000 {2}PIQA {2}\d+\.\d\d % of 4, published 50\.00 % ± 25\.00 % of 4/);
    expect(double.log.some(({ from, file }) => from === 'storage' && file === 'model.safetensors')).toBe(true);
  });
});

describe('where there is no network', () => {
  test('it says so plainly, with a status of its own', async () => {
    const double = hub();
    double.switches.offline = true;
    const [status, [said, why]] = await outcome([figure], double);
    expect(status).toBe(2);
    expect(said).toBe('Nothing was verified: hub.example could not be reached from this machine.');
    expect(why).toMatch(/hub\.example did not answer/);
  });

  test('nor does the command pretend: on a port where nobody listens it ends with status 2', async () => {
    const endpoint = 'https://localhost:9'; // the discard service, which browsers and machines keep closed
    const ran = spawnSync(process.execPath, ['--import', 'tsx', 'reference/verify-pythia.ts', '--endpoint', endpoint], { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' });
    expect([ran.status, ran.stderr]).toEqual([2, '']);
    expect(ran.stdout).toMatch(/^Nothing was verified: localhost:9 could not be reached from this machine\.\n/);
  });

  test('and what else goes wrong is told as what it is', async () => {
    const [status, said] = await outcome([{ ...figure, repo: 'kitchen/nothing' }]);
    expect([status, said.length]).toEqual([3, 1]);
    expect(said[0]).toMatch(/“kitchen\/nothing” is no model/);
  });
});

test('the published figures: two models, two tasks, and a tolerance of about a point', () => {
  expect(published.map(({ repo, task }) => `${repo} ${task.name}`)).toEqual(['EleutherAI/pythia-70m piqa', 'EleutherAI/pythia-70m winogrande', 'EleutherAI/pythia-160m piqa', 'EleutherAI/pythia-160m winogrande']);
  for (const { task, n, accuracy } of published) {
    expect(n).toBe(task.size.items);
    expect(Math.abs(accuracy * n - Math.round(accuracy * n)), 'a whole number of items is right').toBeLessThan(1e-6);
    expect(toleranceOf({ accuracy, n })).toBeCloseTo(task === piqa ? 0.0114 : 0.014, 3);
  }
});
