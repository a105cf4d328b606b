// What asks a run to end early: Ctrl-C, SIGTERM, or a reader of standard output that has gone (`nabla train | head`). The
// first asks for a clean end, with everything saved; a second Ctrl-C ends the process at once.

/** A signal that aborts on the first of these. `release` gives the process's signals back. */
export function onInterrupt(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  const readerGone = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    controller.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  process.stdout.on('error', readerGone);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
