/** The list of what running a notebook would fetch, in words. */
import type { Fetch } from '../core/link/fetches';
import { taskTitle } from '../core/evaluation/tasks';
import { megabytes } from '../ui/numbers';

export function fetchLines(fetches: Fetch[]): string[] {
  return fetches.map((fetch) => `${whatWords(fetch)}: ${whereWords(fetch)}${pinWords(fetch)}${problemWords(fetch)}`);
}

function whatWords({ what, name }: Fetch): string {
  const words: Record<Fetch['what'], string> = {
    checkpoint: `Checkpoint ${name}`,
    configuration: `Configuration of ${name}`,
    tokenizer: `Tokenizer of ${name}`,
    items: `Items of ${taskTitle(name)}`,
    demonstrations: `Demonstrations of ${taskTitle(name)}`,
    text: `The text “${name}”`,
  };
  return words[what];
}

function whereWords({ what, from, hub, model, bytes }: Fetch): string {
  if (model) return `from ${'repo' in model ? `the Hugging Face Hub, ${model.repo}, ${model.revision} at commit ${model.commit.slice(0, 12)}…` : model.base}${bytes === null ? '' : `, ${sizeWords(bytes)}`}, only when you run it`;
  if (from === 'hub' && hub) return `from the Hugging Face Hub, dataset ${hub.dataset}${hub.commit ? ` at commit ${hub.commit.slice(0, 12)}…` : ''}, only after you press its button`;
  if (from === 'reader') return what === 'text' ? 'not sent along; you would have to put it in' : `a file that you would have to pick${bytes === null ? '' : `, ${sizeWords(bytes)}`}`;
  return `from this site${bytes === null ? '' : `, ${sizeWords(bytes)}`}`;
}

function sizeWords(bytes: number): string {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : megabytes(bytes);
}

function pinWords({ sha256 }: Fetch): string {
  return sha256 === null ? '; not pinned' : `; sha256 ${sha256.slice(0, 12)}…`;
}

function problemWords({ problem }: Fetch): string {
  if (problem === 'unknown') return '. There is no such thing on this site: cells that need it will fail';
  return problem === 'changed' ? '. This site has another file under this name: it will be refused' : '';
}
