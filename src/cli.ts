/**
 * The terminal's end of the core: runs a notebook in Node and prints a report.
 * npm run --silent notebook -- [FILE_OR_LINK] [--json OUT] [--text ID=FILE] [--checkpoint ID=FOLDER] [--items TASK=FILE[,FILE]] [--demonstrations TASK=FILE]
 *   [--export FOLDER] [--fetch] [--endpoint URL]
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { filesByTask, itemsFrom, type ItemSources } from './terminal/items';
import { openNotebook, withTexts } from './terminal/notebook';
import { printable, printableLine } from './terminal/printable';
import { explain, toFailure } from './core/errors';
import { hubEndpoint } from './core/hub/fetch-rows';
import { isRunnable } from './core/notebook/cells';
import type { Notebook } from './core/notebook/document';
import { memoryStore } from './core/notebook/measurements';
import { reportOf } from './core/notebook/report';
import { reproductionsOf } from './core/notebook/reproduction';
import { resultVersion, Results, type KeptResult } from './core/notebook/results';
import type { Kitchen } from './core/notebook/kitchen';
import { runCell } from './core/notebook/run';
import { cellKeys, type CellKey } from './core/notebook/stale';
import type { Progress, Watch } from './core/scoring/watch';
import { nodeEngine } from './terminal/node-engine';
import { exportSoups } from './terminal/export-soups';
import { foldersByCheckpoint, nodeLibrary, noFolders, readCatalog, type CheckpointSources } from './terminal/node-library';
import { reproductionReport } from './terminal/reproduction-report';
import { textReport } from './terminal/text-report';

const root = join(import.meta.dirname, '..');
const usage = `usage: npm run --silent notebook -- [FILE_OR_LINK] [--json OUT] [--text ID=FILE] [--checkpoint ID=FOLDER]
       [--items TASK=FILE[,FILE]] [--demonstrations TASK=FILE] [--export FOLDER] [--fetch] [--endpoint URL]
  FILE_OR_LINK      a notebook's file, or its link in quotation marks; without it the first lesson is run
  --json            write the results to this file
  --export          write every soup into this folder: its weights, a Python script and, where it has coefficients, a mergekit
                    configuration
  --text            put a file's text into a text cell, such as one that its author did not send along; once for each cell
  --items           the official files of a task, as piqa=valid.jsonl,valid-labels.lst; once for each task
  --demonstrations  what a task's demonstrations are drawn from
  --checkpoint      the folder that has a checkpoint's files; they must be those that the notebook pins
  --fetch           fetch what no file was given for: official items, and checkpoints, which are kept in ~/.cache/stockpot
  --endpoint        a mirror of the Hugging Face Hub for checkpoints; HF_TOKEN in the environment is your token there`;

const noSources: ItemSources = { files: new Map(), demonstrations: new Map(), fetch: false };

/** Runs every cell of a notebook in order. */
export async function runNotebook(notebook: Notebook, onProgress: (progress: Progress) => void, sources = noSources, checkpoints = noFolders): Promise<Map<string, KeptResult>> {
  return (await cook(notebook, onProgress, sources, checkpoints)).kept;
}

/** The same with what it was run with, for whoever wants the soups themselves. */
async function cook(notebook: Notebook, onProgress: (progress: Progress) => void, sources: ItemSources, checkpoints: CheckpointSources): Promise<{ kept: Map<string, KeptResult>; kitchen: Kitchen }> {
  const models = join(root, 'models');
  const engine = nodeEngine(nodeLibrary(models, await readCatalog(models), checkpoints));
  const keys = cellKeys(notebook);
  const kept = new Map<string, KeptResult>();
  const watch: Watch = { onProgress, checkStopped: () => undefined };
  const kitchen: Kitchen = {
    notebook,
    engine,
    results: new Results(kept, keys, engine.info),
    measurements: memoryStore(),
    items: itemsFrom(sources, watch),
    watch,
  };
  for (const cell of notebook.cells.filter(isRunnable)) {
    const result = await runCell(cell, kitchen);
    kept.set(cell.id, { version: resultVersion, key: keys.get(cell.id) as CellKey, backend: engine.info, finished: new Date().toISOString(), result });
  }
  return { kept, kitchen };
}

const options = {
  json: { type: 'string' },
  export: { type: 'string' },
  text: { type: 'string', multiple: true, default: [] as string[] },
  checkpoint: { type: 'string', multiple: true, default: [] as string[] },
  items: { type: 'string', multiple: true, default: [] as string[] },
  demonstrations: { type: 'string', multiple: true, default: [] as string[] },
  fetch: { type: 'boolean', default: false },
  endpoint: { type: 'string', default: hubEndpoint },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  if (positionals.length > 1) process.exitCode = 2;
  if (values.help || positionals.length > 1) return void console.log(usage);
  const opened = await openNotebook(positionals[0] ?? join(root, 'public/notebooks/first-soup.json'));
  const { notebook, remarks } = await withTexts(opened, values.text);
  for (const remark of remarks) console.error(printableLine(remark));
  const { fetch, endpoint } = values;
  const items = { files: filesByTask(values.items), demonstrations: filesByTask(values.demonstrations), fetch };
  const checkpoints = { folders: foldersByCheckpoint(values.checkpoint), endpoint, token: process.env.HF_TOKEN, fetch };
  const { kept, kitchen } = await cook(notebook, showProgress, items, checkpoints);
  if (values.export !== undefined) await exportSoups(values.export, kitchen);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  await tell(notebook, kept, values.json);
}

/** Prints what came out, and what became of the numbers that came with the notebook; writes it to a file where that is wanted. */
async function tell(notebook: Notebook, results: Map<string, KeptResult>, json?: string): Promise<void> {
  const reproduction = reproductionsOf(notebook, cellKeys(notebook), results);
  console.log(printable(textReport(notebook, results)));
  if (notebook.reported) console.log(`\n${printable(reproductionReport(notebook, notebook.reported, reproduction))}`);
  const report = { ...reportOf(notebook, results), ...(notebook.reported && { reproduction }) };
  if (json) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
}

function showProgress({ doing, done }: Progress): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${printableLine(doing)} ${done === null ? '' : `${Math.round(100 * done)} %`}`);
}

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  main().catch((thrown: unknown) => {
    console.error(explain(toFailure(thrown)).map(printableLine).join('\n'));
    process.exitCode = 1;
  });
}
