import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server of Postgres' own, for as long as a measurement takes; its socket lies in a folder of ours. */
export interface NativePostgres {
  version: string;
  /** Milliseconds that psql takes to restore a dump into a database of its own. */
  restore: (path: string) => Promise<number>;
  stop: () => Promise<void>;
}

/** Postgres refuses to run as root: then it runs as nobody. */
function asServer(command: string, args: string[]): [string, string[]] {
  return process.getuid?.() === 0 ? ['runuser', ['-u', 'nobody', '--', command, ...args]] : [command, args];
}

/** Starts one where initdb, pg_ctl and psql are installed; undefined where they are not. */
export async function startNativePostgres(): Promise<NativePostgres | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'rowhouse-pg-'));
  chmodSync(folder, 0o700);
  if (process.getuid?.() === 0) {
    const number = (flag: string) => Number(execFileSync('id', [flag, 'nobody']).toString());
    chownSync(folder, number('-u'), number('-g'));
  }
  const data = join(folder, 'data');
  const drop = () => rmSync(folder, { recursive: true, force: true });
  try {
    await run(...asServer('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C']));
    const options = `-k ${folder} -c listen_addresses= -p 5499`;
    await run(...asServer('pg_ctl', ['-D', data, '-o', options, '-l', join(folder, 'log'), '-w', 'start']));
  } catch (error) {
    drop();
    console.log(`No native Postgres to compare with: ${String(error).split('\n')[0]}`);
    return undefined;
  }
  const psql = (...args: string[]) => run('psql', ['-X', '-q', '-h', folder, '-p', '5499', '-U', 'postgres', ...args], { maxBuffer: 1e8 });
  let databases = 0;
  return {
    version: (await psql('-d', 'postgres', '-Atc', 'show server_version')).stdout.trim(),
    async restore(path) {
      const name = `bench${++databases}`;
      await psql('-d', 'postgres', '-c', `create database ${name}`);
      const began = performance.now();
      await psql('-d', name, '-o', '/dev/null', '-f', path);
      return performance.now() - began;
    },
    async stop() {
      await run(...asServer('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']));
      drop();
    }
  };
}
