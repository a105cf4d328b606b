// The saved run that the page was opened with, `nabla play RUN`: its network, which lies beside the page as two files.

import type { NetworkSpecification } from '../model/specification.js';
import { optionsOfAddress, type PlayOptions } from './address.js';
import type { Shown } from './store.js';

/** What network.json says. */
interface RunFile {
  /** The path that it was named by. */
  readonly run: string;
  readonly network: NetworkSpecification;
  readonly epoch: number;
  /** The options of its run, as the page's address has them. */
  readonly address: string;
}

export interface SavedNetwork {
  readonly shown: Omit<Shown, 'first' | 'version'>;
  readonly options: PlayOptions;
}

/** Undefined where the page was opened without one. @throws {Error} where it cannot be had */
export async function fetchSavedRun(): Promise<SavedNetwork | undefined> {
  if (document.querySelector('meta[name="nabla-run"]') === null) return undefined;
  const [about, weights] = await Promise.all(['network.json', 'network.bin'].map((name) => fetch(name)));
  if (!about.ok || !weights.ok) throw new Error('The saved run (network.json, network.bin) cannot be loaded. Start nabla play again.');
  const { run, network, epoch, address }: RunFile = await about.json();
  const parameters = new Float32Array(await weights.arrayBuffer());
  return { shown: { network, epoch, parameters, saved: run }, options: optionsOfAddress(address) };
}
