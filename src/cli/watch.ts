// `nabla train --watch`: the page of the run while it goes on. Nothing that goes wrong with the page disturbs the run.

import { checkInteger } from '../check.js';
import { asError } from '../errors.js';
import { LIVE_POLICY, livePage, partsMessage, progressMessage } from '../report/live-page.js';
import { stateText } from '../report/run-tables.js';
import type { TrainEvent } from '../training/events.js';
import { LiveRun } from '../training/live-run.js';
import { collectRun, type RunReport } from '../training/run-report.js';
import { LiveServer } from './live-server.js';

export class Watch {
  #server!: LiveServer;
  #run: LiveRun | undefined;
  /** The whole report, when the run has ended. */
  #final: RunReport | undefined;
  /** What is to be said instead of the run's own state. */
  #note: string | undefined;

  /** @param port default: any that is free @throws {RangeError} where it cannot be used */
  static async open(port?: number): Promise<Watch> {
    const watch = new Watch();
    const content = { page: () => watch.#page(), message: (channel: string) => watch.#message(channel) };
    watch.#server = await LiveServer.open(port === undefined ? 0 : checkInteger('watch-port', port, 1, 65_535), content, LIVE_POLICY);
    return watch;
  }

  get url(): string {
    return this.#server.url;
  }

  hear(event: TrainEvent): void {
    this.#safely(() => {
      if (event.event === 'start') this.#run = new LiveRun(event);
      else this.#run?.hear(event);
    });
    this.#server.touch('progress');
    if (event.event !== 'progress') this.#server.touch('parts');
  }

  /** Shows what came of the run to the pages that are open, and ends within some seconds; at once where `signal` says so. */
  async end(signal: AbortSignal): Promise<void> {
    const path = this.#run?.path;
    if (path !== undefined && this.#server.watched && !signal.aborted) {
      this.#note = 'The run has ended. Looking at what it has learned …';
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
    } else this.#note = `The run has ended${path === undefined ? '' : `; nabla report ${path} --out FILE makes a page of it`}.`;
    await this.#server.end(this.#final ? undefined : signal);
  }

  get #report(): RunReport | undefined {
    return this.#final ?? this.#run?.report;
  }

  get #state(): string {
    if (this.#note !== undefined) return this.#note;
    if (this.#final) return sentence(stateText(this.#final));
    if (!this.#run) return 'The run has not begun.';
    return sentence(stateText(this.#run.report));
  }

  #page(): string {
    return this.#safely(() => livePage(this.#report, this.#run?.progress, this.#state)) ?? livePage(undefined, undefined, this.#state);
  }

  #message(channel: string): unknown {
    if (channel === 'progress') return progressMessage(this.#run?.progress);
    if (channel === 'end') return { state: this.#state };
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
