// Draws what has changed, and no more often than eyes follow: at the next frame, at most so many times a second. Out of sight it is once a second, and
// while the page trains not at all until it comes near, so that a panel further down costs a training page nothing. What someone has done
// themselves they see at the next frame, however much of it there is in one.

import type { Store } from '../store.js';
import { inTurn } from '../turns.js';
import { watchSight } from './sight.js';

/**
 * @param draw called at once, then after whoever asks
 * @returns asks for it to be drawn. `isUrgent`: because whoever reads the page has done something
 */
export function paced(element: HTMLElement, store: Store, draw: () => void, perSecond = 6): (isUrgent?: boolean) => void {
  let [wanted, urgent, seen, last] = [false, false, true, performance.now()];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = (): void => {
    if (!wanted) return;
    [wanted, urgent, last] = [false, false, performance.now()];
    draw();
  };
  const go = (): void => {
    clearTimeout(timer);
    if (!wanted || !(urgent || seen || !store.state.isTraining)) return;
    const due = urgent ? 0 : last + 1000 / (seen ? perSecond : 1) - performance.now();
    if (due <= 0) inTurn(frame, urgent);
    else timer = setTimeout(() => inTurn(frame), due);
  };
  draw();
  watchSight(element, (isSeen) => {
    seen = isSeen;
    go();
  });
  store.listen(({ isTraining }, before) => {
    if (isTraining !== before.isTraining) go();
  });
  return (isUrgent = false) => {
    if (wanted && (urgent || !isUrgent)) return;
    [wanted, urgent] = [true, isUrgent];
    go();
  };
}
