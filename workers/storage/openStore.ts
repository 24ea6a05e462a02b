import { StorageError, type OpenedStore, type StoreOptions } from './storeTypes';

/** Opens a project's store at its end. Throws a StorageError whose `reason` says why it cannot be. */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const { source } = options;
  if (source.kind === 'stored') throw new StorageError('Nothing is stored for this project.', false, 'missing');
  let files = new Map<string, Uint8Array>();
  if (source.kind === 'file') {
    const stream = source.gzip ? source.file.stream().pipeThrough(new DecompressionStream('gzip')) : source.file;
    files.set(source.name, new Uint8Array(await new Response(stream).arrayBuffer()));
  }
  let kept = new Map(files);
  let lastFrame = 0;
  let dirty = false;
  const resized = (bytes: Uint8Array | undefined, size: number): Uint8Array => {
    const grown = new Uint8Array(size);
    if (bytes) grown.set(bytes.subarray(0, size));
    return grown;
  };
  return {
    where: 'memory',
    settled: Promise.resolve(),
    saveState: () => ({ saved: false, done: 0, total: 0 }),
    get lastFrame() {
      return lastFrame;
    },
    get dirty() {
      return dirty;
    },
    files: () => [...files].map(([name, bytes]) => ({ name, size: bytes.length })),
    has: (name) => files.has(name),
    size: (name) => files.get(name)?.length ?? -1,
    read(name, at, into) {
      const part = files.get(name)?.subarray(at, at + into.length) ?? new Uint8Array(0);
      into.set(part);
      into.fill(0, part.length);
      return part.length;
    },
    write(name, at, bytes) {
      const old = files.get(name);
      const file = resized(old, Math.max(old?.length ?? 0, at + bytes.length));
      file.set(bytes, at);
      files.set(name, file);
      dirty = true;
    },
    truncate(name, size) {
      files.set(name, resized(files.get(name), size));
      dirty = true;
    },
    remove(name) {
      dirty = files.delete(name) || dirty;
    },
    rename(from, to) {
      const file = files.get(from);
      if (!file) throw new StorageError(`There is no file ${from}.`);
      files.delete(from);
      files.set(to, file);
      dirty = true;
    },
    commit() {
      if (!dirty) return lastFrame;
      kept = new Map(files);
      dirty = false;
      return ++lastFrame;
    },
    rollback() {
      files = new Map(kept);
      dirty = false;
    },
    stored: () => ({ bytes: 0, files: 0 }),
    close: () => undefined
  };
}
