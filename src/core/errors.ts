/**
 * Every failure a person can meet: a code, the facts, what happened in one sentence, and the way out in another.
 * Failures are data, so that they cross from a worker to the page whole (see workers/wire.ts).
 */
import { count } from './count';

/** What happened, and what the person can do about it. */
type Sentences = [what: string, wayOut: string];

const megabytes = (bytes: number): string => `${count(Math.ceil(bytes / 1e6))} MB`;

const pickInstead = 'get the files in another way and pick them here';

/** What a status of the Hub means, and what to do then. */
function refusal(status: number): Sentences {
  if (status === 401 || status === 403) return ['it is shown only to people who signed in or accepted its terms, or not there under this name', 'Sign in there yourself, then download the files and pick them here.'];
  if (status === 404 || status === 410) return ['it is not there (any more)', `It may have been renamed, or this revision of it given up: ask for the present one, or ${pickInstead}.`];
  if (status === 429) return ['it was asked too often from your network', `Wait a few minutes, then try again; or ${pickInstead}.`];
  return [`it answered ${status}`, `Try again later, or ${pickInstead}.`];
}

const sentences = {
  // texts
  'text-empty': (f: { text: string }): Sentences => [
    `The text “${f.text}” is empty.`,
    'Paste or type at least one sentence into it.',
  ],
  'text-withheld': (f: { text: string; bytes: number; sha256: string }): Sentences => [
    `The author of this notebook did not send the text “${f.text}” along (${count(f.bytes)} bytes, sha256 ${f.sha256.slice(0, 12)}…).`,
    'If you have it, paste it into its cell (in the terminal, name its file with --text); or put a text of your own there, and the numbers will be yours.',
  ],
  'text-too-short': (f: { text: string; tokens: number }): Sentences => [
    `The text “${f.text}” has ${f.tokens} token${f.tokens === 1 ? '' : 's'}, and this convention scores a token only if one stands before it.`,
    'Paste a longer text, or choose the rolling convention, which scores every token.',
  ],
  'text-too-long': (f: { text: string; bytes: number; limit: number }): Sentences => [
    `The text “${f.text}” is ${count(f.bytes)} bytes long; at most ${count(f.limit)} are taken.`,
    'Keep a part of it: a few thousand words already give a small standard error.',
  ],
  'text-documents': (f: { text: string; line: number; found: string }): Sentences => [
    `Line ${f.line} of the text “${f.text}” is not a JSON document: ${f.found}.`,
    'Each line must be a JSON string, or an object with a "text" field. Or choose another way to split the text.',
  ],
  // checkpoint files
  'safetensors-malformed': (f: { file: string; found: string; allowed: string }): Sentences => [
    `“${f.file}” is not a safetensors file this page can read: ${f.found}.`,
    `Expected ${f.allowed}. Download the file again, or save it again with the safetensors library.`,
  ],
  'torch-malformed': (f: { file: string; found: string; allowed: string }): Sentences => [
    `“${f.file}” is not a PyTorch file this page can read: ${f.found}.`,
    `Expected ${f.allowed}. Download the file again, or save it again with torch.save or as safetensors.`,
  ],
  'torch-refused': (f: { file: string; found: string }): Sentences => [
    `“${f.file}” is made of more than tensors: it asks for ${f.found}, and was not read on.`,
    'Nothing in it was run. Ask for the weights as safetensors; or, if you trust the file, load it in Python and save model.state_dict() alone.',
  ],
  'weights-unrecognised': (f: { file: string; found: string; remedy: string }): Sentences => [`“${f.file}” holds no weights this page can read: it is ${f.found}.`, `${f.remedy}.`],
  'shard-index-malformed': (f: { file: string; found: string; allowed: string }): Sentences => [
    `“${f.file}” does not say which files the weights are in: ${f.found}.`,
    `Expected ${f.allowed}. Download the file again, or save the model again as one file.`,
  ],
  'names-ambiguous': (f: { file: string; names: string[] }): Sentences => [
    `“${f.file}” holds the model more than once, as ${f.names.slice(0, 3).map((name) => `“${name}”`).join(' and ')}.`,
    'Save the one that is meant alone, for example the average without the raw weights.',
  ],
  'tensor-twice': (f: { tensor: string; first: string; second: string }): Sentences => [
    `Tensor “${f.tensor}” is in “${f.first}” and in “${f.second}” too.`,
    'Choose the files of one checkpoint, each once: either its shards or its whole file.',
  ],
  'file-unreadable': (f: { file: string; found: string }): Sentences => [
    `“${f.file}” can no longer be read (${f.found}).`,
    'It was moved, changed or deleted since it was chosen: choose it again.',
  ],
  'tensor-dtype': (f: { file: string; tensor: string; dtype: string }): Sentences => [
    `Tensor “${f.tensor}” in “${f.file}” is stored as ${f.dtype}.`,
    'Weights may be F32, F16 or BF16: convert the checkpoint to one of them.',
  ],
  'tensor-missing': (f: { file: string; tensors: string[] }): Sentences => [
    `“${f.file}” lacks ${f.tensors.length} tensor${f.tensors.length === 1 ? '' : 's'} that its configuration asks for: ${f.tensors.slice(0, 4).join(', ')}${f.tensors.length > 4 ? ', …' : ''}.`,
    'Check that the file and the config.json belong to the same model.',
  ],
  'tensor-shape': (f: { file: string; tensor: string; found: number[]; expected: number[] }): Sentences => [
    `Tensor “${f.tensor}” in “${f.file}” is ${f.found.join('×')}; its configuration asks for ${f.expected.join('×')}.`,
    'Check that the file and the config.json belong to the same model.',
  ],
  'weights-not-finite': (f: { file: string; tensor: string; count: number }): Sentences => [
    `“${f.file}” holds ${count(f.count)} value${f.count === 1 ? '' : 's'} in “${f.tensor}” that ${f.count === 1 ? 'is' : 'are'} not a finite number.`,
    'The checkpoint is damaged or its training diverged: choose another one.',
  ],
  'soup-not-linear': (f: { soup: string; method: string }): Sentences => [
    `“${f.soup}” mixes every weight in its own way (${f.method}), so it cannot be mixed any further.`,
    'Take its ingredients instead, or a soup with coefficients.',
  ],
  'ingredient-not-checkpoint': (f: { soup: string; ingredient: string }): Sentences => [
    `“${f.soup}” looks into its ingredients one by one, and “${f.ingredient}” is a soup.`,
    'Choose checkpoints as its ingredients, or another method.',
  ],
  'gram-singular': (f: { layer: string; width: number; rank: number }): Sentences => [
    `RegMean has no single answer for “${f.layer}”: it reads ${count(f.width)} values, and the text tells only about ${count(f.rank)} of them apart.`,
    'Take a longer text, scale off-diagonal entries below 1 (0.9 is usual), or add a ridge such as 0.001.',
  ],
  'gram-too-wide': (f: { layer: string; width: number; widest: number }): Sentences => [
    `RegMean solves for layers that read up to ${count(f.widest)} values here, and “${f.layer}” reads ${count(f.width)}.`,
    'Choose another method or a smaller model, or run the recipe as a Python script.',
  ],
  'weights-beyond-half': (f: { tensor: string; count: number }): Sentences => [
    `The merged weights hold ${count(f.count)} value${f.count === 1 ? '' : 's'} in “${f.tensor}” beyond 65,504, the largest that 16 bits can hold.`,
    'Choose 32 bits under “Weights in” in the menu, with a smaller model if they do not fit.',
  ],
  'config-unsupported': (f: { file: string; key: string; found: string; allowed: string }): Sentences => [
    `“${f.file}” says ${f.key} = ${f.found}.`,
    `This page needs ${f.allowed}.`,
  ],
  'tokenizer-malformed': (f: { file: string; found: string }): Sentences => [
    `The tokenizer in “${f.file}” cannot be used: ${f.found}.`,
    'Check that it is the tokenizer.json of this model.',
  ],
  'token-outside-vocabulary': (f: { token: number; vocabulary: number }): Sentences => [
    `The tokenizer gave token ${f.token}, but the model knows only ${count(f.vocabulary)} tokens.`,
    'The tokenizer and the checkpoints belong to different models: choose matching ones.',
  ],
  'checkpoint-unknown': (f: { checkpoint: string }): Sentences => [
    `There is no bundled checkpoint “${f.checkpoint}”.`,
    'Choose one of the checkpoints on the trajectory.',
  ],
  'origin-not-allowed': (f: { checkpoint: string; host: string }): Sentences => [
    `“${f.checkpoint}” lies on ${f.host}, which you have not allowed this page to ask for anything.`,
    'Nothing was fetched. If you trust that server, allow it in the checkpoints cell and run again.',
  ],
  'address-closed': (f: { host: string; file: string }): Sentences => [
    `“${f.file}” could not be fetched: ${f.host} did not answer, or does not let pages of other sites read its files.`,
    'Check the address and the network connection. If the server is yours, have it send Access-Control-Allow-Origin; else download the files and pick them here.',
  ],
  'checkpoint-incomplete': (f: { checkpoint: string; missing: string }): Sentences => [
    `“${f.checkpoint}” has no ${f.missing}.`,
    'Choose the whole folder: the weights, the config.json and the tokenizer.json belong together. A tokenizer.json comes out of save_pretrained of a fast tokenizer.',
  ],
  'checkpoint-changed': (f: { checkpoint: string; found: string; expected: string }): Sentences => [
    `The file of checkpoint “${f.checkpoint}” has sha256 ${f.found.slice(0, 12)}…, not ${f.expected.slice(0, 12)}… as the notebook says.`,
    'The file was damaged on the way, or it is not the one the notebook was written for. Run again to fetch it anew.',
  ],
  'download-failed': (f: { file: string; status: string }): Sentences => [
    `“${f.file}” could not be fetched: ${f.status}.`,
    'Check the network connection, then run again. What was finished before is kept.',
  ],
  'download-changed': (f: { file: string; found: string; expected: string }): Sentences => [
    `“${f.file}” is not what it was announced as: ${f.found}, where ${f.expected} bytes were expected.`,
    'Another version may lie there by now, or a placeholder (Git LFS leaves such): choose the checkpoint anew.',
  ],
  'storage-full': (f: { file: string; needed: number; free: number | null }): Sentences => [
    `There is no room to keep “${f.file}”: ${megabytes(f.needed)} more are needed${f.free === null ? '' : `, and about ${megabytes(f.free)} are free`}.`,
    'Delete checkpoints that are kept and no longer needed, or make room on the disk, then run again: what has come so far is kept.',
  ],
  'storage-failed': (f: { file: string; found: string }): Sentences => [
    `“${f.file}” could not be kept on the disk (${f.found}).`,
    'Close other tabs with this page, then run again. What has come so far is kept.',
  ],
  'checkpoint-damaged': (f: { checkpoint: string }): Sentences => [
    `What was kept of “${f.checkpoint}” changed on the disk since it was fetched.`,
    'Run again: the damaged part is fetched anew, or asked for if it was a file of yours. Results that were finished before are kept.',
  ],
  'checkpoint-not-here': (f: { checkpoint: string; folder: string; file: string }): Sentences => [
    `“${f.checkpoint}” is made of files from somebody’s own machine, and “${f.file}” of the folder “${f.folder}” is not here.`,
    'Pick that folder again, if you have it (in the terminal, name it with --checkpoint); or choose another checkpoint.',
  ],
  'checkpoint-not-fetched': (f: { checkpoint: string; from: string; bytes: number }): Sentences => [
    `“${f.checkpoint}” is not on this machine: it would be a download of ${megabytes(f.bytes)} from ${f.from}.`,
    'Add --fetch to allow that, or name a folder that has its files with --checkpoint.',
  ],
  // soups
  'ingredients-differ': (f: { first: string; second: string; found: string }): Sentences => [
    `“${f.first}” and “${f.second}” cannot be merged: ${f.found}.`,
    'Merge checkpoints of one run with one architecture.',
  ],
  'coefficients-invalid': (f: { soup: string; found: string; allowed: string }): Sentences => [
    `The coefficients of “${f.soup}” cannot be used: ${f.found}.`,
    `Give ${f.allowed}.`,
  ],
  // notebook
  'notebook-malformed': (f: { file: string; found: string; where: string }): Sentences => [
    `“${f.file}” is not a Stockpot notebook: ${f.found}${f.where ? ` at ${f.where}` : ''}.`,
    'Choose a .json file that this page exported. Your open notebook is unchanged.',
  ],
  'edit-refused': (f: { found: string; where: string }): Sentences => [
    `That change was not taken: ${f.found}${f.where ? ` (${f.where})` : ''}.`,
    'The notebook is as it was before it.',
  ],
  'name-taken': (f: { name: string }): Sentences => [`Something else is called “${f.name}” already.`, 'Choose another name: results and other cells know cells, checkpoints and soups by it.'],
  'name-malformed': (f: { name: string }): Sentences => [
    `“${f.name}” cannot be a name.`,
    'A name has letters of the English alphabet, digits, dots, dashes, underscores and spaces, begins with a letter, a digit or an underscore, and is at most 64 characters long.',
  ],
  'notebook-absent': (): Sentences => ['There is no such notebook in this browser.', 'Notebooks are kept where they were made: open it there, and send a link or a file.'],
  'notebook-in-use': (f: { title: string }): Sentences => [`“${f.title}” is open in another tab.`, 'Close it there first.'],
  'notebook-version': (f: { file: string; found: string; known: number }): Sentences => [
    `“${f.file}” was written in format ${f.found}; this page knows formats up to ${f.known}.`,
    'Reload the page to get its newest version, then open the file again.',
  ],
  'file-unrecognised': (f: { file: string; allowed: string }): Sentences => [
    `“${f.file}” is not a file this page can use here.`,
    `It takes ${f.allowed}. Nothing was changed.`,
  ],
  'too-many-files': (f: { limit: number }): Sentences => [
    `The folder holds more than ${count(f.limit)} files.`,
    'Nothing of it was taken. Drop the folder of the run itself, or of one checkpoint.',
  ],
  'input-missing': (f: { cell: string; input: string; wanted: string }): Sentences => [
    `Cell “${f.cell}” refers to “${f.input}”, but there is no such ${f.wanted} before it.`,
    `Choose another ${f.wanted} in the cell, or add one named “${f.input}” above it.`,
  ],
  'input-needed': (f: { cell: string; wanted: string }): Sentences => [
    `Cell “${f.cell}” needs ${f.wanted}.`,
    'Choose what is missing in the cell: models and texts can be chosen there once they stand above it.',
  ],
  'soup-not-run': (f: { soup: string }): Sentences => [
    `The coefficients of “${f.soup}” are not known for the notebook as it is now.`,
    'Run that soup cell first; Run all does so by itself.',
  ],
  // links
  'link-version': (f: { found: string; known: number }): Sentences => [
    `This link is of format ${f.found}; this page knows format ${f.known}.`,
    'Reload the page to get its newest version, then open the link again.',
  ],
  'link-damaged': (f: { found: string }): Sentences => [
    `This link is not whole: ${f.found}.`,
    'Copy all of it, from the beginning to the last character, and open it again; or ask for the notebook as a file.',
  ],
  'link-malformed': (f: { found: string; where: string }): Sentences => [
    `What this link holds is not a notebook that this page can open: ${f.found}${f.where ? ` at ${f.where}` : ''}.`,
    'Ask whoever sent it for the link again, or for the notebook as a file. Your own notebooks are as they were.',
  ],
  'link-too-long': (f: { found: string; allowed: string }): Sentences => [
    `This link is too long: it holds ${f.found}, and at most ${f.allowed} are taken.`,
    'Pass the notebook on as a file instead, or leave its texts out.',
  ],
  // tasks
  'task-unknown': (f: { task: string; known: string[] }): Sentences => [
    `There is no task “${f.task}”.`,
    `Known tasks: ${f.known.join(', ')}.`,
  ],
  'items-malformed': (f: { file: string; line: number; found: string; allowed: string }): Sentences => [
    `Line ${f.line} of “${f.file}” is not an item of this task: ${f.found}.`,
    `Expected ${f.allowed}.`,
  ],
  'items-changed': (f: { task: string; found: string; expected: string }): Sentences => [
    `The items of “${f.task}” have sha256 ${f.found.slice(0, 12)}…, not ${f.expected.slice(0, 12)}… as the notebook says.`,
    'They were revised since the notebook was written: choose the set again in the evaluation cell to use the present ones.',
  ],
  'items-not-kept': (f: { task: string }): Sentences => [
    `The items of “${f.task}” could not be kept in this browser.`,
    'Free some of its storage, or leave a private window, then pick the file again.',
  ],
  'items-absent': (f: { task: string }): Sentences => [
    `The items of “${f.task}” are not at hand.`,
    'In the evaluation cell, under Items, fetch them or pick their file; in the terminal, name their file with --items, or allow --fetch.',
  ],
  'items-too-few': (f: { task: string }): Sentences => [
    `No item of “${f.task}” is left: more are passed over than there are.`,
    'Pass over fewer, or choose a larger set.',
  ],
  'items-not-split': (f: { task: string; found: number }): Sentences => [
    `“${f.task}” has ${count(f.found)} item${f.found === 1 ? '' : 's'} here, which cannot be parted in two, one part that selects and one that reports: twins stay together.`,
    'Take more items, or change the share that selects.',
  ],
  'shots-too-few': (f: { task: string; shots: number; found: number; needed: number }): Sentences => [
    `“${f.task}” has ${count(f.found)} item${f.found === 1 ? '' : 's'} to take demonstrations from, and ${f.shots} for each question need ${f.needed}.`,
    'Choose fewer demonstrations, or a larger set to take them from.',
  ],
  'choice-empty': (f: { continuation: string }): Sentences => [
    `The answer “${f.continuation}” leaves this model nothing to score: its first token joins the end of the question.`,
    'Leave the item out; the reference harness cannot score it either.',
  ],
  // the Hugging Face Hub
  'hub-unreachable': (f: { host: string; file: string }): Sentences => [
    `“${f.file}” could not be fetched: ${f.host} did not answer.`,
    `Check the network connection, then try again; or ${pickInstead}.`,
  ],
  'hub-refused': (f: { host: string; file: string; status: number }): Sentences => [
    `“${f.file}” was refused by ${f.host}: ${refusal(f.status)[0]}.`,
    refusal(f.status)[1],
  ],
  'hub-malformed': (f: { host: string; file: string; found: string }): Sentences => [
    `What ${f.host} says of “${f.file}” is not what this page can use: ${f.found}.`,
    `Nothing was taken. Try again later, or ${pickInstead}.`,
  ],
  'hub-changed': (f: { file: string; found: string; expected: string }): Sentences => [
    `“${f.file}” did not arrive as it was announced: ${f.found}, not ${f.expected}.`,
    `Nothing of it was kept. Try again, or ${pickInstead}.`,
  ],
  'hub-too-large': (f: { file: string; bytes: number; limit: number }): Sentences => [
    `“${f.file}” would be a download of ${megabytes(f.bytes)}; at most ${megabytes(f.limit)} are fetched.`,
    `Nothing was fetched. Choose something smaller, or ${pickInstead}.`,
  ],
  'repo-absent': (f: { host: string; repo: string }): Sentences => [
    `“${f.repo}” is no model that ${f.host} shows to everybody.`,
    'Check its name, owner/name, in which capitals count. If it is private, put an access token of yours under “Mirror and access token”.',
  ],
  'repo-gated': (f: { host: string; repo: string }): Sentences => [
    `“${f.repo}” is given by ${f.host} only to people who accepted its terms.`,
    'Accept them on its page there, then put an access token of yours under “Mirror and access token”; or download the files and pick their folder here.',
  ],
  'token-refused': (f: { host: string }): Sentences => [`The access token is not known to ${f.host}.`, 'Copy it again from your settings there, all of it; public models need none.'],
  'revision-absent': (f: { repo: string; revision: string }): Sentences => [
    `“${f.repo}” has no revision “${f.revision}” (any more).`,
    'Choose one from the list of its branches and tags.',
  ],
  'repo-file-absent': (f: { repo: string; revision: string; file: string }): Sentences => [
    `“${f.repo}” has no ${f.file} at “${f.revision}”.`,
    f.file === 'tokenizer.json'
      ? 'Make one with transformers (AutoTokenizer.from_pretrained, then save_pretrained), put it into a folder with the other files, and pick that folder here.'
      : 'A checkpoint is read from the files that transformers writes: choose another revision or another repository.',
  ],
  'repo-weights-absent': (f: { repo: string; revision: string; found: string[] }): Sentences => [
    `“${f.repo}” has no weights at “${f.revision}” that this page reads${f.found.length ? `, but ${f.found.slice(0, 4).join(', ')}${f.found.length > 4 ? ', …' : ''}` : ''}.`,
    'They must be called model.safetensors or pytorch_model.bin, or be shards of those: choose another revision, or the repository that these files were made from.',
  ],
  'parquet-malformed': (f: { file: string; found: string }): Sentences => [
    `“${f.file}” is not a parquet file this page can read: ${f.found}.`,
    `Nothing of it was kept. Try again later, or ${pickInstead}.`,
  ],
  // engine
  'device-absent': (f: { device: string }): Sentences => [
    `This browser offers no ${f.device} adapter.`,
    'The next best device is used instead.',
  ],
  'device-without-halves': (f: { device: string }): Sentences => [
    `This ${f.device} adapter cannot compute with 16-bit weights.`,
    'The next best device is used instead.',
  ],
  'device-failed': (f: { device: string; found: string; subgroups?: boolean }): Sentences => [
    `The ${f.device} device did not pass its self-test: ${f.found}.`,
    'The next best device is used instead.',
  ],
  'device-lost': (f: { reason: string }): Sentences => [
    `The graphics device was lost (${f.reason}).`,
    'Run again: the engine starts afresh. Finished results are kept.',
  ],
  'engine-died': (f: { reason: string }): Sentences => [
    `The engine stopped unexpectedly (${f.reason}).`,
    'Run again: it starts afresh. Finished results are kept.',
  ],
  'storage-died': (f: { reason: string }): Sentences => [
    `The part of the page that fetches and keeps files stopped unexpectedly (${f.reason}).`,
    'Try again: it starts afresh. What has come is kept.',
  ],
  'engine-silent': (f: { seconds: number }): Sentences => [
    `The engine gave no sign of life for ${f.seconds} seconds and was ended.`,
    'Run again: it starts afresh. Finished results are kept.',
  ],
  'scores-not-finite': (f: { model: string; found: string }): Sentences => [
    `Scoring with “${f.model}” gave ${f.found}, which cannot be a result.`,
    'Nothing was recorded. Run again; if it happens again, choose WASM in the settings.',
  ],
  'device-memory': (f: { doing: string; found: string }): Sentences => [
    `The graphics device could not do this (${f.doing}): ${f.found}.`,
    'Close other tabs that use it, choose fewer or smaller checkpoints, or choose WASM in the menu.',
  ],
  'buffer-too-small': (f: { tensor: string; found: number; needed: number }): Sentences => [
    `The device gave ${count(f.found)} bytes for “${f.tensor}”, which needs ${count(f.needed)}.`,
    'Choose a smaller model, or WASM in the settings.',
  ],
  'tensor-too-large': (f: { tensor: string; bytes: number; limit: number }): Sentences => [
    `“${f.tensor}” takes ${count(f.bytes)} bytes, and this device binds at most ${count(f.limit)} at once.`,
    'Choose a smaller model, or WASM in the settings.',
  ],
  'model-too-large': (f: { model: string; found: string; largest: string }): Sentences => [
    `“${f.model}” is too large for this device: ${f.found}.`,
    `Choose ${f.largest}.`,
  ],
  'soup-too-large': (f: { soup: string; method: string; found: string }): Sentences => [
    `“${f.soup}” cannot be made by ${f.method} on this device: ${f.found}.`,
    'Choose a method that mixes whole checkpoints, such as perplexity-weighted, which takes the memory of one model, or smaller checkpoints.',
  ],
  'engine-restarted': (): Sentences => ['The engine was restarted on another device.', 'Run again; finished results are kept.'],
  stopped: (): Sentences => ['Stopped.', 'Run again to go on; what was finished is kept.'],
  unexpected: (f: { message: string }): Sentences => [
    `Something went wrong that this page did not foresee: ${f.message}`,
    'Run again. If it comes back, please report it with this sentence.',
  ],
} as const;

