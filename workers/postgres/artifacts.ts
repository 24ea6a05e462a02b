import dataUrl from '@electric-sql/pglite/pglite.data?url&no-inline';
import wasmUrl from '@electric-sql/pglite/pglite.wasm?url&no-inline';
import { url as baseUrl } from 'virtual:pgbase';
import { messageOf } from '../wire/errors';
import type { EngineCode } from '../wire/opening';

/**
 * PGlite's files, fetched by ourselves: left to PGlite, each is kept a second time in memory, and initdb's is
 * fetched and never read, which holds one of the few connections that a browser has to a server.
 */
export interface Artifacts {
  pgliteWasmModule: WebAssembly.Module;
  fsBundle: Blob;
  initdbWasmModule: WebAssembly.Module;
}

/** initdb is never run here: a new database begins from the archive that the build made. */
const noInitdb = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** @param code what an earlier worker has fetched and compiled */
export async function fetchArtifacts(code?: EngineCode): Promise<Artifacts> {
  const [pgliteWasmModule, fsBundle, initdbWasmModule] = await Promise.all([
    code?.module ?? compile(),
    code?.files ?? take(dataUrl).then((data) => data.blob()),
    WebAssembly.compile(noInitdb)
  ]);
  return { pgliteWasmModule, fsBundle, initdbWasmModule };
}

async function compile(): Promise<WebAssembly.Module> {
  const response = await take(wasmUrl);
  // Streaming lets the browser keep the compiled code; it insists on the type that some servers do not send.
  if (response.headers.get('Content-Type')?.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** The archive of a new data directory (a tar). */
export async function fetchBase(): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await (await take(baseUrl)).arrayBuffer());
  // A server may have taken the archive's compression for one of the transport.
  if (bytes[0] !== 0x1f) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function take(url: string): Promise<Response> {
  let why: string;
  try {
    const response = await fetch(url);
    if (response.ok) return response;
    why = `${response.status} ${response.statusText}`;
  } catch (e) {
    why = messageOf(e);
  }
  throw {
    code: 'storage',
    message: 'The files of Postgres could not be fetched.',
    detail: `${url}: ${why}`,
    hint: 'Reload the page when the network is back.'
  };
}
