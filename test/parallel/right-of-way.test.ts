// Whoever shows a run has the right of way over its workers, where few cores are left: they rest, in steps and in evaluations, and not for ever; the
// bits are the same. And the page takes it for the frame in which a part is drawn, no longer.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { initialParameters } from '#src/model/initialisers.js';
import { configure } from '#src/options/options.js';
import { WorkerPool } from '#src/parallel/pool.js';
import { giveWay, RightOfWay } from '#src/parallel/right-of-way.js';
import { Session } from '#src/parallel/session.js';
import { countCores } from '#src/system/cores.js';
import { smallData } from '../support/insight-data.js';

/** As many as leave no core. */
const WORKERS = countCores().usable;
/** For an epoch, and for an evaluation, that take much longer than 20 ms. */
const SAMPLES = 20_000;
const data = smallData({ count: SAMPLES, inputs: 20 });
const configuration = configure({ layers: [20, 16, 4], batch: 10, seed: 3, workers: WORKERS }, data);

async function withSession<T>(way: RightOfWay | undefined, use: (session: Session, pool: WorkerPool) => Promise<T>): Promise<T> {
  const pool = new WorkerPool(WORKERS);
  try {
    const session = await Session.start(configuration, data, initialParameters(configuration.network, 3), pool, { way: way?.word });
    session.drawOrder(0, 1);
    return await use(session, pool);
  } finally {
    await pool.close();
  }
}

/** Samples that were done within 20 ms after worker 1 has come to a place, while the right of way was taken all the time. */
async function doneWhileTaken(way: RightOfWay, work: (session: Session) => Promise<unknown>, place: string): Promise<number> {
  // A machine that is held up itself says nothing: workers go on after 100 ms.
  for (let attempt = 0; attempt < 20; attempt++) {
    const done = await withSession(way, async (session, pool) => {
      way.take();
      const taken = performance.now();
      const all = work(session);
      await expect.poll(() => pool.control.where(0), { interval: 1 }).toContain(place);
      await sleep(20);
      const { progress } = session;
      const isTold = performance.now() - taken < 90;
      way.give();
      await all;
      return isTold ? progress : undefined;
    });
    if (done !== undefined) return done;
  }
  throw new Error('This machine was held up twenty times.');
}

it('rests before the end of a step, and before a chunk of an evaluation', async () => {
  expect(await doneWhileTaken(new RightOfWay(), (session) => session.runEpoch(0), 'step 1')).toBe(0);
  expect(await doneWhileTaken(new RightOfWay(), (session) => session.evaluate('validation'), 'evaluation')).toBe(0);
});

it('goes on by itself where nobody gives it back, to the same bits', async () => {
  const trained = (way?: RightOfWay): Promise<number[]> =>
    withSession(way, async (session) => {
      way?.take();
      await session.runEpoch(0);
      way?.take();
      await session.evaluate('validation');
      return [...session.parameters];
    });
  const way = new RightOfWay();
  const usual = await trained();
  expect(await trained(way)).toEqual(usual);
  expect(way.word[0]).toBe(0);
});

it('waits for nobody where it is not taken, or there is none', () => {
  const way = new RightOfWay();
  way.take();
  way.give();
  const begin = performance.now();
  for (let k = 0; k < 100; k++) giveWay(way.word);
  giveWay(undefined);
  // A hundred waits in vain are ten seconds.
  expect(performance.now() - begin).toBeLessThan(5000);
});

afterEach(() => vi.unstubAllGlobals());

it('the page takes it for a frame in which a part is drawn, and gives it back after', async () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('crossOriginIsolated', true);
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  vi.resetModules();
  const [{ inTurn }, { wayWord }] = [await import('#src/play/turns.js'), await import('#src/play/way.js')];
  const word = wayWord as Int32Array;
  const seen: number[] = [];
  inTurn(() => seen.push(word[0]));
  seen.push(word[0]);
  frames.shift()?.();
  seen.push(word[0]);
  await expect.poll(() => word[0]).toBe(0);
  expect(seen).toEqual([0, 1, 1]);
});
