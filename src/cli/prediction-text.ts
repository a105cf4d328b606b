// What `nabla predict` prints of samples: a line each for people, or an object each for programs.

import { FitTally } from '../inference/fit-tally.js';
import type { Prediction } from '../inference/judge.js';
import type { FailedFile, FileOutcome } from '../inference/predict.js';
import { count, percent } from '../text.js';

/** Takes what files give, and says what is to be written for it. */
export interface PredictionPrinter {
  lines(outcome: FileOutcome): string;
  end(): string;
}

/** An object a sample, and one for each file or row that could not be judged, in its place; nothing before there is a sample or such a row. */
export class JsonPrinter implements PredictionPrinter {
  readonly #run: string;
  #waiting = '';
  #hasSamples = false;

  constructor(run: string) {
    this.#run = run;
  }

  lines(outcome: FileOutcome): string {
    const { file, error } = outcome;
    const run = this.#run;
    const objects = error
      ? [{ event: 'error', run, file, ...(outcome.index !== undefined && { index: outcome.index }), message: error.message }]
      : [
          ...outcome.warnings.map((text) => ({ event: 'warning', run, text })),
          ...outcome.predictions.map((prediction) => ({ event: 'prediction', run, ...prediction })),
        ];
    // Who waits for the answer to a row has one, also where the row is bad.
    this.#hasSamples ||= error ? outcome.index !== undefined : true;
    const lines = this.#waiting + objects.map((object) => `${JSON.stringify(object)}\n`).join('');
    this.#waiting = this.#hasSamples ? '' : lines;
    return this.#hasSamples ? lines : '';
  }

  end(): string {
    return '';
  }
}

/** How many samples were right, or how near numbers came, where files say it. */
export class Verdict {
  readonly #fit = new FitTally();
  #labelled = 0;
  #right = 0;

  add({ predictions }: { readonly predictions: readonly Prediction[] }): void {
    for (const { label, top, outputs, targets } of predictions) {
      if (outputs && targets) this.#fit.add(outputs, targets);
      if (label === null || outputs !== null) continue;
      this.#labelled++;
      if (top[0].label === label) this.#right++;
    }
  }

  /** What is known, for programs. */
  figures(): Readonly<Record<string, number | null>> {
    if (this.#labelled > 0) return { labelled: this.#labelled, right: this.#right };
    return this.#fit.samples > 0 ? { stated: this.#fit.samples, ...this.#fit.figures() } : {};
  }

  /** '' where nothing is known. */
  text(): string {
    if (this.#labelled > 0) return `right: ${count(this.#right)} of ${count(this.#labelled)} (${percent(this.#right / this.#labelled, 2)})`;
    if (this.#fit.samples === 0) return '';
    const { r2, rmse, mae } = this.#fit.figures();
    const known = r2 === null ? '' : `R² ${r2.toFixed(4)}, `;
    return `${known}RMSE ${rmse.toPrecision(4)}, MAE ${mae.toPrecision(4)} over ${count(this.#fit.samples)}`;
  }
}

/** A line a sample, and the verdict. */
export class TextPrinter implements PredictionPrinter {
  readonly #classNames: readonly string[] | undefined;
  readonly #verdict = new Verdict();

  constructor(classNames: readonly string[] | undefined) {
    this.#classNames = classNames;
  }

  lines(outcome: FileOutcome): string {
    if (outcome.error) return '';
    this.#verdict.add(outcome);
    return outcome.predictions.map((prediction) => this.#line(prediction)).join('');
  }

  #line(prediction: Prediction): string {
    const said = prediction.outputs ? numbersText(prediction) : classesText(prediction, this.#classNames);
    return `${nameOf(prediction)}: ${said}${prediction.inverted ? '; inverted' : ''}\n`;
  }

  end(): string {
    const text = this.#verdict.text();
    return text && `${text}\n`;
  }
}

/** What is odd about the file's samples, and what about single ones. */
export function warningsOf({ warnings, predictions }: Exclude<FileOutcome, FailedFile>): string[] {
  const ofSamples = predictions.flatMap((prediction) => prediction.warnings.map((warning) => `${nameOf(prediction)}: ${warning}`));
  return [...warnings, ...ofSamples];
}

/** The file, in one line, and which of its samples. */
function nameOf({ file, index, of }: Prediction): string {
  const name = printed(file);
  return of === 1 ? name : `${name}[${index + 1}]`;
}

/** A user's text in one line. */
const printed = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?');

function numbersText({ outputs, outputNames = [], targets }: Prediction): string {
  const all = outputs ?? [];
  const said =
    all.length === outputNames.length && all.length > 1 ? all.map((output, k) => `${printed(outputNames[k])} ${output}`).join(', ') : all.join(' ');
  return targets ? `${said}; stated: ${targets.join(', ')}` : said;
}

function classesText({ top, label }: Prediction, names: readonly string[] = []): string {
  const called = (k: number): string => printed(names[k] ?? String(k));
  const classes = top.map((named) => `${called(named.label)} (${percent(named.probability, 2)})`).join(', ');
  const verdict = label === top[0].label ? 'right' : `wrong: ${label === null ? '' : called(label)}`;
  return label === null ? classes : `${classes}; ${verdict}`;
}
