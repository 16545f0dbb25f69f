/**
 * Finds a Chromium for the browser tests, or installs one in whichever way the machine allows.
 * As a script (`tsx e2e/find-browser.ts`) it may install; `findBrowser` only looks, so that it costs nothing to ask again.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const advice = 'No Chromium was found and none could be installed: install one (on Debian: apt-get install chromium), or set CHROMIUM_PATH to it.';
const installTakes = 10 * 60_000;

const runningAsRoot = (): boolean => process.getuid?.() === 0;

/** What a Chromium needs to run in tests on any machine; WebGPU comes on top (playwright.config.ts). */
export function browserArguments(): string[] {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--no-first-run'];
  return runningAsRoot() ? [...quiet, '--no-sandbox'] : quiet;
}

function onPath(name: string): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter(Boolean).map((folder) => join(folder, name));
}

function candidates(): string[] {
  const named = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return [chromium.executablePath(), '/usr/bin/chromium', ...named.flatMap(onPath)];
}

/** Its version, or null where it does not start: a downloaded browser can lack libraries of the system. */
function versionOf(path: string): string | null {
  if (!existsSync(path)) return null;
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 }).trim();
  } catch {
    return null;
  }
}

/** @returns the path of the browser to use, or null; CHROMIUM_PATH decides alone where it is set */
export function findBrowser(): string | null {
  const wished = process.env.CHROMIUM_PATH;
  if (wished) return versionOf(wished) === null ? null : wished;
  return candidates().find((path) => versionOf(path) !== null) ?? null;
}

/** @throws the sentence that says what to do */
export function requireBrowser(): string {
  const path = findBrowser();
  if (path === null) throw new Error(process.env.CHROMIUM_PATH ? `CHROMIUM_PATH is ${process.env.CHROMIUM_PATH}, and no browser starts from there.` : advice);
  return path;
}

function attempt(command: string, args: string[]): void {
  console.log(`No Chromium found; trying: ${command} ${args.join(' ')}`);
  spawnSync(command, args, { stdio: 'inherit', timeout: installTakes });
}

function installBrowser(): void {
  attempt('npx', ['playwright', 'install', 'chromium']);
  if (findBrowser() !== null || !runningAsRoot() || onPath('apt-get').every((path) => !existsSync(path))) return;
  attempt('apt-get', ['update']);
  attempt('apt-get', ['install', '-y', 'chromium']);
}

if (process.argv[1] === import.meta.filename) {
  if (findBrowser() === null && !process.env.CHROMIUM_PATH) installBrowser();
  try {
    const path = requireBrowser();
    console.log(`Browser tests use ${path} (${versionOf(path)}).`);
  } catch (thrown) {
    console.error((thrown as Error).message);
    process.exitCode = 1;
  }
}
