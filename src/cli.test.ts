import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runNotebook } from './cli';
import { toFragment } from './core/link/link';
import { shared } from './core/link/share';
import { parseNotebook, serialiseNotebook, type Notebook } from './core/notebook/document';
import type { Reported } from './core/notebook/reported';
import { reportOf, type Report } from './core/notebook/report';
import { cellKeys } from './core/notebook/stale';
import { textReport } from './terminal/text-report';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'stockpot-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The default notebook, cut down: a sweep of its two ends, four items of each task. */
function small(): Notebook {
  const file = 'public/notebooks/first-soup.json';
  const notebook = parseNotebook(readFileSync(join(root, file), 'utf8'), file);
  for (const cell of notebook.cells) {
    if (cell.kind === 'sweep') cell.points = 2;
    if (cell.kind === 'evaluation') for (const task of cell.tasks) task.limit = 4;
  }
  return notebook;
}

/** The small notebook as its author sends it, with the numbers but without the text. */
async function author(): Promise<{ sent: Notebook; text: string }> {
  const notebook = small();
  const kept = await runNotebook(notebook, () => undefined);
  const sent = shared(notebook, cellKeys(notebook), kept, { app: '0.1.0', secondsPerRun: null, texts: new Set() });
  return { sent, text: notebook.cells.flatMap((cell) => (cell.kind === 'text' ? cell.text : []))[0] };
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function cli(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const quiet = { ...process.env, npm_config_loglevel: 'silent' };
  return spawnSync('npx', ['tsx', 'src/cli.ts', ...args], { cwd: root, encoding: 'utf8', env: quiet });
}

/** What the default text comes to is 578 tokens, the models' numbers of parameters are those of models/catalog.json. */
const models = ['step7000', 'step8000', 'uniform', 'weighted'];
const finite = expect.toSatisfy(Number.isFinite, 'a finite number') as number;

function checkReport(report: Report): void {
  expect(report).toMatchObject({ version: 1, backend: 'node' });
  expect(report.checkpoints).toEqual(models.slice(0, 2).map((id) => ({ cell: 'checkpoints', id, parameters: 2_238_464, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string })));
  expect(report.perplexity).toEqual(models.map((model) => ({ cell: 'perplexity', model, text: 'text', fitted: model === 'weighted', tokens: 578, nll: finite, perplexity: finite, bitsPerByte: finite, stderr: finite })));
  expect(report.soups.map(({ id, method, ingredients }) => ({ id, method, ingredients }))).toEqual([
    { id: 'weighted', method: 'perplexity', ingredients: models.slice(0, 2) },
    { id: 'uniform', method: 'uniform', ingredients: models.slice(0, 2) },
  ]);
  for (const { coefficients } of report.soups) expect(coefficients[0] + coefficients[1]).toBeCloseTo(1, 12);
  const evaluated = ['piqa_style', 'winogrande_style'].flatMap((task) => models.map((model) => ({ cell: 'evaluation', model, task, shots: 0, n: 4, fitted: false, accuracy: finite, accuracyNorm: finite, stderr: finite, stderrNorm: finite, interval: [finite, finite], perplexity: null })));
  expect(report.evaluations).toEqual(evaluated);
  expect(report.sweeps.map(({ id, ends, points }) => [id, ends, points.length])).toEqual([['line', models.slice(0, 2), 2]]);
}

describe('the command line', () => {
  test('runs a notebook, and tells the same as JSON and as text', async () => {
    const notebook = small();
    const told: string[] = [];
    const kept = await runNotebook(notebook, ({ doing }) => told.push(doing));
    expect([...kept.keys()]).toEqual(notebook.cells.filter(({ kind }) => kind !== 'note' && kind !== 'text').map(({ id }) => id));
    const report = reportOf(notebook, kept);
    checkReport(report);
    const [earlier, later] = report.perplexity;
    expect(report.sweeps[0].points.map(({ perplexity }) => perplexity)).toEqual([earlier.perplexity, later.perplexity]);
    expect(report.soups[0].coefficients[1]).toBeCloseTo(earlier.perplexity / (earlier.perplexity + later.perplexity), 10);
    expect(told).toContain('Scoring “text” with step7000');
    const text = textReport(notebook, kept);
    for (const { perplexity } of report.perplexity) expect(text).toContain(perplexity.toFixed(2));
    expect(text).toMatch(/Computed with onnxruntime-node/);
  });

  test('writes its results with --json', () => {
    const [notebook, out] = [write('small.json', serialiseNotebook(small())), join(folder, 'out.json')];
    const { status, stdout, stderr } = cli(notebook, '--json', out);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^First soup\n/);
    checkReport(JSON.parse(readFileSync(out, 'utf8')) as Report);
  });

  test('writes every soup with --export, as weights and as recipes', () => {
    const notebook = small();
    const cells = notebook.cells.filter(({ kind }) => kind === 'checkpoints' || kind === 'text' || kind === 'soup');
    const fisher = { id: 'by fisher', kind: 'soup', method: 'fisher', ingredients: ['checkpoints'], text: 'text', parameters: { examples: 1 } };
    const path = write('soups.json', JSON.stringify({ ...notebook, cells: [...cells, fisher] }));
    const out = join(folder, 'soups');
    expect(cli(path, '--export', out)).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(out).sort()).toEqual(['by fisher.py', 'by fisher.safetensors', 'uniform.py', 'uniform.safetensors', 'uniform.yaml', 'weighted.py', 'weighted.safetensors', 'weighted.yaml']);
    expect(readFileSync(join(out, 'uniform.yaml'), 'utf8')).toContain('merge_method: linear');
  });

  test('says cell by cell whether the numbers of a link were reproduced', async () => {
    const { sent, text } = await author();
    const [, uniform] = (sent.reported as Reported).results;
    if (uniform.kind === 'soup') uniform.coefficients = [0.4, 0.6];
    const [link, out] = [`https://example.org/soup/#${await toFragment(sent)}`, join(folder, 'reproduced.json')];
    const { status, stdout, stderr } = cli(link, '--text', `text=${write('text.txt', text)}`, '--json', out);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Reported by Stockpot 0.1.0 on');
    expect(stdout).toContain('A soup weighted by perplexity: reproduced');
    expect(stdout).toMatch(/A soup in equal parts: differs\n +step7000: coefficient 0\.4 reported, 0\.5 here \(it differs by 0\.10\)\n +step8000: coefficient 0\.6/);
    const { reproduction } = JSON.parse(readFileSync(out, 'utf8')) as { reproduction: { cell: string; verdict: string }[] };
    expect(reproduction.map(({ cell, verdict }) => [cell, verdict])).toEqual(
      ['weighted', 'uniform', 'line', 'perplexity', 'evaluation'].map((cell) => [cell, cell === 'uniform' ? 'differs' : 'reproduced']),
    );
  });

  test('asks for a text that was not sent along, and says which numbers are not about another one', async () => {
    const { sent } = await author();
    const file = write('shared.json', serialiseNotebook(sent));
    const without = cli(file);
    expect([without.status, without.stdout]).toEqual([1, '']);
    expect(without.stderr).toMatch(/did not send the text “A text, without labels” along.*\n.*--text/);
    const other = cli(file, '--text', `text=${write('other.txt', 'Another text altogether, of a few words only.')}`);
    expect(other.status).toBe(0);
    expect(other.stderr).toMatch(/^“text” is not its author’s text/);
    expect(other.stdout).toContain('A soup in equal parts: reproduced');
    expect(other.stdout).toContain('Between the two checkpoints: changed since');
  });

  test('is not steered by what a notebook says, not even where it fails', () => {
    const title = 'Mine\u001b]0;owned\u0007\n';
    const cells = [{ id: 't', kind: 'text', title, text: '' }, { id: 's', kind: 'soup', method: 'perplexity', ingredients: [], text: 't' }];
    const withheld = { sha256: 'a'.repeat(64), bytes: 3 };
    const refs = small().cells.filter(({ kind }) => kind === 'checkpoints');
    const path = write('steering.json', JSON.stringify({ stockpot: 2, title, cells: [...refs, { ...cells[0], withheld }, { ...cells[1], ingredients: ['checkpoints'] }] }));
    const { status, stdout, stderr } = cli(path);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('“Mine\\u001b]0;owned\\u0007\\u000a”');
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  test.each([
    ['is not JSON', '{"stockpot": 1,', /is not a Stockpot notebook: it is not JSON\.$/],
    ['is no notebook', '{"name": "soup"}', /is not a Stockpot notebook: it has no field “stockpot”\.$/],
    ['is of a newer format', '{"stockpot": 99}', /was written in format 99; this page knows formats up to 4\.$/],
  ])('refuses a file that %s, in two sentences and with exit code 1', (_, text, what) => {
    const path = write('bad.json', text);
    const { status, stdout, stderr } = cli(path);
    expect([status, stdout]).toEqual([1, '']);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(path);
    expect(lines[0]).toMatch(what);
    expect(lines[1]).toMatch(/^[A-Z].*\.$/);
  });
});
