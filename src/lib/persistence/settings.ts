import { database } from './database';

/** A small thing of the interface that lasts (sidebar width, collapsed branches). Undefined when never set. */
export async function readSetting<T>(key: string): Promise<T | undefined> {
  return (await database.settings.get(key))?.value as T | undefined;
}

/** `value` must be plain data. */
export async function writeSetting(key: string, value: unknown): Promise<void> {
  await database.settings.put({ key, value });
}
