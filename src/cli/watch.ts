// `nabla train --watch`: the page of the run while it goes on. Nothing that goes wrong with the page disturbs the run.

import { checkInteger } from '../check.js';
import { asError } from '../errors.js';
import type { TrainEvent } from '../options/events.js';
import { LiveRun } from '../report/data/live-run.js';
import { collectRun, type RunReport } from '../report/data/run-report.js';
import { endMessage, LIVE_POLICY, type LiveMessages, livePage, partsMessage, progressMessage } from '../report/pages/live-page.js';
import { stateText } from '../report/pages/run-tables.js';
import { shellPath } from '../system/shell-word.js';
import { calledAs } from './called.js';
import { LiveServer } from './live-server.js';
import { StatusLine } from './status-line.js';
import { type Environment, isLive, piece, type Screen } from './terminal.js';

const LOOKING = 'The run has ended. Looking at what it has learned …';
/** Seconds that a run which has ended waits for a first reader: a browser takes some to open, many a run no longer. */
const VISIT = 20;

export class Watch {
  #server!: LiveServer;
  #run: LiveRun | undefined;
  /** The whole report, when the run has ended. */
  #final: RunReport | undefined;
  /** What is to be said instead of the run's own state. */
  #note: string | undefined;

  /**
   * Says at once where the page is.
   * @param screen for what people read
   * @param port default: any that is free
   * @throws {RangeError} where it cannot be used
   */
  static async open(screen: Screen, port?: number): Promise<Watch> {
    const watch = new Watch();
    const content = { page: () => watch.#page(), message: (channel: string) => watch.#message(channel) };
    watch.#server = await LiveServer.open(port === undefined ? 0 : checkInteger('watch-port', port, 1, 65_535), content, LIVE_POLICY);
    screen.write(`watch     ${watch.#server.url}\n`);
    return watch;
  }

  hear(event: TrainEvent): void {
    this.#safely(() => {
      if (event.event === 'start') this.#run = new LiveRun(event);
      else this.#run?.hear(event);
    });
    this.#server.touch('progress');
    if (event.event !== 'progress' && event.event !== 'reading') this.#server.touch('parts');
  }

  /** Waits for a first reader, and says so, where people look at all of these; not in a pipe, not in CI. Ctrl-C ends the wait. */
  async visit(screens: readonly Screen[], signal: AbortSignal, environment: Environment = process.env): Promise<void> {
    if (this.#server.visited || !screens.every((screen) => isLive(screen, environment))) return;
    this.#note = LOOKING;
    const status = new StatusLine(screens[0], environment);
    status.show([piece(0, `waiting up to ${VISIT} s for a reader of the page`, `waiting up to ${VISIT} s`), piece(1, 'Ctrl-C ends it')]);
    await this.#server.visit(1000 * VISIT, signal);
    status.end();
  }

  /** Shows the outcome of the run to the pages that are open, and ends within some seconds; at once where `signal` says so. */
  async end(signal: AbortSignal): Promise<void> {
    const path = this.#run?.path;
    if (path !== undefined && this.#server.watched && !signal.aborted) {
      this.#note = LOOKING;
      this.#server.touch('parts');
      await collectRun(path).then(
        (report) => {
          this.#final = report;
          this.#note = undefined;
        },
        (error) => {
          this.#note = `The run has ended; no more can be said of it: ${asError(error).message}`;
        },
      );
      this.#server.touch('parts');
    } else this.#note = 'The run has ended.';
    await this.#server.end(this.#final ? undefined : signal);
  }

  get #report(): RunReport | undefined {
    return this.#final ?? this.#run?.report;
  }

  get #progress(): LiveMessages['progress'] {
    return progressMessage(this.#run?.progress, this.#run?.secondsLeft);
  }

  get #state(): string {
    if (this.#note !== undefined) return this.#note;
    if (this.#final) return sentence(stateText(this.#final));
    if (!this.#run) return 'The run has not begun.';
    return sentence(stateText(this.#run.report));
  }

  #page(): string {
    return this.#safely(() => livePage(this.#report, this.#progress, this.#state)) ?? livePage(undefined, progressMessage(undefined), this.#state);
  }

  #message(channel: string): unknown {
    if (channel === 'progress') return this.#progress;
    const path = this.#run?.path;
    if (channel === 'end') return endMessage(this.#state, path === undefined ? undefined : `${calledAs()} report ${shellPath(path)}`);
    return this.#safely(() => partsMessage(this.#report, this.#state)) ?? partsMessage(undefined, this.#state);
  }

  /** What an action gives; what it throws is said on the page. */
  #safely<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.#note = `This page cannot be shown: ${asError(error).message}`;
      return undefined;
    }
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