export type FailureCode = keyof typeof sentences;
export type FailureFacts<C extends FailureCode> = Parameters<(typeof sentences)[C]>[0];

/** A failure with its code and facts; `message` is both sentences. */
export class Failure<C extends FailureCode = FailureCode> extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly code: C,
    readonly facts: FailureFacts<C>,
  ) {
    super(explain({ code, facts } as FailureData).join(' '));
  }
}

/** A failure as plain data, for messages and storage. */
export interface FailureData {
  code: FailureCode;
  facts: Record<string, unknown>;
}

/** The failure with this code; the facts are checked by the compiler. */
export function failure<C extends FailureCode>(code: C, ...facts: Parameters<(typeof sentences)[C]>): Failure<C> {
  return new Failure(code, facts[0] as FailureFacts<C>);
}

/** The two sentences of a failure: what happened, and what to do. */
export function explain(data: { code: FailureCode; facts?: unknown }): Sentences {
  return (sentences[data.code] as (facts: unknown) => Sentences)(data.facts);
}

/** Any thrown value as a failure; what is not one already becomes `unexpected`, with its message kept. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return failure('unexpected', { message: messageOf(thrown) });
}

/** Anything can be thrown: an object without a prototype, one that JSON cannot write, a symbol. */
function messageOf(thrown: unknown): string {
  const unknown = 'no reason was given';
  if (thrown === null || thrown === undefined || thrown === '') return unknown;
  if (typeof thrown !== 'object') return String(thrown);
  try {
    if ('message' in thrown && typeof thrown.message === 'string' && thrown.message !== '') return thrown.message; // GPUError is no Error
    return thrown instanceof Error ? thrown.name : (JSON.stringify(thrown) ?? unknown);
  } catch {
    return unknown;
  }
}

export function toFailureData(thrown: unknown): FailureData {
  const { code, facts } = toFailure(thrown);
  return { code, facts: facts as Record<string, unknown> };
}

export function fromFailureData(data: FailureData): Failure {
  return Object.hasOwn(sentences, data.code) ? new Failure(data.code, data.facts as never) : toFailure(JSON.stringify(data));
}

export function isStopped(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.code === 'stopped';
}
