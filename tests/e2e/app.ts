import { expect, type Locator, type Page } from '@playwright/test';

/** What to do with a file that is given to the app: a path, or bytes under a name. */
export type GivenFile = string | { name: string; bytes: Uint8Array | string };

/** The cell of a grid at a row (from 1) and a column (from 1). */
export const cell = (grid: Locator, row: number, column: number): Locator =>
  grid.locator(`[role=gridcell][aria-rowindex="${row + 1}"][aria-colindex="${column}"]`);

/** Drives one page of the app by its landmarks alone: roles, names and the data attributes that the design promises. */
export class App {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Closes a dialog by Escape; a list of completions that stands over it goes first. */
  async escape(dialog: Locator): Promise<void> {
    await expect(async () => {
      await this.page.keyboard.press('Escape');
      await expect(dialog).toBeHidden({ timeout: 500 });
    }).toPass();
  }

  /** Opens an address of the app and waits until it answers. */
  async goto(path = '/'): Promise<void> {
    await this.page.goto(path);
    await expect(this.page.getByRole('banner')).toBeVisible();
  }

  /** Gives files to the app's file input; does not wait for them to be open. */
  async giveFiles(...files: GivenFile[]): Promise<void> {
    const input = this.page.locator('input[type=file][aria-label="Open database files"]');
    await input.setInputFiles(
      files.map((file) =>
        typeof file === 'string'
          ? file
          : { name: file.name, mimeType: 'application/octet-stream', buffer: Buffer.from(file.bytes) }
      ) as Parameters<Locator['setInputFiles']>[0]
    );
  }

  /** Opens files, each as a project of the file's name without its endings, and waits until all are connected. */
  async openFiles(...files: GivenFile[]): Promise<void> {
    await this.giveFiles(...files);
    for (const file of files) {
      const name = (typeof file === 'string' ? file.split(/[/\\]/).pop()! : file.name).replace(/(?:\.\w+)+$/, '');
      await this.connected(name);
    }
  }

  /** The row of a project in the tree. */
  project(name: string): Locator {
    return this.page.locator(`[role=treeitem][aria-level="1"][data-project=${quoted(name)}]`);
  }

  /** Waits for a project's status. */
  async connected(name: string, status = 'connected'): Promise<void> {
    await expect(this.project(name)).toHaveAttribute('data-status', status, { timeout: 30_000 });
  }

  /** The row of a relation in the tree; `relation` as `schema.name`. */
  relation(project: string, relation: string): Locator {
    return this.page.locator(`[role=treeitem][data-project=${quoted(project)}][data-relation=${quoted(relation)}]`);
  }

  /** Opens the tab of a relation and waits for its first rows. */
  async openRelation(project: string, relation: string): Promise<Locator> {
    await this.relation(project, relation).click();
    const grid = this.grid(relation.slice(relation.indexOf('.') + 1));
    await expect(grid).toBeVisible();
    await expect(this.tab(project, 'table')).toHaveAttribute('aria-selected', 'true');
    await expect(grid.locator('[role=gridcell]').first()).toBeVisible();
    return grid;
  }

  /** The selected tab of a project, or any of a type. */
  tab(project: string, type: string): Locator {
    return this.page.locator(
      `[role=tab][aria-selected=true][data-project=${quoted(project)}][data-tab-type=${quoted(type)}]`
    );
  }

  /** All open tabs, as `title — project`. */
  async tabNames(): Promise<string[]> {
    const tabs = this.page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab');
    return Promise.all((await tabs.all()).map(async (tab) => (await tab.getAttribute('aria-label')) ?? (await tab.innerText())));
  }

  grid(name: string): Locator {
    return this.page.getByRole('grid', { name, exact: true });
  }

  /** The cells that a grid has drawn, row by row, NULL as null; row numbers left out. */
  async cells(grid: Locator): Promise<(string | null)[][]> {
    // they are drawn a moment after it
    if ((await this.rowCount(grid)) > 0) await expect(grid.locator('[role=gridcell]').first()).toBeVisible();
    const flat = await grid.locator('[role=gridcell]').evaluateAll((cells) =>
      cells.map((cell) => ({
        row: Number(cell.getAttribute('aria-rowindex') ?? cell.closest('[aria-rowindex]')?.getAttribute('aria-rowindex')),
        column: Number(cell.getAttribute('aria-colindex')),
        text: cell.hasAttribute('data-null') ? null : (cell.textContent ?? '').trim()
      }))
    );
    const rows = new Map<number, (string | null)[]>();
    for (const { row, text } of flat.sort((a, b) => a.row - b.row || a.column - b.column)) {
      rows.set(row, [...(rows.get(row) ?? []), text]);
    }
    return [...rows.values()];
  }

  /** Rows that a grid says it has, its head not counted; -1 while that is not known. */
  async rowCount(grid: Locator): Promise<number> {
    const count = Number(await grid.getAttribute('aria-rowcount'));
    return count < 0 ? -1 : count - 1;
  }

  get status(): Locator {
    return this.page.getByRole('status', { name: 'Status' });
  }

  get editor(): Locator {
    return this.page.getByRole('textbox', { name: 'SQL', exact: true });
  }

  get alert(): Locator {
    return this.page.getByRole('alert');
  }

  /** A new query tab of a project, ready to be written in. */
  async newQuery(project: string): Promise<void> {
    await this.project(project).hover();
    await this.page.getByRole('button', { name: `New query on ${project}`, exact: true }).click();
    await expect(this.tab(project, 'query')).toBeVisible();
    await expect(this.editor).toBeVisible();
  }

  /** Replaces the text of the editor. */
  async write(sql: string): Promise<void> {
    await this.editor.click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(sql);
  }

  /** Writes and starts a script without waiting for its end. */
  async start(sql: string): Promise<void> {
    await this.write(sql);
    await this.page.keyboard.press('ControlOrMeta+Shift+Enter');
  }

  /** Runs a whole script in the open query tab and waits for its end. */
  async run(sql: string, state: 'done' | 'failed' = 'done'): Promise<void> {
    const before = Number((await this.status.getAttribute('data-run')) ?? 0);
    await this.start(sql);
    await expect(this.status).toHaveAttribute('data-run', String(before + 1));
    await expect(this.status).toHaveAttribute('data-state', state, { timeout: 30_000 });
  }

  /** Rows of a query in a new tab of a project. */
  async query(project: string, sql: string): Promise<(string | null)[][]> {
    await this.newQuery(project);
    await this.run(sql);
    const grid = this.grid('Result');
    await expect(grid).toBeVisible();
    return this.cells(grid);
  }

  /** Runs a command of the palette by its title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+k');
    const dialog = this.page.getByRole('dialog', { name: 'Commands' });
    await expect(dialog).toBeVisible();
    await this.page.keyboard.insertText(title);
    await expect(dialog.getByRole('option').first()).toContainText(title);
    await this.page.keyboard.press('Enter');
    await expect(dialog).toBeHidden();
  }

  /** The bytes that "Save a copy" of a project downloads. */
  async copyOf(project: string): Promise<Buffer> {
    const download = this.page.waitForEvent('download');
    await this.command(`Save a copy (${project})`);
    const stream = await (await download).createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  /** Waits until the app is kept for use without a network. */
  async keptOffline(): Promise<void> {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (!navigator.serviceWorker.controller) {
        await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
      }
    });
  }
}

/** A string as an attribute selector takes it. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
