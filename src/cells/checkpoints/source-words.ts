/** Where a checkpoint comes from, in words. */
import type { BroughtSource } from '../../core/checkpoint/source';

export function formatWords({ weights }: BroughtSource): string {
  const format = weights[0].path.endsWith('.safetensors') ? 'safetensors' : 'PyTorch';
  return weights.length === 1 ? format : `${format}, ${weights.length} shards`;
}

/** For a line of a table. */
export function placeWords(source: BroughtSource): string {
  switch (source.kind) {
    case 'hub':
      return `${source.repo} at ${source.revision} (${source.commit.slice(0, 7)})`;
    case 'local':
      return `files of “${source.folder}”`;
    case 'url':
      return source.base;
  }
}
