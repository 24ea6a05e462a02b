/**
 * What a page and a worker of Rowhouse may do. The one place that says so: svelte.config.js writes it into each
 * document's meta tag, `npm start` and `vite preview` send it as headers, the service worker stamps it on what it
 * answers. Nothing may be asked for beyond the origin.
 */
export const directives = {
  'default-src': ['self'],
  'script-src': ['self', 'wasm-unsafe-eval'],
  'connect-src': ['self'],
  'worker-src': ['self'],
  'img-src': ['self', 'blob:', 'data:'],
  'font-src': ['self'],
  // CodeMirror and xyflow insert <style> elements
  'style-src': ['self', 'unsafe-inline'],
  'manifest-src': ['self'],
  'object-src': ['none'],
  'base-uri': ['none'],
  'form-action': ['none'],
  'frame-src': ['none'],
  'frame-ancestors': ['none']
};

/**
 * The directives for the meta tag: browsers ignore frame-ancestors there, with a warning.
 * @returns {Omit<typeof directives, 'frame-ancestors'>}
 */
export function metaDirectives() {
  const { 'frame-ancestors': _, ...rest } = directives;
  return rest;
}

const keywords = new Set(['self', 'none', 'unsafe-inline', 'wasm-unsafe-eval']);

/** @param {string[]} leaveOut names of directives */
function policy(leaveOut) {
  return Object.entries(directives)
    .filter(([name]) => !leaveOut.includes(name))
    .map(([name, sources]) => `${name} ${sources.map((s) => (keywords.has(s) ? `'${s}'` : s)).join(' ')}`)
    .join('; ');
}

/** For everything but documents. Without it a worker's script is under no policy at all: a meta tag does not reach it. */
export const workerPolicy = policy([]);
/**
 * For documents, whose meta tag holds script-src with the hash of the inline script of that very page; a header
 * that named scripts (default-src does as well) would forbid that script.
 */
export const documentPolicy = policy(['default-src', 'script-src']);

/**
 * The headers that a response must carry, by what it is.
 * @param {string | null | undefined} contentType
 * @returns {Record<string, string>}
 */
export function securityHeaders(contentType) {
  return {
    'content-security-policy': contentType?.startsWith('text/html') ? documentPolicy : workerPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'
  };
}

/**
 * Lets a Node response take our headers at the moment when it is sent, for only then its type is known. A policy
 * that is there already (SvelteKit's, on a page that `vite preview` renders) stays, and ours is sent beside it.
 * @param {import('node:http').ServerResponse} res
 */
export function stampResponse(res) {
  const writeHead = res.writeHead;
  res.writeHead = /** @type {any} */ (
    /**
     * @param {number} status
     * @param {any[]} rest
     */
    (status, ...rest) => {
      // "Not modified" has no type, and its headers replace those that the browser keeps: a document would get the
      // policy of a worker, which forbids its inline script. What is kept has been stamped already.
      if (status === 304) return writeHead.call(res, status, .../** @type {[any]} */ (rest));
      const given = rest.find((part) => part && typeof part === 'object' && !Array.isArray(part)) ?? {};
      const named = Object.entries(given).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
      const type = String(named ?? res.getHeader('content-type') ?? '');
      for (const [name, value] of Object.entries(securityHeaders(type))) {
        const there = Object.keys(given).find((key) => key.toLowerCase() === name);
        const before = there ? given[there] : res.getHeader(name);
        if (name !== 'content-security-policy' || !before) {
          if (there) given[there] = value;
          else res.setHeader(name, value);
        } else if (![before].flat().includes(value)) {
          if (there) given[there] = [before, value].flat();
          else res.setHeader(name, [before, value].flat());
        }
      }
      return writeHead.call(res, status, .../** @type {[any]} */ (rest));
    }
  );
}

/**
 * Sends the headers from `vite preview` as well.
 * @returns {import('vite').Plugin}
 */
export function previewHeaders() {
  return {
    name: 'rowhouse-preview-headers',
    configurePreviewServer(server) {
      server.middlewares.use((_req, res, next) => {
        stampResponse(res);
        next();
      });
    }
  };
}
