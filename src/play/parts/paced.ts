// Draws what has changed, and no more often than eyes follow: at the next frame, at most so many times a second, and once a second while the
// element is out of sight, so that a panel further down costs a training page hardly anything, and is there when it is scrolled to.

/** Further than this from the window an element is out of sight. */
const NEAR = '300px';

/**
 * @param draw called at once, then after whoever asks
 * @returns asks for it to be drawn
 */
export function paced(element: HTMLElement, draw: () => void, perSecond = 10): () => void {
  let [wanted, seen, last] = [false, true, performance.now()];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = (): void => {
    if (!wanted) return;
    wanted = false;
    last = performance.now();
    draw();
  };
  const go = (): void => {
    clearTimeout(timer);
    const due = last + 1000 / (seen ? perSecond : 1);
    if (wanted) timer = setTimeout(() => requestAnimationFrame(frame), Math.max(0, due - performance.now()));
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
  return () => {
    if (wanted) return;
    wanted = true;
    go();
  };
}
