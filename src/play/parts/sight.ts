// Whether an element is in the window, or near it: what is further away need not be drawn while the page has other work.

/** Further than this from the window an element is out of sight. */
const NEAR = '300px';

/** @param changed is told whenever it leaves sight or comes back; until then it is in sight */
export function watchSight(element: HTMLElement, changed: (isSeen: boolean) => void): void {
  let seen = true;
  const observer = new IntersectionObserver(
    (entries) => {
      const { isIntersecting } = entries[entries.length - 1];
      if (isIntersecting === seen) return;
      seen = isIntersecting;
      changed(seen);
    },
    { rootMargin: NEAR },
  );
  observer.observe(element);
}
