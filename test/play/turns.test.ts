// Parts of the page that are due at the same moment: one a frame, those that someone asked for first, and one that throws holds up no other.

import { afterEach, expect, it, vi } from 'vitest';
import { inTurn } from '#src/play/turns.js';

afterEach(() => vi.unstubAllGlobals());

it('draws one part a frame, urgent ones first, whatever one of them throws', () => {
  const frames: (() => void)[] = [];
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
  const drawn: string[] = [];
  const broken = (): void => {
    throw new Error('broken');
  };
  inTurn(() => drawn.push('first'));
  inTurn(broken);
  inTurn(() => drawn.push('last'));
  inTurn(() => drawn.push('urgent'), true);
  expect(frames.length).toBe(1);
  frames.shift()?.();
  expect([drawn, frames.length]).toEqual([['urgent'], 1]);
  frames.shift()?.();
  expect(() => frames.shift()?.()).toThrow('broken');
  frames.shift()?.();
  expect([drawn, frames.length]).toEqual([['urgent', 'first', 'last'], 0]);
});
