// Draws what has changed, and no more often than eyes follow: at the next frame, at most so many times a second, and only while the element is
// in sight, so that a panel further down costs a training page nothing.

/** Further than this from the window an element is out of sight. */
const NEAR = '300px';

/**
 * @param draw called at once, then after whoever asks
 * @returns asks for it to be drawn
 */
export function paced(element: HTMLElement, draw: () => void, perSecond = 10): () => void {
  let [wanted, waiting, seen, last] = [false, false, true, performance.now()];
  const frame = (): void => {
    waiting = false;
    if (!wanted || !seen) return;
    wanted = false;
    last = performance.now();
    draw();
  };
  const go = (): void => {
    if (!wanted || waiting || !seen) return;
    waiting = true;
    setTimeout(() => requestAnimationFrame(frame), Math.max(0, last + 1000 / perSecond - performance.now()));
  };
  draw();
  new IntersectionObserver(
    (entries) => {
      seen = entries[entries.length - 1].isIntersecting;
      go();
    },
    { rootMargin: NEAR },
  ).observe(element);
  return () => {
    wanted = true;
    go();
  };
}
