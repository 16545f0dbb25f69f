/** What the process of a page takes, at most, while it merges and scores. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import type { Fusion } from '../../src/core/merging/fusion';
import type { Precision } from '../../src/core/scoring/backend';
import { pythiaConfig, type PythiaSize } from '../../src/core/planning/pythia';
import { writeSynthetic } from './synthetic-checkpoint';

export interface MeasuredMemory {
  /** bytes over the empty page, at the peak */
  peak: number;
  nll: number[];
  merging: number[];
  scoring: number[];
}

/** Two checkpoints of a size, in a folder that is gone afterwards. */
export async function withCheckpoints<T>(size: PythiaSize, work: (paths: string[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot-'));
  try {
    const paths = [1, 2].map((seed) => join(folder, `step${seed}.safetensors`));
    for (const [i, path] of paths.entries()) await writeSynthetic(path, pythiaConfig(size), 1000 * (i + 1));
    return await work(paths);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A size with a window of 512 tokens, so that one run is short. */
export function shortWindow(size: PythiaSize): string {
  return JSON.stringify({ ...(JSON.parse(pythiaConfig(size)) as object), max_position_embeddings: 512 });
}

/**
 * Merges and runs of 512 tokens, `times` over.
 * @param page the engine room, just opened in a browser of its own
 */
export async function measureMemory(browser: Browser, page: Page, paths: string[], size: PythiaSize, precision: Precision, times: number): Promise<MeasuredMemory> {
  const { done, peak } = await atPeak(browser, page, paths, () =>
    page.evaluate(([config, precision, times]) => window.mergeAndScore(config, precision, 512, times), [shortWindow(size), precision, times] as const),
  );
  return { ...done, peak };
}

/** One soup that is not linear, from 256 tokens. */
export async function measureFusion(browser: Browser, page: Page, paths: string[], size: PythiaSize, method: Fusion['method']): Promise<{ peak: number; distance: number; seconds: number }> {
  const { done, peak } = await atPeak(browser, page, paths, () => page.evaluate(([config, method]) => window.fuse(config, 'fp32', method), [shortWindow(size), method] as const));
  return { ...done, peak };
}

/** @returns the most bytes over the empty page while the page did something with the picked files */
async function atPeak<T>(browser: Browser, page: Page, paths: string[], act: () => Promise<T>): Promise<{ done: T; peak: number }> {
  await page.waitForFunction(() => 'mergeAndScore' in window);
  await page.setInputFiles('#checkpoints', paths);
  const processes = await renderersOf(browser);
  const empty = await Promise.all(processes.map((id) => memoryOf(id, 'VmRSS')));
  let peak = 0;
  // asked again and again: Chromium has Linux forget a process's peak when it reports memory to itself
  const look = async () => {
    const most = await Promise.all(processes.map((id) => memoryOf(id, 'VmHWM')));
    peak = Math.max(peak, ...most.map((bytes, i) => bytes - empty[i]));
  };
  const timer = setInterval(() => void look(), 250);
  try {
    const done = await act();
    await look();
    return { done, peak };
  } finally {
    clearInterval(timer);
  }
}

/** The processes of pages: the one that is open, and spare ones. */
async function renderersOf(browser: Browser): Promise<number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** Bytes that Linux tells of a process: what is in memory, or the most that ever was. */
async function memoryOf(process: number, line: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${process}/status`, 'utf8');
  return 1024 * Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)?.[1]);
}
