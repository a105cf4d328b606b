// The diagnosis of `--diagnose`: how fast each layer learns, measured before the first epoch and after each one, on this thread and
// on a few training samples, while the workers rest. It changes nothing of the run.

import { countSamples, type Dataset } from '../data/dataset.js';
import { isBadInput, wrongValue } from '../errors.js';
import { onlySamples, sampleOrder } from '../insight/chosen-samples.js';
import { findingsOf } from '../insight/diagnosis.js';
import type { Probe } from '../insight/probe.js';
import { openSlowdownProbe, slowdownOf } from '../insight/slowdown.js';
import { loadKernels } from '../kernels/load.js';
import { isPlain } from '../model/learning.js';
import type { DiagnosisEvent } from '../options/events.js';
import type { Configuration } from '../options/options.js';

/** Samples that are measured on. With 784-30-10 that takes 2 ms, with 12 million weights about a second. */
const SAMPLES = 300;

export class LiveDiagnosis {
  readonly #configuration: Configuration;
  readonly #probe: Probe;

  private constructor(configuration: Configuration, probe: Probe) {
    this.#configuration = configuration;
    this.#probe = probe;
  }

  static async open(configuration: Configuration, data: Dataset): Promise<LiveDiagnosis> {
    const { network, input, seed } = configuration;
    const kernels = await loadKernels(configuration.kernels, configuration.blas);
    const chosen = sampleOrder(data, seed).subarray(0, Math.min(SAMPLES, countSamples(data, 'training')));
    try {
      return new LiveDiagnosis(configuration, await openSlowdownProbe(network, onlySamples(data, chosen), { kernels, input }));
    } catch (error) {
      if (!isBadInput(error)) throw error;
      throw wrongValue('diagnose', 'memory for a second copy of the network', true, 'Leave it out, or use a smaller network.');
    }
  }

  /** @param parameters [P] in the book's order, as they are after this epoch; 0 is before the first */
  measure(epoch: number, parameters: Float32Array, eta: number): DiagnosisEvent {
    this.#probe.parameters = parameters;
    const figures = slowdownOf(this.#probe, eta, isPlain(this.#configuration.learning));
    return { event: 'diagnosis', epoch, ...figures, findings: findingsOf(figures, this.#configuration.network, epoch > 0) };
  }
}
