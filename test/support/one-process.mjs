// One process in which test/support/command.ts runs one command line after another: told a folder, arguments and variables over
// the channel to its parent, it answers with what `nabla` wrote and with the exit code that it would have ended with. The command's
// main module is evaluated anew for each, all others only once. It ends when its parent does.

const MAIN = process.argv[2];
const usual = { ...process.env };
let changed = {};
const said = { stdout: '', stderr: '' };
let count = 0;

for (const name of ['stdout', 'stderr']) {
  // The command listens for errors of its outputs whenever it begins.
  process[name].setMaxListeners(0);
  process[name].write = (text, ...rest) => {
    said[name] += text;
    rest.find((value) => typeof value === 'function')?.();
    return true;
  };
}

process.on('message', async ({ args, cwd, env }) => {
  Object.assign(said, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  process.chdir(cwd);
  for (const name of Object.keys(changed)) delete process.env[name];
  changed = env;
  Object.assign(process.env, usual, env);
  process.argv = [process.execPath, MAIN, ...args];
  await import(`${MAIN}?${++count}`);
  process.send({ code: process.exitCode ?? 0, ...said });
});
