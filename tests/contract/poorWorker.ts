/** A worker of Postgres in a browser that can less: what is missing is told by a message before the first call. */
import type { Lack } from './poorWorkers';

self.addEventListener(
  'message',
  ({ data }: MessageEvent<Lack>) => {
    if (data !== 'handle modes') {
      navigator.storage.getDirectory = () => Promise.reject(new DOMException('There is none here.', 'SecurityError'));
    } else {
      const { createSyncAccessHandle } = FileSystemFileHandle.prototype;
      FileSystemFileHandle.prototype.createSyncAccessHandle = function (this: FileSystemFileHandle) {
        return createSyncAccessHandle.call(this);
      };
      const scope = globalThis as unknown as { FileSystemSyncAccessHandle: { prototype: object } };
      Reflect.deleteProperty(scope.FileSystemSyncAccessHandle.prototype, 'mode');
    }
    if (data === 'opfs and indexeddb') Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
    void import('../../workers/postgres/worker').then(() => self.postMessage('ready'));
  },
  { once: true }
);
