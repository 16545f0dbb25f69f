/** Which files of a revision make a checkpoint, and what each of them must be: known before any weights are fetched. */
import * as v from 'valibot';
import { usualNames } from '../checkpoint/weight-names';
import { shardsOf } from '../checkpoint/shard-index';
import type { PinnedFile } from '../checkpoint/source';
import { failure } from '../errors';
import { answerOf, commitHash, count, malformed, pagesOf, sha256Hash } from './answer';
import { addressOfApi, askRepository, type At } from './repository';
import type { Line } from './request';
import { textOfFile } from './text-of-file';

/** A file as the Hub lists it: what is small is pinned by git's own hash, what is large by its sha256. */
export interface ListedFile {
  path: string;
  bytes: number;
  /** the sha1 that git gives its content; of a large file that of its pointer */
  blob: string;
  /** null where the file lies in git itself */
  sha256: string | null;
}

export interface RevisionFiles {
  /** what the revision stands for: 40 hexadecimal digits */
  commit: string;
  /** one file, or all shards in order */
  weights: PinnedFile[];
  config: ListedFile;
  tokenizer: ListedFile;
}

const revisionAnswer = v.object({ sha: commitHash });
const tree = v.array(
  v.object({
    type: v.string(),
    path: v.pipe(v.string(), v.maxLength(1000)),
    oid: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/, 'a git hash is not 40 hexadecimal digits')),
    size: count,
    lfs: v.optional(v.object({ oid: sha256Hash, size: count })),
  }),
);

/** Weights in other forms, to name them where there are none in ours. */
const otherWeights = /\.(gguf|onnx|msgpack|h5|ckpt|pt|pth|bin|safetensors|npz|tflite|mlmodel)$/;

/**
 * @param revision a branch, a tag or a commit
 * @param known the commit that it stands for, where that is known already
 * @throws repo-file-absent, repo-weights-absent, repo-absent, repo-gated, token-refused, revision-absent, hub-unreachable, hub-refused,
 * hub-malformed, hub-changed, download-failed, stopped, and what `shardsOf` throws
 */
export async function filesOfRevision(line: Line, repo: string, revision: string, known?: string): Promise<RevisionFiles> {
  const commit = known ?? (await commitOfRevision(line, { repo, revision }));
  const files = await listOf(line, { repo, revision }, commit);
  const named = (file: string): ListedFile => {
    const found = files.get(file);
    if (!found) throw failure('repo-file-absent', { repo, revision, file });
    return found;
  };
  const [config, name] = [named('config.json'), usualNames.find((usual) => files.has(usual))];
  if (!name) throw failure('repo-weights-absent', { repo, revision, found: [...files.keys()].filter((path) => otherWeights.test(path)) });
  const tokenizer = named('tokenizer.json');
  const shards = name.endsWith('.json') ? shardsOf((await textOfFile(line, repo, commit, named(name))).text, name) : [name];
  return { commit, weights: shards.map((shard) => pinned(line, named(shard))), config, tokenizer };
}

async function commitOfRevision(line: Line, at: Required<At>): Promise<string> {
  if (v.is(commitHash, at.revision)) return at.revision;
  const response = await askRepository(line, at, addressOfApi(line, at.repo, 'revision', at.revision), at.repo);
  return (await answerOf(line, response, revisionAnswer, at.repo)).sha;
}

/** The files at the top of the repository, by their names: transformers reads no others. */
async function listOf(line: Line, at: Required<At>, commit: string): Promise<Map<string, ListedFile>> {
  const ask = (page: string): Promise<Response> => askRepository(line, at, page, at.repo);
  const entries = await pagesOf(line, ask, addressOfApi(line, at.repo, 'tree', commit), tree, at.repo);
  const files = entries.filter(({ type }) => type === 'file');
  for (const { path, size, lfs } of files) if (lfs && lfs.size !== size) throw malformed(line, path, `it has ${size} bytes, and ${lfs.size}`);
  const listed = new Map(files.map(({ path, oid, size, lfs }) => [path, { path, bytes: size, blob: oid, sha256: lfs?.oid ?? null }]));
  if (listed.size < files.length) throw malformed(line, at.repo, 'it lists two files of one name');
  return listed;
}

function pinned(line: Line, { path, bytes, sha256 }: ListedFile): PinnedFile {
  if (sha256 === null) throw malformed(line, path, 'it has no sha256');
  return { path, bytes, sha256 };
}
