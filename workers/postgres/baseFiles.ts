import { BaseHash } from '../storage/baseHash.ts';
import { untar } from './tar.ts';

/** A file of a base; folders end in a slash, and have no bytes. */
export interface BaseFile {
  name: string;
  data: Uint8Array;
}

/** The files of an archived data directory, as a store's base holds them. Runs in the build and in the worker alike. */
export const baseFilesOf = (tar: Uint8Array): BaseFile[] =>
  [...untar(tar)].map(({ name, folder, data }) => (folder ? { name: `${name}/`, data: data.subarray(0, 0) } : { name, data }));

/** The hash by which the store knows this base. */
export async function hashOfBase(files: readonly BaseFile[]): Promise<string> {
  const hash = new BaseHash();
  for (const { data } of files) await hash.add(data);
  return hash.hex(files.map(({ name, data }) => ({ name, size: data.length })));
}

/** The bytes of all files, one after the other. */
export function bytesOfBase(files: readonly BaseFile[]): ReadableStream<Uint8Array> {
  const whole = new Uint8Array(files.reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of files) {
    whole.set(data, at);
    at += data.length;
  }
  return new ReadableStream({
    start(controller) {
      controller.enqueue(whole);
      controller.close();
    }
  });
}
