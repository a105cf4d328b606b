// Parts of the page that are due at the same moment: one a frame, those that someone waits for first, one that throws holds up no other, and while the
// page trains drawing leaves it most of the time.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Repaint } from '#src/play/training/repaint.js';
import { drawSparingly, inTurn } from '#src/play/turns.js';

const frames: (() => void)[] = [];
const drawn: string[] = [];
const draw = (name: string, isUrgent?: boolean): void => inTurn(() => drawn.push(name), isUrgent);

/** The next frame, as soon as one is asked for. */
async function nextFrame(): Promise<void> {
  await vi.waitFor(() => expect(frames.length).toBe(1), { interval: 1, timeout: 20_000 });
  frames.shift()?.();
}

beforeEach(() => {
  drawn.length = 0;
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
});

afterEach(() => drawSparingly(false));

it('draws one part a frame, those that someone waits for first in their order, whatever one of them throws', async () => {
  draw('first');
  inTurn(() => {
    throw new Error('broken');
  });
  draw('last');
  draw('urgent', true);
  draw('urgent too', true);
  for (const all of [['urgent'], ['urgent', 'urgent too'], ['urgent', 'urgent too', 'first']]) {
    await nextFrame();
    expect(drawn).toEqual(all);
  }
  await expect(nextFrame()).rejects.toThrow('broken');
  await nextFrame();
  expect(drawn).toEqual(['urgent', 'urgent too', 'first', 'last']);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(frames.length).toBe(0);
});

it('while the page trains, rests after a frame for longer than it took, unless someone waits', async () => {
  drawSparingly(true);
  /** A part that takes 25 ms. */
  inTurn(() => {
    for (const until = performance.now() + 25; performance.now() < until; );
    drawn.push('slow');
  });
  await nextFrame();
  const after = performance.now();
  draw('later');
  draw('at once', true);
  await nextFrame();
  expect(drawn).toEqual(['slow', 'at once']);
  await nextFrame();
  expect(drawn).toEqual(['slow', 'at once', 'later']);
  expect(performance.now() - after).toBeGreaterThan(150);
});

it('rests no longer once nothing trains', async () => {
  drawSparingly(true);
  inTurn(() => {
    for (const until = performance.now() + 500; performance.now() < until; );
  });
  await nextFrame();
  draw('at last');
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(frames.length).toBe(0);
  drawSparingly(false);
  expect(frames.length).toBe(1);
  await nextFrame();
  expect(drawn).toEqual(['at last']);
});

it('a round of pieces begins anew where someone waits, also in its midst, and one that throws holds up no other', async () => {
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      observe(): void {}
    },
  );
  const pieces = ['a', 'b', 'c'].map((name) => () => {
    drawn.push(name);
    if (name === 'b') throw new Error('broken');
  });
  const repaint = new Repaint({} as HTMLElement, pieces);
  repaint.ask();
  await nextFrame();
  expect(drawn).toEqual(['a']);
  repaint.ask(true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await nextFrame();
  await expect(nextFrame()).rejects.toThrow('broken');
  await nextFrame();
  expect(drawn).toEqual(['a', 'a', 'b', 'c']);
  // What was left of the round before is passed over.
  await nextFrame();
  expect(drawn).toEqual(['a', 'a', 'b', 'c']);
});
