import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a program to its end, its output shown as it comes.
 * @param {string} command a program, or the path of one
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, quiet?: boolean, quietLimit?: number, timeLimit?: number, cwd?: string }} [options]
 *   `quiet` keeps the output to itself; `timeLimit` ends the program after so many ms, `quietLimit` after so many ms
 *   without output.
 * @returns {Promise<{ code: number, output: string, ended: boolean }>} `code` is 127 when the program is not there;
 *   `output` both streams, at most the last 64 KB; `ended` tells that a limit ended it
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve) => {
    const { env, quiet = false, quietLimit = 0, timeLimit = 0, cwd } = options;
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && !command.endsWith('.exe'),
      // a group of its own, so that a limit ends what the program started as well
      detached: process.platform !== 'win32'
    });
    let output = '';
    let ended = false;
    /** @type {NodeJS.Timeout | undefined} */
    let silence;
    /** @param {NodeJS.Signals} signal */
    const end = (signal) => {
      try {
        if (child.pid && process.platform !== 'win32') process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // it has gone by itself meanwhile
      }
    };
    const giveUp = () => {
      ended = true;
      end('SIGKILL');
    };
    const listen = () => {
      clearTimeout(silence);
      if (quietLimit) silence = setTimeout(giveUp, quietLimit);
    };
    const overall = timeLimit ? setTimeout(giveUp, timeLimit) : undefined;
    /** @param {NodeJS.WriteStream} stream */
    const take = (stream) => (/** @type {Buffer} */ chunk) => {
      listen();
      output = (output + chunk.toString()).slice(-65536);
      if (!quiet) stream.write(chunk);
    };
    listen();
    child.stdout.on('data', take(process.stdout));
    child.stderr.on('data', take(process.stderr));

    const interrupted = () => {
      end('SIGTERM');
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);

    /** @param {number} code */
    const done = (code) => {
      clearTimeout(silence);
      clearTimeout(overall);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      resolve({ code, output, ended });
    };
    child.on('error', () => done(127));
    child.on('close', (code) => done(code ?? 1));
  });
}

/**
 * Runs npm, the one that runs us where there is one.
 * @param {string[]} args
 * @param {Parameters<typeof runCommand>[2]} [options]
 */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm && /\.c?js$/.test(npm)) return runCommand(process.execPath, [npm, ...args], options);
  return runCommand(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

/**
 * Runs the program of an installed package.
 * @param {string} script its file under node_modules, such as `vite/bin/vite.js`
 * @param {string[]} args
 * @param {Parameters<typeof runCommand>[2]} [options]
 */
export function runPackage(script, args, options) {
  return runCommand(process.execPath, [fileURLToPath(new URL(`../node_modules/${script}`, import.meta.url)), ...args], options);
}
