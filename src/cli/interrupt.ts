// What asks a run to end early: Ctrl-C, SIGTERM, a terminal that closes (SIGHUP), or a reader of standard output that has gone (`nabla train | head`). The
// first asks for a clean end, with everything saved; a second Ctrl-C ends the process at once.

/** A signal that aborts on the first of these. `release` gives the process's signals back. */
export function onInterrupt(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  let complained = false;
  const outputFails = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') controller.abort();
    else if (!complained) process.stderr.write(`warning   Standard output cannot be written: ${error.message}. The run goes on.\n`);
    complained = true;
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  process.on('SIGHUP', handle);
  process.stdout.on('error', outputFails);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
      process.off('SIGHUP', handle);
    },
  };
}
