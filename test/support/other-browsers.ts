// Browsers with other engines than Chromium's, as they are installed: each is only given an address, and the page says by itself what it came to
// (page-server.ts). None is part of the project: a test skips those that are missing.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface OtherBrowser {
  readonly name: string;
  /** Why it cannot be used here. */
  readonly missing?: string;
  /** Whether an isolated page's threads share memory in it, and the kernels that it has. */
  readonly shares: boolean;
  readonly kernels: readonly string[];
  /** @param home an empty folder */
  readonly command: (home: string, url: string) => readonly [command: string, ...args: string[]];
  readonly env?: Readonly<Record<string, string>>;
}

const firstOf = (...paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));

const firefox = firstOf('/usr/bin/firefox-esr', '/usr/bin/firefox');
const [miniBrowser, display] = [firstOf('/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'), firstOf('/usr/bin/xvfb-run')];
const noWebKit = miniBrowser && display ? undefined : 'no WebKitGTK (apt install webkit2gtk-driver xvfb xauth)';

/** Nothing is fetched or asked but the page. */
const FIREFOX_SETTINGS: Readonly<Record<string, boolean | string>> = {
  'app.update.auto': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
};

function firefoxProfile(home: string): string {
  const lines = Object.entries(FIREFOX_SETTINGS).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
  writeFileSync(join(home, 'user.js'), lines.join('\n'));
  return home;
}

const webKit = (home: string, url: string): readonly [string, ...string[]] => [
  display as string,
  '-a',
  '-e',
  join(home, 'display.log'),
  miniBrowser as string,
  '--private',
  url,
];

export const OTHER_BROWSERS: readonly OtherBrowser[] = [
  {
    name: 'Firefox',
    ...(firefox === undefined && { missing: 'no Firefox (apt install firefox-esr)' }),
    shares: true,
    kernels: ['simd', 'relaxed'],
    command: (home, url) => [firefox as string, '--headless', '--no-remote', '--profile', firefoxProfile(home), url],
  },
  { name: 'WebKitGTK', ...(noWebKit && { missing: noWebKit }), shares: false, kernels: ['simd'], command: webKit },
  // What Safari allows of itself, GTK's builds do where they are told to.
  {
    name: 'WebKitGTK with shared memory',
    ...(noWebKit && { missing: noWebKit }),
    shares: true,
    kernels: ['simd'],
    command: webKit,
    env: { JSC_useSharedArrayBuffer: '1' },
  },
];

/** Opens a page, and closes the browser when that which is waited for has come, or not. @param limit milliseconds */
export async function openIn<T>({ name, command, env }: OtherBrowser, url: string, until: Promise<T>, limit: number): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'nabla-browser-'));
  const [file, ...args] = command(home, url);
  const child = spawn(file, args, { env: { ...process.env, HOME: home, ...env }, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const gone = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-2000);
  });
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
  });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`${name}: nothing from the page within ${limit} ms: ${said}`)), limit).unref();
  });
  try {
    return await Promise.race([until, ended, late]);
  } finally {
    // With all its processes; those that have a group of their own end with it.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000))]);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
