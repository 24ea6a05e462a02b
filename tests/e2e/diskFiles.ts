import { gunzipSync, gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';

/**
 * Files that the page can write to, without the browser's question whether it may: they lie in the page's own file system,
 * whose handles are the same kind as those of files on disk. Drops and the picker of files give their handles.
 */
export class DiskFiles {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** To be called before the page is opened. */
  static async of(page: Page): Promise<DiskFiles> {
    await page.addInitScript(() => {
      const disk = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('disk', { create: true });
      const state = { picked: '', permission: 'granted' };
      Object.assign(globalThis, {
        diskFolder: disk,
        diskState: state,
        showOpenFilePicker: async () => [await (await disk()).getFileHandle(state.picked)]
      });
      Object.assign(FileSystemHandle.prototype, {
        queryPermission: async () => 'prompt',
        requestPermission: async () => state.permission
      });
      Object.assign(DataTransferItem.prototype, {
        async getAsFileSystemHandle(this: DataTransferItem) {
          return (await disk()).getFileHandle(this.getAsFile()!.name);
        }
      });
    });
    return new DiskFiles(page);
  }

  /** Writes a file, as another program would. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#page.evaluate(
      async ([as, packed]) => {
        const file = await (await globalThis.diskFolder()).getFileHandle(as, { create: true });
        const stream = new Blob([Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))]).stream();
        await stream.pipeThrough(new DecompressionStream('gzip')).pipeTo(await file.createWritable());
      },
      [name, gzipSync(bytes, { level: 1 }).toString('base64')] as const
    );
  }

  async read(name: string): Promise<Buffer> {
    const packed = await this.#page.evaluate(async (as) => {
      const file = await (await (await globalThis.diskFolder()).getFileHandle(as)).getFile();
      const zipped = new Response(file.stream().pipeThrough(new CompressionStream('gzip')));
      return (await zipped.bytes()).toBase64();
    }, name);
    return gunzipSync(Buffer.from(packed, 'base64'));
  }

  /** All names; what the browser writes beside a file while it is written over is among them. */
  names(): Promise<string[]> {
    return this.#page.evaluate(async () => {
      const names: string[] = [];
      for await (const name of (await globalThis.diskFolder()).keys()) names.push(name);
      return names;
    });
  }

  async remove(name: string): Promise<void> {
    await this.#page.evaluate(async (as) => (await globalThis.diskFolder()).removeEntry(as), name);
  }

  /** Drops files on the window, from disk. */
  async drop(...names: string[]): Promise<void> {
    await this.#page.evaluate(async (all) => {
      const transfer = new DataTransfer();
      const folder = await globalThis.diskFolder();
      for (const name of all) transfer.items.add(await (await folder.getFileHandle(name)).getFile());
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }, names);
  }

  /** What the picker of files gives from now on. */
  async picks(name: string): Promise<void> {
    await this.#page.evaluate((as) => (globalThis.diskState.picked = as), name);
  }

  /** What the browser answers when it is asked whether a file may be written. */
  async permission(answer: PermissionState): Promise<void> {
    await this.#page.evaluate((as) => (globalThis.diskState.permission = as), answer);
  }
}

declare global {
  var diskFolder: () => Promise<FileSystemDirectoryHandle>;
  var diskState: { picked: string; permission: PermissionState };
}
