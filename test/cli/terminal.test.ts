// What `nabla train` shows on a terminal: widths, pieces that fit, colours, and the progress line, seen on a small terminal
// that replays every write, and on a real one through `script`.

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StatusLine } from '#src/cli/status-line.js';
import { cutTo, displayWidth, fitted, isLive, painter, piece, takesColour } from '#src/cli/terminal.js';
import { TrainPrinter } from '#src/cli/train-printer.js';
import type { DiagnosisEvent, DoneEvent, EpochEvent, ProgressEvent, StartEvent } from '#src/index.js';
import { inFolder, NEEDS_SCRIPT, nabla, startOnTerminal } from '../support/command.js';
import { FakeTerminal } from '../support/screen.js';

describe('columns of a text', () => {
  it.each([
    ['', 0],
    ['epoch 1/30', 10],
    ['η 0.5, λ₁, ∂C/∂b, ‖x‖', 21],
    ['数字', 4],
    ['ｆｕｌｌ', 8],
    ['한글', 4],
    ['e\u0301te\u0301', 3],
    ['🙂', 2],
    ['👩‍👩‍👧', 2],
    ['a\u200bb', 2],
  ])('%s: %i', (text, width) => expect(displayWidth(text)).toBe(width));

  it('what is cut fits, and is as long as can be', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20, size: 'max' }), fc.nat(12), (text, width) => {
        const cut = cutTo(text, width);
        expect(text.startsWith(cut)).toBe(true);
        expect(displayWidth(cut)).toBeLessThanOrEqual(width);
        const next = [...new Intl.Segmenter('en').segment(text.slice(cut.length))][0]?.segment;
        if (next !== undefined) expect(displayWidth(cut) + displayWidth(next)).toBeGreaterThan(width);
      }),
    );
  });
});

describe('pieces of a line', () => {
  const pieces = [piece(0, 'epoch 3/30', '3/30'), piece(2, '1,000 samples/s', '1,000/s'), piece(1, '9 s left'), piece(3, 'η 0.5')];
  it.each([
    [80, 'epoch 3/30, 1,000 samples/s, 9 s left, η 0.5'],
    [44, 'epoch 3/30, 1,000 samples/s, 9 s left, η 0.5'],
    [43, 'epoch 3/30, 1,000/s, 9 s left, η 0.5'],
    [35, 'epoch 3/30, 1,000/s, 9 s left'],
    [28, 'epoch 3/30, 9 s left'],
    [19, 'epoch 3/30'],
    [9, '3/30'],
    [3, '3/3'],
    [0, ''],
  ])('in %i columns: %s', (width, line) => expect(fitted(pieces, ', ', width)).toBe(line));
});

describe('what a stream can show', () => {
  const [tty, pipe] = [new FakeTerminal(80), Object.assign(new FakeTerminal(80), { isTTY: false })];
  it.each([
    [tty, {}, true, true],
    [pipe, {}, false, false],
    [tty, { NO_COLOR: '1' }, true, false],
    [tty, { NO_COLOR: '' }, true, true],
    [tty, { TERM: 'dumb' }, false, false],
    [tty, { CI: 'true' }, false, true],
    [tty, { CI: 'false' }, true, true],
    [pipe, { FORCE_COLOR: '1' }, false, true],
    [tty, { FORCE_COLOR: '0' }, true, false],
    [tty, { FORCE_COLOR: '1', NO_COLOR: '1' }, true, true],
  ])('%# %o', (screen, environment, live, colour) => {
    expect([isLive(screen, environment), takesColour(screen, environment)]).toEqual([live, colour]);
    expect(painter(screen, environment)('yellow', 'x')).toBe(colour ? '\x1b[33mx\x1b[39m' : 'x');
  });
});

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());
const pass = (milliseconds: number): void => void vi.advanceTimersByTime(milliseconds);

