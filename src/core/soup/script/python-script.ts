/** Any soup as a Python script on torch and transformers alone, for models and machines that no tab can hold. */
import type { Fusion, FusionData } from '../../merging/fusion';
import type { MethodName } from '../../merging/merge-method';
import { methodNamed } from '../../merging/merge-methods';
import type { Convention } from '../../perplexity/windows';
import type { CheckpointRef, Model } from '../model';
import { pythonLiteral, type PythonValue } from './literal';
import { loading } from './loading';
import { itemsData, main, noData, textData } from './main';
import { fisher, linear, regmean } from './methods';
import { scoring } from './scoring';

/** What a script is told besides the soup. */
export interface ScriptWanted {
  method: MethodName;
  /** how texts are cut that the soup is measured on */
  convention: Convention;
  /** the longest row of the method's data; rows that gradients were taken of may be shorter than the model's window */
  dataWindow: number;
  /** the page's version */
  app: string;
}

/**
 * @returns the script; no text is in it, only the labelled items a Fisher soup was made with
 */
export function pythonScript(model: Model, wanted: ScriptWanted): string {
  const { fusion } = model;
  const parts = [header(wanted), settings(model, wanted), loading, scoring, fusion ? { fisher, regmean }[fusion.method] : linear, dataOf(fusion), main];
  return `${parts.map((part) => part.trim()).join('\n\n\n')}\n`;
}

/** Nothing in it comes from a notebook. */
function header({ method, app }: ScriptWanted): string {
  const { title, says, paper } = methodNamed(method);
  return `#!/usr/bin/env python3
"""A soup of checkpoints, as Stockpot ${app.replace(/[^\w.+-]/g, '')} makes it.

${title}: ${says}. ${paper}

    python SCRIPT --checkpoint NAME=FOLDER ... --text FILE

Needs torch and transformers. A checkpoint without a repository below, or that you have already, is named with its folder: the
weights, config.json and the tokenizer's files. All arithmetic is in 32 bits, solving in 64. Run it with --help for the rest.
"""

import argparse
import hashlib
import json
import math
import re
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.pytorch_utils import Conv1D`;
}

function settings({ id, ingredients, fusion }: Model, { convention, dataWindow }: ScriptWanted): string {
  const used = ingredients.filter(({ coefficient }) => coefficient !== 0);
  const rows = used.map(({ checkpoint, coefficient }) => ({ name: checkpoint.id, ...(fusion ? {} : { coefficient }), ...placeOf(checkpoint) }));
  const named: [string, PythonValue][] = [
    ['SOUP', id],
    ['INGREDIENTS', rows],
    ['STRIDE', convention.kind === 'strided' ? convention.stride : null],
    ...(fusion ? fusionSettings(fusion, dataWindow) : []),
  ];
  return named.map(([name, value]) => `${name} = ${pythonLiteral(value, '')}`).join('\n');
}

function fusionSettings(fusion: Fusion, dataWindow: number): [string, PythonValue][] {
  const items: [string, PythonValue][] = 'items' in fusion.data ? [['ITEMS', pairsOf(fusion)]] : [];
  if (fusion.method === 'regmean') return [['SCALE', fusion.scale], ['RIDGE', fusion.ridge], ['DATA_WINDOW', dataWindow], ...items];
  const { examples, floor, normalise, estimator, seed } = fusion;
  return [['EXAMPLES', examples], ['FLOOR', floor], ['NORMALISED', normalise], ['SAMPLED', estimator === 'sampled'], ['SEED', seed], ['DATA_WINDOW', dataWindow], ...items];
}

function pairsOf(fusion: Fusion): string[][] {
  const { items } = fusion.data as Extract<FusionData, { items: unknown }>;
  const most = fusion.method === 'fisher' ? fusion.examples : Infinity;
  return items.slice(0, most).map(({ choices, gold }) => [choices[gold].context, choices[gold].continuation]);
}

function dataOf(fusion: Fusion | undefined): string {
  if (!fusion) return noData;
  return 'items' in fusion.data ? itemsData : textData;
}

/** A bundled checkpoint is one file. */
function placeOf({ source, sha256 }: CheckpointRef): { repo: string | null; revision: string | null; files: Record<string, string> } {
  const files = source.kind === 'bundled' ? { 'model.safetensors': sha256 } : Object.fromEntries(source.weights.map(({ path, sha256 }) => [baseOf(path), sha256]));
  return source.kind === 'hub' ? { repo: source.repo, revision: source.commit, files } : { repo: null, revision: null, files };
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
