// Who draws in a frame: one part of the page at a time, in turn, so that parts which are due at the same moment do not make one long frame of it.

import { takeWay } from './way.js';

const waiting: (() => void)[] = [];

/** @param isUrgent because whoever reads the page has done something: before those that wait */
export function inTurn(draw: () => void, isUrgent = false): void {
  if (isUrgent) waiting.unshift(draw);
  else waiting.push(draw);
  if (waiting.length === 1) requestAnimationFrame(next);
}

function next(): void {
  const draw = waiting.shift();
  if (waiting.length > 0) requestAnimationFrame(next);
  takeWay();
  draw?.();
}