describe('a status line', () => {
  it('takes one write for each change, and never clears before it writes', () => {
    const screen = new FakeTerminal(40);
    const status = new StatusLine(screen, {});
    status.show('first, the longer one');
    pass(100);
    status.show('second');
    expect(screen.writes).toEqual(['\r\x1b[2mfirst, the longer one\x1b[22m\x1b[J\r', '\r\x1b[2msecond\x1b[22m\x1b[J\r']);
    expect(screen.lines).toEqual(['second']);
    status.print('done\nand more');
    expect(screen.writes).toHaveLength(3);
    expect(screen.lines).toEqual(['done', 'and more', '']);
    status.end();
    expect(screen.writes).toHaveLength(3);
  });

  it('is written at most ten times a second, and the last text is not lost', () => {
    const screen = new FakeTerminal(40);
    const status = new StatusLine(screen, {});
    for (let k = 0; k <= 200; k++) {
      status.show(`step ${k}`);
      pass(5);
    }
    expect(screen.writes.length).toBeLessThanOrEqual(11);
    expect(screen.writes.length).toBeGreaterThanOrEqual(10);
    pass(100);
    expect(screen.lines).toEqual(['step 200']);
    status.show('too late');
    status.end();
    pass(1000);
    expect(screen.lines).toEqual(['']);
  });

  it.each([[{ TERM: 'dumb' }], [{ CI: 'true' }]])('is silent with %o, and so in a pipe', (environment) => {
    const screen = new FakeTerminal(40);
    for (const [stream, env] of [
      [screen, environment],
      [Object.assign(screen, { isTTY: false }), {}],
    ] as const) {
      const status = new StatusLine(stream, env);
      status.show('now');
      status.end();
    }
    expect(screen.writes).toEqual([]);
  });

  it('leaves nothing behind: no listener, no text, the cursor at the beginning', () => {
    const screen = new FakeTerminal(40);
    const before = process.listenerCount('exit');
    const status = new StatusLine(screen, {});
    status.show('now');
    expect([screen.listeners, process.listenerCount('exit')]).toEqual([1, before + 1]);
    // What a terminal shows of Ctrl-C.
    screen.write('^C');
    status.end();
    expect([screen.lines, screen.cursor, screen.listeners, process.listenerCount('exit')]).toEqual([[''], 0, 0, before]);
  });

  it('whatever happens, no line is broken and nothing of it stays', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 90, size: 'max' }).map((text) => text.replace(/[\p{C}\p{M}\p{Emoji}\p{L}]/gu, 'x'));
    const actions = fc.array(
      fc.oneof(
        fc.record({ show: words }),
        fc.record({ print: fc.integer({ min: 0, max: 20 }).map((n) => 'p'.repeat(n)) }),
        fc.record({ resize: fc.integer({ min: 25, max: 90 }) }),
        fc.record({ wait: fc.nat(150) }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(actions, (list) => {
        const screen = new FakeTerminal(60);
        const status = new StatusLine(screen, {});
        const printed: string[] = [];
        for (const action of list) {
          if ('show' in action) status.show(action.show);
          else if ('print' in action) status.print(printed[printed.push(action.print) - 1]);
          else if ('resize' in action) screen.resize(action.resize);
          else pass(action.wait);
          expect(screen.broken).toEqual([]);
          expect(screen.cursor).toBe(0);
          expect(screen.lines.slice(0, printed.length)).toEqual(printed);
          expect(screen.lines.length).toBe(printed.length + 1);
        }
        status.end();
        expect(screen.lines).toEqual([...printed, '']);
      }),
    );
  });
});

const START = {
  event: 'start',
  network: [784, 100, 10],
  activations: ['sigmoid', 'sigmoid'],
  cost: 'cross-entropy',
  parameters: 79_510,
  data: 'mnist',
  samples: 8000,
  validationSamples: 1000,
  testSamples: 1000,
  workers: 2,
  cores: 2,
  machineCores: 2,
  warnings: ['This and that is not as it should be, and it takes a long sentence to say so.'],
  shards: 2,
  gradient: 'owned',
  input: 'sparse',
  kernels: 'relaxed',
  batch: 10,
  epochs: 30,
  eta: 0.5,
  lambda: 0,
  seed: 1,
  bits: 'this machine',
  memoryBytes: 12e6,
} as const satisfies StartEvent;

