/** Checkpoints on the Hugging Face Hub: what a repository has, and what exactly one of its revisions is made of. */
import type { HubSource } from '../checkpoint/source';
import type { Line } from './request';
import { filesOfRevision } from './revision-files';
import { textOfFile } from './text-of-file';

export { addressOfModelFile } from './model-address';
export { filesOfRevision, type ListedFile, type RevisionFiles } from './revision-files';
export { revisionsOf, type Revision } from './revisions';
export { textOfFile, type FileText } from './text-of-file';

/** A checkpoint of which everything is here but its weights. */
export interface HubCheckpoint {
  source: HubSource;
  /** the text of config.json */
  config: string;
  /** the text of tokenizer.json */
  tokenizer: string;
}

/**
 * Pins a revision, file by file.
 * @param repo `owner/name`
 * @param revision a branch or tag such as `step1000`
 * @param commit what it stands for, where that is known already, as from `revisionsOf`
 * @throws what `filesOfRevision` and `textOfFile` throw
 */
export async function hubSource(line: Line, repo: string, revision: string, commit?: string): Promise<HubCheckpoint> {
  line.watch.onProgress({ doing: `Asking for ${repo} at ${revision}`, done: null, secondsLeft: null });
  const files = await filesOfRevision(line, repo, revision, commit);
  const [config, tokenizer] = await Promise.all([files.config, files.tokenizer].map((file) => textOfFile(line, repo, files.commit, file)));
  return {
    source: { kind: 'hub', repo, revision, commit: files.commit, weights: files.weights, config: config.file, tokenizer: tokenizer.file },
    config: config.text,
    tokenizer: tokenizer.text,
  };
}
