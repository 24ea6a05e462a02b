/** What a picker of the browser gives; null where it was left. Rejects as it does else. */
export async function unlessLeft<T>(picked: Promise<T>): Promise<T | null> {
  try {
    return await picked;
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') return null;
    throw e;
  }
}
