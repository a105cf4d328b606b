// The script of a worker thread in a page: offers a GradientWorker over the port that the first message brings, and lasts until `close`.

import { offerGradientWorker } from '../src/parallel/gradient-worker.js';
import { live } from '../src/system/worker-life.js';

const end = live();

addEventListener(
  'message',
  ({ data }: MessageEvent<MessagePort>) => {
    offerGradientWorker(data, () => {
      // After the answer to this very call has left.
      setTimeout(() => {
        data.close();
        end();
      });
    });
  },
  { once: true },
);
