// The page's right of way: while it draws a frame, or answers to whoever uses it, the threads that train rest, where there is no core for both.

import { RightOfWay } from '../parallel/right-of-way.js';
import { sharesMemory } from '../system/page-memory.js';

const way = sharesMemory() ? new RightOfWay() : undefined;

/** For the threads of a run. */
export const wayWord = way?.word;

/** Within a frame, calls something when the frame is done: drawn, laid out and handed to the screen. */
export function afterFrame(call: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    call();
  };
  port2.postMessage(0);
}

/** Takes it, within a frame, until that is done. @param then called after that */
export function takeWay(then?: () => void): void {
  way?.take();
  afterFrame(() => {
    way?.give();
    then?.();
  });
}

/** Takes it whenever someone does something, until the frame that answers. */
export function takeWayWhenUsed(): void {
  const taken = (): void => {
    way?.take();
    requestAnimationFrame(() => takeWay());
  };
  for (const what of ['scroll', 'click', 'input', 'keydown']) addEventListener(what, taken, { capture: true, passive: true });
}
