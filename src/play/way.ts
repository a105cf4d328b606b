// The page's right of way: while it draws a frame, or answers to whoever uses it, the threads that train rest, where there is no core for both.

import { RightOfWay } from '../parallel/right-of-way.js';
import { sharesMemory } from '../system/page-memory.js';

const way = sharesMemory() ? new RightOfWay() : undefined;
/** What is posted here in a frame arrives after it: drawn, laid out and handed to the screen. */
const frameDone = way && new MessageChannel();
if (frameDone) frameDone.port1.onmessage = () => way.give();

/** For the threads of a run. */
export const wayWord = way?.word;

/** Takes it until the frame is done. */
export function takeWay(): void {
  way?.take();
  frameDone?.port2.postMessage(0);
}

/** Takes it whenever someone does something, until the frame that answers. */
export function takeWayWhenUsed(): void {
  const taken = (): void => {
    way?.take();
    requestAnimationFrame(takeWay);
  };
  for (const what of ['scroll', 'click', 'input', 'keydown']) addEventListener(what, taken, { capture: true, passive: true });
}
