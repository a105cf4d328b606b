// A scaling report read back from its JSON, checked field by field: what passes here can be compared and shown without
// further checks. The one owner of valibot; the message of each check is what it expects.

import * as v from 'valibot';
import { NablaError } from '../../errors.js';
import { KERNEL_NAMES } from '../../kernels/kernels.js';
import { INPUT_FORMATS } from '../../model/input.js';
import { GRADIENT_MODES } from '../../parallel/modes.js';
import { STEP_PHASES } from '../../parallel/step/phase-timer.js';
import { BENCH_FORMAT, type ScalingReport } from '../../scaling/results.js';
import { parseJson } from '../../system/json-text.js';
import { beginning } from '../../text.js';

const WHOLE = 'a whole number of at least 1';
const POSITIVE = 'a number above 0';
const NOT_NEGATIVE = 'a number of at least 0';
const TIME = 'a time as ISO 8601 has it';

const counted = v.pipe(v.number(WHOLE), v.safeInteger(WHOLE), v.minValue(1, WHOLE));
const positive = v.pipe(v.number(POSITIVE), v.finite(POSITIVE), v.gtValue(0, POSITIVE));
const notNegative = v.pipe(v.number(NOT_NEGATIVE), v.finite(NOT_NEGATIVE), v.minValue(0, NOT_NEGATIVE));
const text = v.string('a text');

const object = <const E extends v.ObjectEntries>(entries: E) => v.object(entries, 'an object');
const oneOf = <const N extends readonly string[]>(names: N) => v.picklist(names, `one of ${names.join(', ')}`);
/** A list of at least `least`. */
const list = <const S extends v.GenericSchema>(item: S, least: number) =>
  v.pipe(v.array(item, 'a list'), v.minLength(least, `a list of at least ${least}`));

const summary = object({ minimum: positive, median: positive, maximum: positive, spread: notNegative });

const point = object({
  workers: counted,
  batch: counted,
  samplesPerSecond: summary,
  speedUp: summary,
  efficiency: positive,
  ceiling: v.optional(summary),
  efficiencyOfCeiling: v.optional(positive),
  step: positive,
  time: list(object({ ...v.entriesFromList(STEP_PHASES, notNegative), exchange: v.optional(notNegative) }), 1),
  imbalance: notNegative,
  predicted: v.optional(positive),
  alone: v.optional(positive),
});

const points = v.pipe(
  list(point, 1),
  v.check(([first]) => first.workers === 1, 'a first point with one worker'),
  v.check((all) => all.every(({ workers }, i) => i === 0 || workers > all[i - 1].workers), 'points by workers, ascending'),
);

const report: v.GenericSchema<unknown, ScalingReport> = object({
  format: v.literal(BENCH_FORMAT, `'${BENCH_FORMAT}'`),
  created: v.pipe(text, v.isoTimestamp(TIME)),
  version: text,
  machine: object({ cpu: text, usable: counted, machine: counted, platform: text, node: text }),
  ranks: v.optional(
    object({
      ranks: counted,
      hosts: list(object({ name: text, ranks: counted }), 1),
      library: text,
      latency: notNegative,
      bandwidth: positive,
      sliced: list(v.boolean('true or false'), 1),
    }),
  ),
  subject: object({
    layers: list(counted, 2),
    activations: list(text, 1),
    cost: text,
    step: v.optional(text),
    data: text,
    samples: counted,
    gradient: oneOf(GRADIENT_MODES),
    kernels: oneOf(KERNEL_NAMES),
    input: oneOf(INPUT_FORMATS),
  }),
  rounds: counted,
  seconds: positive,
  curves: list(
    object({
      mode: oneOf(['strong', 'weak']),
      batch: counted,
      points,
      law: v.optional(
        object({ name: oneOf(['Amdahl', 'universal', 'Gustafson']), sigma: notNegative, kappa: notNegative, best: v.optional(notNegative) }),
      ),
    }),
    1,
  ),
  verdicts: v.optional(
    v.array(
      object({
        batch: counted,
        workers: counted,
        speedUp: summary,
        more: v.optional(object({ workers: counted, speedUp: summary })),
        clear: v.boolean('true or false'),
      }),
      'a list',
    ),
  ),
  ceilingNote: v.optional(text),
});

/** The report in a file's text; `where` names the file in errors. Throws a NablaError BAD_DATA, of one line, for anything else. */
export function parseScalingReport(text: string, where: string): ScalingReport {
  const result = v.safeParse(report, parsedJson(text, where), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw bad(where, path === null ? '' : `${path}: `, issue.input === undefined ? 'a value' : issue.message, shown(issue.input));
}

function parsedJson(text: string, where: string): unknown {
  const { value, fault } = parseJson(text);
  if (!fault) return value;
  throw new NablaError('BAD_DATA', `${where}: expected a report as JSON ('${BENCH_FORMAT}'); ${fault.text}.`);
}

function bad(where: string, path: string, expected: string, got: string): NablaError {
  return new NablaError('BAD_DATA', `${where}: ${path}expected ${expected}, got ${got}.`);
}

const MOST_SHOWN = 40;

/** A value as JSON on one line, the beginning of a long one. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return beginning(JSON.stringify(value), MOST_SHOWN);
}
