import { describe, expect, test } from 'vitest';
import { alongTraining, trainingStepOf } from './training-step';

describe('names that say how far training had come', () => {
  test.each<[string, number, (number | null)?, (number | null)?]>([
    ['step0', 0],
    ['step1000', 1000],
    ['step143000', 143_000],
    ['step-240000', 240_000],
    ['step_5', 5],
    ['Step 12', 12],
    ['steps=12', 12],
    ['step8800-cooldown', 8800],
    ['step1000-tokens4B', 1000, 4e9],
    ['stage1-step120000-tokens252B', 120_000, 252e9, 1],
    ['stage2-ingredient3-step23852-tokens51B', 23_852, 51e9, 2],
    ['step-001000-2BT', 1000, 2e9],
    ['TinyLlama-1.1B-intermediate-step-480k-1007B', 480_000, 1007e9],
    ['step1000-tokens1.5T', 1000, 1.5e12],
    ['checkpoint-30', 30],
    ['run/checkpoint-30', 30],
    ['checkpoint-400000', 400_000],
    ['global_step1000', 1000],
    ['globalstep7', 7],
    ['iter_0001000', 1000],
    ['iteration-20', 20],
    ['ep0-ba1000', 1000],
    ['0001000', 1000],
    ['512', 512],
    ['ckpt_5k', 5000],
    ['ckpt_1.1M', 1_100_000],
    ['ckpt_000', 0],
    ['step1000.safetensors', 1000],
  ])('%s', (name, step, tokens = null, stage = null) => {
    expect(trainingStepOf(name)).toEqual({ step, tokens, stage });
  });
});

describe('names that do not', () => {
  test.each(['main', 'v1.0', 'refs/pr/3', 'pythia-70m', 'final', 'footstep', 'footstep3', 'stage1', 'checkpoint', 'checkpoint-best', 'step', 'step3b', 'step1.5', 'epoch3', '', '1234567890123456', '0123456789abcdef0123456789abcdef01234567', `step${'9'.repeat(400)}`])(
    '%s',
    (name) => {
      expect(trainingStepOf(name)).toBeNull();
    },
  );

  test('a long name is read in no time: no expression goes back on itself', () => {
    expect(trainingStepOf(`${'step-'.repeat(50_000)}x${'9'.repeat(50_000)}`)).toBeNull();
  });
});

describe('along training', () => {
  test('by step and not by letter, with main at the end', () => {
    const names = ['main', 'step1000', 'step64', 'v1.0', 'step0', 'step143000', 'step512'];
    expect(names.sort(alongTraining)).toEqual(['step0', 'step64', 'step512', 'step1000', 'step143000', 'v1.0', 'main']);
  });

  test('by stage before step', () => {
    const names = ['stage2-step10', 'stage1-step900', 'stage1-step20'];
    expect(names.sort(alongTraining)).toEqual(['stage1-step20', 'stage1-step900', 'stage2-step10']);
  });

  test('at the same step by name, numbers as numbers', () => {
    const names = ['stage2-ingredient10-step5', 'stage2-ingredient2-step5', 'checkpoint-7', 'step7'];
    expect(names.sort(alongTraining)).toEqual(['checkpoint-7', 'step7', 'stage2-ingredient2-step5', 'stage2-ingredient10-step5']);
  });
});
