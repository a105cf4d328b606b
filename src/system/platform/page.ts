// What nabla's core takes from its surroundings where these are a page in a browser: what node.ts is in Node, under the same names. A page
// has no files, no native libraries and no flags, and is told little of the machine.

import { NablaError, wrongValue } from '../../errors.js';
import { megabytes } from '../../text.js';
import { kernelUrl } from '../page-files.js';
import { sharesMemory } from '../page-memory.js';
import { sha256 as hash } from '../sha256.js';
import type * as node from './node.js';

type Platform = typeof node;

/** A page is not told which engine runs it. */
export const engine: Platform['engine'] = undefined;

export const grantedParallelism: Platform['grantedParallelism'] = () => (sharesMemory() ? (navigator.hardwareConcurrency ?? 1) : 1);

export const processors: Platform['processors'] = () => Array.from({ length: grantedParallelism() }, () => 'unknown processor');

/** What is left for a page it is not told; a WebAssembly.Memory ends at 4 GB in any case, and what is refused is refused in words. */
export const machineMemory: Platform['machineMemory'] = () => 2 ** 32;

export const systemText: Platform['systemText'] = () => undefined;

export const engineFlags: Platform['engineFlags'] = () => [];

export const setEngineFlags: Platform['setEngineFlags'] = () => {};

export const kernelCode: Platform['kernelCode'] = async (name) => {
  const url = kernelUrl(name);
  const incomplete = (why: string): NablaError => new NablaError('INCOMPLETE', `${url}, a file of nabla's own, cannot be loaded: ${why}.`);
  const answer = await fetch(url).catch((error) => Promise.reject(incomplete(String(error))));
  if (!answer.ok) throw incomplete(`the server answers ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

export const absolutePath: Platform['absolutePath'] = (path) => path;

/** Beside the page, which names it before the run has a thread of its own (see browser/train.ts). */
export const moduleUrl: Platform['moduleUrl'] = (path) => path;

export const areEqual: Platform['areEqual'] = (a, b) => a.length === b.length && a.every((byte, k) => byte === b[k]);

export const sha256: Platform['sha256'] = hash;

export const peakMemory: Platform['peakMemory'] = () => 0;

export const heapBytes: Platform['heapBytes'] = () => 0;

/** A timer would wait for 4 ms where it is set again and again; a message is a turn of its own. */
export const nextTurn: Platform['nextTurn'] = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

export const loadKoffi: Platform['loadKoffi'] = () => undefined;

export const writeOutput: Platform['writeOutput'] = (what, path, content) => {
  throw wrongValue('path', 'none in a page, which has no files', path, `${what} (${megabytes(content.length)}) is lost.`);
};
