// The saved network that `nabla play RUN` opens the page with, as files beside the page, and the options of its run as the page's address.

import { wrongValue } from '../errors.js';
import { optionsOf } from '../model/specification.js';
import { isSet, type OptionRow } from '../option-row.js';
import { ROWS_BY_KEY } from '../options/config-keys.js';
import { configTableOf } from '../options/config-writer.js';
import { optionsOfConfiguration } from '../options/run-again.js';
import { littleEndian } from '../runs/formats/safetensors.js';
import { readSavedNetwork, type SavedNetwork } from '../runs/saved-network.js';

/** Inputs and outputs of a network for the page's digits. */
const [PIXELS, CLASSES] = [784, 10];
/** Options that the page trains with; others say where a run is kept, and how. */
const GROUPS: readonly OptionRow['group'][] = ['data', 'functions', 'training', 'learning'];
const LEFT_OUT = ['data', 'from', 'hidden', 'functions', 'neuron'];

/**
 * The files by their names.
 * @throws {NablaError | RangeError} where it is no network for the page
 */
export async function filesOfRun(path: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const saved = await readSavedNetwork(path);
  const { network, parameters, run, ensemble } = saved;
  const { layers, functions } = network;
  if (ensemble) throw wrongValue('run', 'one network', `${path}, an average of several`, 'Name one of its members.');
  if (layers[0] !== PIXELS || layers[layers.length - 1] !== CLASSES)
    throw wrongValue('run', `a network from ${PIXELS} pixels to ${CLASSES} digits`, `${path} of ${layers.join('-')}`);
  if (functions.length > 0) throw wrongValue('run', 'a network without functions of your own, which the page does not have', path);
  const epoch = run?.namedEpoch ?? (run ? run.log().epochs.length : 1);
  const about = JSON.stringify({ run: path, network, epoch: Math.max(1, epoch), address: addressOf(saved) });
  return new Map([
    ['network.json', new TextEncoder().encode(about)],
    ['network.bin', littleEndian(parameters)],
  ]);
}

/** As the page's address has options: '?layers=784,30,10&eta=0.5'. */
function addressOf({ network, run }: SavedNetwork): string {
  const { neurons: _, ...plain } = optionsOf(network);
  const table = configTableOf(run ? { ...optionsOfConfiguration(run.configuration), neurons: undefined } : plain);
  const said = Object.entries(table).filter(([key, value]) => {
    const { group, plain } = ROWS_BY_KEY[key];
    return GROUPS.includes(group) && !LEFT_OUT.includes(key) && (plain ? value !== plain.usual : isSet(value));
  });
  return `?${said.map(([key, value]) => `${key}=${encodeURIComponent(String(value)).replaceAll('%2C', ',')}`).join('&')}`;
}
