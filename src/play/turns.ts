// Who draws in a frame: one part of the page at a time, in turn, so that parts which are due at the same moment do not make one long frame of it. While
// the page trains, drawing has a share of the time and no more: the threads that train rest in these frames where there is no core for both.

import { afterFrame, takeWay } from './way.js';

/** While the page trains, a frame is followed by so many times its length in which only that is drawn which somebody waits for. */
const REST = 8;

const waiting: (() => void)[] = [];
/** How many of them, the first ones, somebody waits for. */
let urgent = 0;
let isAsked = false;
let isTraining = false;
let restsUntil = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Whether drawing is to leave time for training. */
export function drawSparingly(is: boolean): void {
  isTraining = is;
  ask();
}

/** @param isUrgent because whoever reads the page has done something, or what was drawn goes with it: before those that can wait */
export function inTurn(draw: () => void, isUrgent = false): void {
  waiting.splice(isUrgent ? urgent++ : waiting.length, 0, draw);
  ask();
}

/** Settles when what somebody waits for is on the screen; within 100 ms also in a page that nobody sees, which has no frames. */
export const drawn = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 100);
    setTimeout(() => inTurn(() => afterFrame(resolve), true));
  });

function ask(): void {
  if (isAsked || waiting.length === 0) return;
  clearTimeout(timer);
  const rest = urgent > 0 || !isTraining ? 0 : restsUntil - performance.now();
  isAsked = rest <= 0;
  if (isAsked) requestAnimationFrame(next);
  else timer = setTimeout(ask, rest);
}

function next(): void {
  const began = performance.now();
  takeWay(() => {
    const now = performance.now();
    restsUntil = Math.max(restsUntil, now + REST * (now - began));
    isAsked = false;
    ask();
  });
  urgent = Math.max(0, urgent - 1);
  waiting.shift()?.();
}
