/** Bytes that this address takes of the browser's storage, by what keeps them where the browser tells, and how many it may take. */
export interface StorageUse {
  total: number;
  quota: number;
  records: number | null;
  app: number | null;
}

/** Null where the browser does not say. */
export async function storageUse(): Promise<StorageUse | null> {
  const estimate = await navigator.storage?.estimate?.();
  if (!estimate?.quota) return null;
  // Chromium gives sizes beside the whole.
  const { usageDetails } = estimate as { usageDetails?: Partial<Record<'indexedDB' | 'caches', number>> };
  return { total: estimate.usage ?? 0, quota: estimate.quota, records: usageDetails?.indexedDB ?? null, app: usageDetails?.caches ?? null };
}
