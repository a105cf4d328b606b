// Draws what has changed, and no more often than eyes follow: at the next frame, at most so many times a second, and once a second while the
// element is out of sight, so that a panel further down costs a training page hardly anything, and is there when it is scrolled to. What
// someone has done themselves they see at the next frame, however much of it there is in one.

import { inTurn } from '../turns.js';

/** Further than this from the window an element is out of sight. */
const NEAR = '300px';

/**
 * @param draw called at once, then after whoever asks
 * @returns asks for it to be drawn. `isUrgent`: because whoever reads the page has done something
 */
export function paced(element: HTMLElement, draw: () => void, perSecond = 10): (isUrgent?: boolean) => void {
  let [wanted, urgent, seen, last] = [false, false, true, performance.now()];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = (): void => {
    if (!wanted) return;
    [wanted, urgent, last] = [false, false, performance.now()];
    draw();
  };
  const go = (): void => {
    clearTimeout(timer);
    if (!wanted) return;
    const due = urgent ? 0 : last + 1000 / (seen ? perSecond : 1) - performance.now();
    if (due <= 0) inTurn(frame, urgent);
    else timer = setTimeout(() => inTurn(frame), due);
  };
  draw();
  const observer = new IntersectionObserver(
    (entries) => {
      const { isIntersecting } = entries[entries.length - 1];
      if (isIntersecting !== seen) {
        seen = isIntersecting;
        go();
      }
    },
    { rootMargin: NEAR },
  );
  observer.observe(element);
  return (isUrgent = false) => {
    if (wanted && (urgent || !isUrgent)) return;
    [wanted, urgent] = [true, isUrgent];
    go();
  };
}