const EPOCH: EpochEvent = {
  event: 'epoch',
  epoch: 1,
  epochs: 30,
  eta: 0.5,
  seconds: 2,
  samplesPerSecond: 1_185_212,
  trainingCost: 0.51234,
  trainingAccuracy: 0.9,
  validationCost: 0.4,
  validationAccuracy: 0.951,
  testCost: 0.4,
  testAccuracy: 0.95,
  best: true,
  secondsLeft: 58,
};
const DONE: DoneEvent = {
  event: 'done',
  epochs: 30,
  trainingCost: 0.1,
  validationCost: 0.4,
  validationAccuracy: 0.95,
  testCost: 0.4,
  testAccuracy: 0.95,
  weightsSha256: '',
  seconds: 60,
  peakBytes: 2e8,
  workers: 2,
  run: 'runs/2026-11-23T10-06-10-784-100-10',
};
const progress = (epoch: number, seconds: number): ProgressEvent => ({
  event: 'progress',
  epoch,
  epochs: 30,
  samples: 1000 * seconds,
  of: 8000,
  seconds,
});

/** A run's events on a terminal of this width; `look` is called after each of them. */
function shown(columns: number, look: (screen: FakeTerminal) => void, environment = {}, screen = new FakeTerminal(columns)): FakeTerminal {
  const printer = new TrainPrinter('text', screen, environment);
  const events = [START, progress(1, 0.1), progress(1, 0.5), progress(1, 1), EPOCH, progress(2, 0.1), progress(2, 0.9), { ...EPOCH, epoch: 2 }, DONE];
  for (const event of events) {
    printer.print(event);
    look(screen);
    pass(100);
  }
  printer.end();
  return screen;
}

