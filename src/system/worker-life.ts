// How a page learns that a Web Worker has ended. A script that cannot be loaded and an error that nobody catches are events; a worker that
// is killed fires none. So each holds a lock as long as it lives, for which whoever started it stands in line: a browser gives it away when
// the worker is gone, however that came about. Pages over plain http have no locks, and no threads but one.

/** What a worker says of itself, beside all else that it may say. */
type Sign = { readonly life: 'begins'; readonly lock: string } | { readonly life: 'ends' };

const signOf = (data: unknown): Sign | undefined => (typeof data === 'object' && data !== null && 'life' in data ? (data as Sign) : undefined);

export interface Life {
  /** Settles, and never throws, when the worker has ended, with why. */
  readonly ended: Promise<string>;
  /** Says that it has been ended. */
  readonly end: (why: string) => void;
}

/** Watches over a worker that was just started, whose script calls `live`. */
export function lifeOf(worker: Worker): Life {
  let end: Life['end'] = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    worker.terminate();
    end(
      event.message || 'its script cannot be loaded; where a page is isolated, scripts of workers need the header Cross-Origin-Embedder-Policy too',
    );
  });
  worker.addEventListener('message', ({ data }) => {
    const sign = signOf(data);
    if (sign?.life === 'ends') end('its session ended early');
    if (sign?.life === 'begins') navigator.locks.request(sign.lock, () => end('it was killed')).catch(() => {});
  });
  return { ended, end };
}

/** Called by a worker when it begins. Returns what it calls when it ends of its own. */
export function live(): () => void {
  const lock = `nabla ${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  navigator.locks
    ?.request(lock, () => {
      postMessage({ life: 'begins', lock } satisfies Sign);
      return new Promise(() => {});
    })
    .catch(() => {});
  return () => {
    postMessage({ life: 'ends' } satisfies Sign);
    close();
  };
}
