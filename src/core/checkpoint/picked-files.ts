/** Files that a person picked or dropped -> the checkpoints among them, as training runs leave them in folders. */
import { failure } from '../errors';
import { shardsOf } from './shard-index';
import { alongTraining } from './training-step';
import { isWeights, nameIn, usualNames } from './weight-names';

/** A file and where it lies below what was picked, such as `run/checkpoint-30/model.safetensors`. */
export interface PickedFile {
  path: string;
  file: Blob;
}

export interface PickedCheckpoint {
  /** what the person calls it: its folder, or its file where several lie in one folder */
  folder: string;
  weights: PickedFile[];
  config: PickedFile;
  tokenizer: PickedFile;
}

/**
 * The checkpoints among the files, in the order of training.
 * @throws checkpoint-incomplete, where what belongs to one is not there
 */
export async function checkpointsAmong(files: PickedFile[]): Promise<PickedCheckpoint[]> {
  const folders = [...new Set(files.map(({ path }) => folderOf(path)))];
  const found = await Promise.all(folders.map((folder) => checkpointsIn(folder, files)));
  return found.flat().sort((a, b) => alongTraining(a.folder, b.folder));
}

async function checkpointsIn(folder: string, files: PickedFile[]): Promise<PickedCheckpoint[]> {
  const here = new Map(files.filter(({ path }) => folderOf(path) === folder).map((picked) => [nameIn(picked.path), picked]));
  const usual = usualNames.find((name) => here.has(name));
  const whole = (name: string, weights: PickedFile[]): PickedCheckpoint => ({
    folder: name,
    weights,
    config: besides(folder, 'config.json', files, name),
    tokenizer: besides(folder, 'tokenizer.json', files, name),
  });
  if (usual) return [whole(nameIn(folder) || stem(usual), await weightsOf(here, usual, nameIn(folder)))];
  return [...here].filter(([name]) => isWeights(name)).map(([name, file]) => whole(stem(name), [file]));
}

async function weightsOf(here: Map<string, PickedFile>, name: string, folder: string): Promise<PickedFile[]> {
  const picked = here.get(name) as PickedFile;
  if (!name.endsWith('.json')) return [picked];
  return shardsOf(await picked.file.text(), name).map((shard) => {
    const file = here.get(shard);
    if (!file) throw failure('checkpoint-incomplete', { checkpoint: folder || name, missing: shard });
    return file;
  });
}

/** A file of this folder, or of the nearest one around it: some runs keep one tokenizer for all checkpoints. */
function besides(folder: string, name: string, files: PickedFile[], checkpoint: string): PickedFile {
  for (let place: string | null = folder; place !== null; place = place === '' ? null : folderOf(place)) {
    const path = place === '' ? name : `${place}/${name}`;
    const found = files.find((file) => file.path === path);
    if (found) return found;
  }
  throw failure('checkpoint-incomplete', { checkpoint, missing: name });
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function stem(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}