describe('a run on a terminal', () => {
  it.each([40, 50, 60, 70, 80, 120, 200])('of %i columns: no line is broken, and nothing of the progress stays', (columns) => {
    // A path stays whole, to be copied, and so does a command.
    const isWhole = (line: string): boolean => line.includes('again: ') || (columns <= 55 && line.includes('runs/'));
    const screen = shown(columns, ({ broken }) => expect(broken.filter((line) => !isWhole(line))).toEqual([]));
    expect(screen.lines.filter((line) => line.startsWith('epoch '))).toHaveLength(2);
    expect(screen.lines.at(-1)).toBe('');
    expect([screen.cursor, screen.listeners]).toEqual([0, 0]);
    expect(screen.lines.join('\n')).not.toContain('samples/s,');
  });

  it('says what matters most in 60 columns, and all of it in 100', () => {
    const lines = (columns: number): string[] => {
      const seen: string[] = [];
      shown(columns, (screen) => seen.push(screen.lines.findLast((line) => line !== '') ?? ''));
      return [seen[1], seen[3], seen[4], seen[5], seen[6]];
    };
    expect(lines(60)).toEqual([
      'epoch 1/30, 1 %',
      'epoch 1/30, 12 %, 1,000 samples/s, 4 min left',
      'epoch  1/30  cost 0.5123  val 95.10 % *  1,185,212/s',
      'epoch 2/30, 1 %, 1,185,212/s, 57 s left, cost 0.5123',
      'epoch 2/30, 11 %, 1,000/s, 4 min left, cost 0.5123',
    ]);
    expect(lines(100)).toEqual([
      'epoch 1/30, 1 %',
      'epoch 1/30, 12 %, 1,000 samples/s, 4 min left',
      'epoch  1/30  cost 0.5123  train 90.00 %  val 95.10 % *  1,185,212 samples/s  58 s left',
      'epoch 2/30, 1 %, 1,185,212 samples/s, 57 s left, cost 0.5123, val 95.10 %',
      'epoch 2/30, 11 %, 1,000 samples/s, 4 min left, cost 0.5123, val 95.10 %',
    ]);
  });

  it.each([50, 60, 70, 80, 100, 200])('of %i columns shows the same of every epoch, the last and a regression included', (columns) => {
    const screen = new FakeTerminal(columns);
    const printer = new TrainPrinter('text', screen, {});
    const share = [0.098, 0.95, 1];
    for (const [k, trainingAccuracy] of share.entries())
      printer.print({ ...EPOCH, epoch: 28 + k, trainingAccuracy, validationAccuracy: share[2 - k], secondsLeft: 8000, best: k === 1 || undefined });
    const lines = screen.lines.slice(0, 3).map((line) =>
      line
        .replace(/ +\d+\.\d h left$/, '')
        .replace(' *', '')
        .replace(/\s+/g, ' '),
    );
    const shape = (line: string): string => line.replace(/[\d.,]+/g, '0');
    expect(new Set(lines.map((line) => shape(line.trim()))).size).toBe(1);
    expect(screen.lines.slice(0, 3).map((line) => line.includes(' *'))).toEqual([false, true, false]);
    expect(lines[0].includes('train')).toBe(columns >= 70);
    printer.print({ ...EPOCH, trainingAccuracy: null, validationAccuracy: null, validationCost: 0.25 });
    printer.print({ ...EPOCH, validationAccuracy: null, validationCost: null });
    expect(screen.lines[3]).toContain('cost 0.5123  val cost 0.2500 *');
    expect(screen.lines[4]).toMatch(/cost 0\.5123 \* .*1,185,212/);
    expect(screen.broken).toEqual([]);
  });

  it.each<[Partial<DoneEvent>, best: string, next?: string]>([
    [{}, 'best      97.71 % after epoch 21 (validation accuracy)', 'kept@best'],
    [{ run: "it's my run #1" }, 'best      97.71 % after epoch 21 (validation accuracy)', String.raw`'it'\''s my run #1@best'`],
    [{ run: undefined }, 'best      97.71 % after epoch 21 (validation accuracy)'],
    [{ restored: true }, 'best      97.71 % after epoch 21 (validation accuracy); the run ends with its network'],
    [{ epochs: 21 }, 'best      97.71 % after epoch 21 (validation accuracy), the last'],
    [{ best: { epoch: 9, by: 'training cost', value: 0.0123456 } }, 'best      0.01235 after epoch 9 (training cost)', 'kept@best'],
  ])('names the best epoch at the end, and its network as a command in one line: %o', (done, says, path) => {
    const [wide, narrow] = [120, 40].map((columns) => {
      const screen = new FakeTerminal(columns);
      const best = { epoch: 21, by: 'validation accuracy', value: 0.9771 } as const;
      new TrainPrinter('text', screen, {}).print({ ...DONE, best, run: 'kept', ...done });
      return screen;
    });
    expect(wide.lines).toContain(says);
    const commands = [wide, narrow].map(({ writes }) => writes.join('').match(/^ {10}best: {2}.*$/gm));
    const next = path === undefined ? null : [expect.stringMatching(/^ {10}best: {2}\S.* evaluate /)];
    expect(commands).toEqual([next, next]);
    if (path !== undefined) for (const said of commands) expect(said?.[0].endsWith(` evaluate ${path}`)).toBe(true);
  });

  it('of several ranks says which hosts there are, and what their exchange takes, before the time that is left', () => {
    const hosts = Array.from({ length: 8 }, (_, i) => ({ name: `node${i + 1}`, ranks: 8, workers: 16 }));
    const ranks = { size: 64, hosts, mpi: 'MPICH 4.0.2' };
    const exchange = { share: 0.123, microsecondsPerStep: 80, bytesPerStep: 42_400 };
    const linesOf = (columns: number, isTTY = true): string[] => {
      const screen = Object.assign(new FakeTerminal(columns), { isTTY });
      const printer = new TrainPrinter('text', screen, {});
      for (const event of [
        { ...START, ranks },
        { ...EPOCH, exchange },
        { ...DONE, exchange },
      ])
        printer.print(event);
      return screen.lines;
    };
    const line = (lines: readonly string[], begin: string): string | undefined => lines.find((text) => text.startsWith(begin));
    const piped = linesOf(80, false);
    expect(line(piped, 'machine')).toBe(
      'machine   64 ranks × 2 workers on 8 hosts (node1, node2, node3 and 5 more), MPICH 4.0.2, gradient owned, sparse input, kernels relaxed, 11 MB shared per rank; same bits again on these hosts with any workers and ranks',
    );
    expect(line(piped, 'done')).toContain('peak memory 191 MB; exchange 12.3 % of the time, 42 kB a step and rank');
    // What a launcher passes on is 80 columns wide.
    expect(line(piped, 'epoch')).toBe('epoch  1/30  cost 0.5123  train 90.00 %  val 95.10 % *  1,185,212/s  exch 12 %');
    expect(line(linesOf(120), 'epoch')).toBe('epoch  1/30  cost 0.5123  train 90.00 %  val 95.10 % *  1,185,212 samples/s  exchange 12 %  58 s left');
    expect(line(linesOf(60), 'epoch')).toBe('epoch  1/30  cost 0.5123  val 95.10 % *  1,185,212/s');
  });

  it.each([
    ['any machine', 'on any machine with any workers', ' and ranks'],
    ['this worker count', 'with as many workers', ' and ranks'],
  ] as const)('on what the bits depend: %s', (bits, says, more) => {
    const textOf = (event: StartEvent): string => {
      const pipe = Object.assign(new FakeTerminal(80), { isTTY: false });
      new TrainPrinter('text', pipe, {}).print(event);
      return pipe.writes.join('');
    };
    expect(textOf({ ...START, bits })).toContain(
      `machine   2 workers on 2 cores, gradient owned, sparse input, kernels relaxed, 11 MB shared; same bits again ${says}\n`,
    );
    const ranks = { size: 2, hosts: [{ name: 'a', ranks: 2, workers: 2 }], mpi: 'Open MPI 4.1.4' };
    expect(textOf({ ...START, bits, ranks })).toContain(`same bits again ${says}${more}\n`);
  });

  it('says what would make it faster; JSON has no line of it', () => {
    const hint = { event: 'hint', text: 'Node 24 or later would train this network faster.' } as const;
    const [text, json] = (['text', 'json'] as const).map((format) => {
      const pipe = Object.assign(new FakeTerminal(200), { isTTY: false });
      new TrainPrinter(format, pipe, {}).print(hint);
      return pipe.writes.join('');
    });
    expect([text, json]).toEqual(['hint      Node 24 or later would train this network faster.\n', '']);
  });

  it('says the speeds of the layers with commas between them, wherever a line ends; and one epoch as one', () => {
    const screen = new FakeTerminal(40);
    const printer = new TrainPrinter('text', screen, {});
    const layers = [0.0712, 0.33, 1.6].map((speed, l) => ({ layer: l + 2, speed }) as DiagnosisEvent['layers'][number]);
    printer.print({ event: 'diagnosis', epoch: 1, layers, findings: [] } as unknown as DiagnosisEvent);
    for (const event of [
      { ...START, workers: 1, epochs: 1 },
      { ...DONE, epochs: 1 },
    ])
      printer.print(event);
    const said = screen.lines.join(' ').replace(/ +/g, ' ');
    expect(said).toContain('speed ‖∂C/∂b‖ of layer 2: 0.071, 3: 0.33, 4: 1.6 ');
    expect(said).toContain('λ 0, 1 epoch, seed 1 machine 1 worker on 2 cores');
    expect(said).toContain('95.00 % after 1 epoch in 60.0 s');
  });

  it('colours what is not as it should be and how it ended, unless NO_COLOR is set', () => {
    const coloured = shown(80, () => {}).writes.join('');
    expect(coloured).toContain('\x1b[33mwarning \x1b[39m  This');
    expect(coloured).toContain('\x1b[1m\x1b[32mdone \x1b[39m\x1b[22m ');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
    expect(shown(80, () => {}, { NO_COLOR: '1' }).writes.join('')).not.toMatch(/\x1b\[[\d;]*m/);
  });

  it.each([{}, { CI: 'true' }])('in a pipe it writes plain lines, those of epochs of at most 80 characters (%o)', (environment) => {
    const pipe = Object.assign(new FakeTerminal(200), { isTTY: false });
    const text = shown(200, () => {}, environment, pipe).writes.join('');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    const printer = new TrainPrinter('text', pipe, environment);
    printer.print({ ...EPOCH, epochs: 100_000, samplesPerSecond: 123_456_789, secondsLeft: 5000, trainingCost: 1e12 });
    expect(pipe.writes.at(-1)).toBe('epoch      1/100000  cost 1.000e+12  train 90.00 %  val 95.10 % *  123,456,789/s\n');
    expect(text).toContain('machine   2 workers on 2 cores, gradient owned, sparse input, kernels relaxed, 11 MB shared; same bits again on');
  });
});

describe('a real terminal of 60 columns', () => {
  beforeEach(() => void vi.useRealTimers());

  /** Everything that `nabla train` wrote to it; Ctrl-C is typed as soon as a text has been seen. */
  const onTerminal = async (args: string, cwd: string, interruptAt?: string): Promise<string> => {
    const { child, seen, outcome } = startOnTerminal(`train ${args}`, cwd);
    if (interruptAt !== undefined) {
      await seen(interruptAt);
      child.stdin?.write('\x03');
    }
    return (await outcome).stdout;
  };

  it('shows progress, breaks no line and ends clean', NEEDS_SCRIPT, () =>
    inFolder(async (folder) => {
      const text = await onTerminal('--layers 784,60,10 --kernels scalar --epochs 1 --workers 1 --run kept', folder);
      expect(text).toContain('\r\x1b[2mepoch 1/1, ');
      const screen = new FakeTerminal(60);
      screen.write(text);
      expect(screen.broken).toEqual([]);
      expect(screen.lines.filter((line) => line.startsWith('epoch '))).toHaveLength(1);
      expect(screen.lines.slice(-3)).toEqual(['kept in   kept', '          again: nabla evaluate kept', '']);
    }),
  );

  it('evaluate breaks its first sentence between words', NEEDS_SCRIPT, () =>
    inFolder(async (folder) => {
      const run = '2026-11-23T10-06-10-784-10';
      await nabla(['train', '--layers', '784,10', '--epochs', '1', '--run', run], folder);
      const { code, stdout } = await startOnTerminal(`evaluate ${run} --workers 1`, folder).outcome;
      const screen = new FakeTerminal(60);
      screen.write(stdout);
      const sentence = screen.lines.slice(0, screen.lines.indexOf(''));
      expect([code, sentence.length]).toEqual([0, 3]);
      expect(Math.max(...sentence.map(({ length }) => length))).toBeLessThan(60);
      expect(sentence.join(' ')).toMatch(
        /^2026-11-23T10-06-10-784-10: 784-10 on 1,000 test samples of mnist: accuracy [\d.]+ % \(\d+ right\), cost [\d.]+; 1 worker, kernels \w+$/,
      );
    }),
  );

  it('leaves a clean line when it is interrupted', NEEDS_SCRIPT, () =>
    inFolder(async (folder) => {
      const text = await onTerminal('--layers 784,200,10 --kernels scalar --epochs 9 --workers 1', folder, 'epoch 1/9, ');
      const screen = new FakeTerminal(60);
      screen.write(text);
      expect(screen.lines.join('\n')).toMatch(/\n\nStopped in epoch 1 after [^\n]*\n$/);
      expect(screen.lines.filter((line) => line.includes(' %'))).toEqual([]);
      expect(screen.cursor).toBe(0);
    }),
  );
});

it('FORCE_COLOR colours text in a pipe, and never JSON', () =>
  inFolder(async (folder) => {
    vi.useRealTimers();
    const args = 'train --layers 784,10 --epochs 1 --run'.split(' ');
    expect((await nabla([...args, 'a'], folder, { FORCE_COLOR: '1' })).stdout).toContain('\x1b[32mdone');
    expect((await nabla([...args, 'b', '--format', 'json'], folder, { FORCE_COLOR: '1' })).stdout).not.toContain('\x1b');
  }));
