/** What the browser has noted of this worker's requests since its start. */
export function requestsMade(): { all: number; beyond: number } {
  const asked = performance.getEntriesByType('resource').map(({ name }) => name);
  return { all: asked.length, beyond: asked.filter((url) => !/^(?:blob|data):/.test(url) && new URL(url).origin !== location.origin).length };
}
