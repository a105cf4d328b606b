// The phases of each worker in the first steps of a run, as a Chrome trace: what chrome://tracing and Perfetto
// (ui.perfetto.dev) show as one line per worker. Format: "Trace Event Format", Google, 2016; complete events ("X") with
// microseconds since the first one.

import { STEP_PHASES, type Timings, TRACE_FIELDS } from '../parallel/step/phase-timer.js';

/**
 * The text of a trace: one thread per worker, one event per phase of a step.
 * @param rank whose workers they are, of several
 */
export function chromeTrace(layers: readonly number[], workers: readonly Timings[], rank?: number): string {
  const named = (name: string, tid: number, label: string): object => ({ name, ph: 'M', pid: 1, tid, args: { name: label } });
  const process = `nabla ${layers.join('-')}${rank === undefined ? '' : `, rank ${rank}`}`;
  const events = [named('process_name', 0, process), ...workers.map((_, i) => named('thread_name', i + 1, `worker ${i + 1}`))];
  const zero = Math.min(...workers.map(({ trace }) => trace[2] ?? Number.POSITIVE_INFINITY));
  workers.forEach(({ trace }, i) => {
    for (let at = 0; at < trace.length; at += TRACE_FIELDS) {
      const [step, phase, begin, end] = trace.subarray(at, at + TRACE_FIELDS);
      const [ts, dur] = [(begin - zero) * 1000, (end - begin) * 1000].map((t) => Number(t.toFixed(3)));
      events.push({ name: STEP_PHASES[phase], cat: 'step', ph: 'X', pid: 1, tid: i + 1, ts, dur, args: { step: step + 1 } });
    }
  });
  return `{"displayTimeUnit":"ns","traceEvents":[\n${events.map((event) => JSON.stringify(event)).join(',\n')}\n]}\n`;
}
