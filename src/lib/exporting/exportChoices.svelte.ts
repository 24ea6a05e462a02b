import type { ExportFormat, ExportOptions } from '$workers/engine';
import { readSetting, writeSetting } from '$lib/persistence/settings';
import { defaultOptions, exportFormats } from '$lib/workspace/exportFormats';

const KEY = 'export-choices';

/** Format and options of the last export, remembered for the next. */
export class ExportChoices {
  format = $state<ExportFormat>('csv');
  /** Of a schema: as one SQL dump. */
  dump = $state(false);
  options = $state<ExportOptions>({ ...defaultOptions });
  #touched = false;

  async load(): Promise<void> {
    const kept = await readSetting<{ format: ExportFormat; options: Partial<ExportOptions>; dump?: boolean }>(KEY);
    if (!kept || this.#touched) return;
    if (exportFormats.some((f) => f.id === kept.format)) this.format = kept.format;
    this.options = { ...defaultOptions, ...kept.options };
    this.dump = kept.dump ?? false;
  }

  /** A format by its id, or `dump`. */
  choose(id: string): void {
    this.#touched = true;
    this.dump = id === 'dump';
    this.format = exportFormats.find((f) => f.id === id)?.id ?? this.format;
  }

  plain(): ExportOptions {
    return { ...this.options };
  }

  save(): void {
    this.#touched = true;
    void writeSetting(KEY, { format: this.format, options: this.plain(), dump: this.dump });
  }
}
