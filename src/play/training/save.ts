// Saves the network of the page as a file that Node goes on from: the book's JSON, in which float32 values come back to the last bit.

import { encodeBookJson } from '../../runs/formats/book-json-text.js';
import type { Store } from '../store.js';

export function saveNetwork(store: Store): void {
  const { shown, runs } = store.state;
  if (!shown) return;
  try {
    const name = `nabla-${shown.network.layers.join('-')}-run-${runs.at(-1)?.number ?? 0}.json`;
    download(name, encodeBookJson(shown.network, shown.parameters));
    store.change({ shown: { ...shown, saved: name } });
  } catch (error) {
    // The book has sigmoids and two costs; which one this network has not, the error says.
    store.change({ fault: `This network cannot be saved in the book's JSON: ${(error as Error).message}` });
  }
}

function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
