import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server of Postgres' own, for as long as a measurement takes; its socket lies in a folder of ours. */
export interface NativePostgres {
  version: string;
  /** Milliseconds that psql takes to restore a dump into a database of its own. */
  restore: (path: string) => Promise<number>;
  /** The same by pg_restore, of an archive. */
  restoreArchive: (path: string) => Promise<number>;
  /** Restores a dump into a database of its own, and gives what pg_dump writes of that. Rejects with what psql says. */
  dumpOf: (path: string) => Promise<string>;
  stop: () => Promise<void>;
}

/** Where Debian keeps a server's programs, which are not on its PATH. */
const DEBIAN = '/usr/lib/postgresql';
const env = {
  ...process.env,
  PATH: [process.env.PATH, ...(existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [])].join(delimiter)
};

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
    await run(...asServer('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C']), { env });
    const options = `-k ${folder} -c listen_addresses= -p 5499`;
    await run(...asServer('pg_ctl', ['-D', data, '-o', options, '-l', join(folder, 'log'), '-w', 'start']), { env });
  } catch (error) {
    drop();
    console.log(`No native Postgres to compare with: ${String(error).split('\n')[0]}`);
    return undefined;
  }
  const at = ['-h', folder, '-p', '5499', '-U', 'postgres'];
  const psql = (...args: string[]) => run('psql', ['-X', '-q', ...at, ...args], { env, maxBuffer: 1e8 });
  let databases = 0;
  const create = async (): Promise<string> => {
    const name = `bench${++databases}`;
    await psql('-d', 'postgres', '-c', `create database ${name}`);
    return name;
  };
  return {
    version: (await psql('-d', 'postgres', '-Atc', 'show server_version')).stdout.trim(),
    async restore(path) {
      const name = await create();
      const began = performance.now();
      await psql('-d', name, '-o', '/dev/null', '-f', path);
      return performance.now() - began;
    },
    async restoreArchive(path) {
      const name = await create();
      const began = performance.now();
      await run('pg_restore', [...at, '--no-owner', '--exit-on-error', '-d', name, path], { env, maxBuffer: 1e8 });
      return performance.now() - began;
    },
    async dumpOf(path) {
      const name = await create();
      await psql('-d', name, '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-f', path);
      const { stdout } = await run('pg_dump', [...at, '--no-owner', '--no-privileges', '-d', name], { env, maxBuffer: 1e8 });
      // Each dump has a word of its own that keeps psql's commands out.
      return stdout.replace(/^\\(?:un)?restrict .*$/gm, '');
    },
    async stop() {
      await run(...asServer('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']), { env });
      drop();
    }
  };
}
