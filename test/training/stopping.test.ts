// How a program ends a run: with a signal, before it has begun or under way, and by what its listener returns.

import { existsSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { checkGradients, diagnose, evaluate, NablaError, predict, reportPage, type TrainEvent, train } from '#src/index.js';
import { readRecord } from '#src/runs/record.js';
import { temporaryFolder } from '../support/idx-folder.js';
import { smallData } from '../support/insight-data.js';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const base = { data: smallData(), layers: [7, 4], epochs: 5, workers: 1 };

describe('onEvent that returns stop', () => {
  it.each<[string, (event: TrainEvent) => boolean, number]>([
    ['at the end of an epoch, ends the run there', (e) => e.event === 'epoch' && e.epoch === 2, 2],
    ['at the start, after the first epoch', (e) => e.event === 'start', 1],
    ['in the last epoch, ends nothing early', (e) => e.event === 'epoch' && e.epoch === 5, 5],
  ])('%s, with its result', async (_, when, epochs) => {
    const result = await train({ ...base, onEvent: (event) => (when(event) ? 'stop' : undefined) });
    expect(result.epochs).toBe(epochs);
    expect(result.stopped).toBe(epochs === 5 ? undefined : 'its program asked for the end');
    expect(result.weightsSha256).toBe((await train({ ...base, epochs })).weightsSha256);
  });

  it('leaves a run that goes on to the same bits', async () => {
    const run = `${folder}/stopped`;
    await train({ ...base, run, onEvent: () => 'stop' });
    expect(readRecord(run).state).toBe('done');
    const { weightsSha256, epochs } = await train({ resume: run, data: base.data });
    expect([weightsSha256, epochs]).toEqual([(await train(base)).weightsSha256, 5]);
  });

  it('is nothing else that a listener may return', async () => {
    for (const returned of [false, true, 'go on', Promise.resolve('stop')]) {
      expect((await train({ ...base, epochs: 2, onEvent: () => returned })).epochs).toBe(2);
    }
  });
});

describe('a signal that is aborted', () => {
  const signal = AbortSignal.abort();
  const run = `${folder}/run`;

  it('before the start leaves nothing', async () => {
    const error = await train({ ...base, run, signal }).catch((e) => e);
    expect(error).toBeInstanceOf(NablaError);
    expect(error).toMatchObject({ code: 'INTERRUPTED', message: 'Stopped before the run began.' });
    expect(existsSync(run)).toBe(false);
  });

  it('while the data are read leaves nothing', async () => {
    const controller = new AbortController();
    const running = train({ ...base, run, signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(existsSync(run)).toBe(false);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['evaluate', () => evaluate({ run, signal })],
    ['predict', () => predict({ run, files: ['a.png'], signal })],
    ['checkGradients', () => checkGradients({ data: base.data, layers: base.layers, signal })],
    ['diagnose', () => diagnose({ ...base, signal })],
    ['reportPage', () => reportPage([run], { signal })],
  ])('stops %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
