/** What the engine worker can do, as types only: the page imports this and nothing else from here. */
import type { CheckpointFacts, OnAnswers, TextScores } from '../src/core/engine';
import type { Answer } from '../src/core/evaluation/accuracy';
import type { Item } from '../src/core/evaluation/task';
import type { Slopes } from '../src/core/gradient/slopes';
import type { FusionFacts } from '../src/core/merging/fusion';
import type { MethodName } from '../src/core/merging/merge-method';
import type { ScoredText } from '../src/core/perplexity/documents';
import type { Convention } from '../src/core/perplexity/windows';
import type { BackendInfo, Precision } from '../src/core/scoring/backend';
import type { Progress } from '../src/core/scoring/watch';
import type { CheckpointRef, Model } from '../src/core/soup/model';

/** Which device a worker is to try; one worker tries one. */
export interface DeviceChoice {
  kind: 'webgpu' | 'wasm';
  /** subgroups at any width, only where they are at least 8 lanes wide, or not at all */
  subgroups: 'always' | 'when-wide' | 'never';
  /** what weights are held in; 32 bits unless told otherwise */
  precision?: Precision;
}

/** Names a call, so that it can be stopped and its progress told apart. */
export type CallId = number;

/** What the worker says of its own accord. */
export interface EngineListener {
  onProgress(call: CallId, progress: Progress): void;
  onAnswers(call: CallId, answers: Parameters<OnAnswers>[0]): void;
  onDeviceLost(reason: string): void;
  /** the files of a checkpoint, for a call under way: another worker has the disk and the network. @throws what a Library does */
  config(call: CallId, ref: CheckpointRef): Promise<string>;
  tokenizer(call: CallId, ref: CheckpointRef): Promise<string>;
  weights(call: CallId, ref: CheckpointRef): Promise<Blob[]>;
}

export interface EngineWorkerApi {
  /** @throws device-failed */
  start(choice: DeviceChoice, listener: EngineListener): Promise<BackendInfo>;
  /** Answers as soon as the worker's event loop has a turn: the watchdog's question. */
  isAlive(): true;
  /** Asks a call to stop between two batches. */
  stop(call: CallId): void;
  open(call: CallId, ref: CheckpointRef): Promise<CheckpointFacts>;
  scoreText(call: CallId, model: Model, text: ScoredText, convention: Convention): Promise<TextScores>;
  answerItems(call: CallId, model: Model, items: Item[]): Promise<Answer[]>;
  fuse(call: CallId, model: Model): Promise<FusionFacts>;
  slopes(call: CallId, model: Model, checkpoints: CheckpointRef[], text: ScoredText, convention: Convention): Promise<Slopes>;
  pieces(call: CallId, ref: CheckpointRef, text: ScoredText, convention: Convention): Promise<string[][]>;
  exportModel(call: CallId, model: Model, method: MethodName): Promise<Blob>;
}
