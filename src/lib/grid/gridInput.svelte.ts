import { tick } from 'svelte';
import { messageOf } from '$workers/engine';
import { copyAtHand, copyByReading } from './copySelection';
import { dragSelection } from './dragSelection';
import { pressKey } from './gridKeys';
import type { GridState } from './gridState.svelte';
import type { GridView } from './gridView.svelte';
import { HEAD } from './selection';

/** What whoever places a grid does when it is asked to. */
export interface GridAsks {
  /** Asked when a head is clicked, `add` with ⇧; without it heads select their column. */
  onsort?: (column: string, add: boolean) => void;
  /**
   * Asked to edit a cell: Enter, F2, double click, or a character that was typed on it. Without it the rows are
   * read-only, and Enter shows the cell whole.
   */
  onedit?: (row: number, column: number, typed?: string) => void;
  /** Hears keys before the grid does; true when it has used one. */
  onkey?: (event: KeyboardEvent) => boolean;
  /** Text that was pasted; `asRows` with ⇧. */
  onpaste?: (text: string, asRows: boolean) => void;
  /** Asked for the menu of the active cell, at a point of the window. */
  oncellmenu?: (at: { x: number; y: number }) => void;
  /** Asked for the menu of a column's head. */
  onheadmenu?: (column: number, at: { x: number; y: number }) => void;
  /** Told what was copied, in words. */
  onnotice?: (words: string) => void;
}

/** True within the editor of a cell: what happens there is its own. */
export const inEditor = (target: EventTarget | null): boolean => target instanceof Element && target.closest('[data-cell-editor]') !== null;

/** What keys, pointer and clipboard do to a grid, and where its focus is. */
export class GridInput {
  /** Why nothing was copied, in words. */
  copyFailure = $state<string | null>(null);
  readonly #element: () => HTMLElement;
  readonly #grid: GridState;
  readonly #view: GridView;
  readonly #asks: () => GridAsks;
  #isShifted = false;

  constructor(element: () => HTMLElement, grid: GridState, view: GridView, asks: () => GridAsks) {
    this.#element = element;
    this.#grid = grid;
    this.#view = view;
    this.#asks = asks;
  }

  /** Finds the active cell. */
  readonly selector = $derived.by(() => `[aria-rowindex="${this.#grid.active.row + 2}"][aria-colindex="${this.#grid.active.column + 1}"]`);

  readonly isActiveDrawn = $derived.by(() => {
    const { row, column } = this.#grid.active;
    return (row === HEAD || this.#view.rows.some((r) => r.index === row && r.cells)) && this.#view.columns.some((c) => c.index === column);
  });

  /** Gives the focus to the active cell; to the grid while that cell is not drawn. */
  readonly focusActive = (): void => {
    const element = this.#element();
    const cell = this.isActiveDrawn ? element.querySelector<HTMLElement>(this.selector) : null;
    (cell ?? element).focus({ preventScroll: true });
  };

  readonly onkeydown = (event: KeyboardEvent): void => {
    if (inEditor(event.target)) return;
    const grid = this.#grid;
    this.#isShifted = event.shiftKey;
    if (this.#asks().onkey?.(event)) {
      event.preventDefault();
      void tick().then(() => grid.editing === null && this.#element().contains(document.activeElement) && this.focusActive());
      return;
    }
    const isMeant = pressKey(event, grid, this.#view, {
      activate: this.#activate,
      edit: this.#asks().onedit && ((row, column, typed) => this.#edit(row, column, typed)),
      head: (column, e) => this.pressHead(column, e.shiftKey, false),
      toggleView: () => (grid.isViewOpen = !grid.isViewOpen),
      closeView: () => (grid.isViewOpen = false)
    });
    if (!isMeant) return;
    event.preventDefault();
    if (grid.editing === null) void tick().then(() => grid.editing === null && this.focusActive());
  };

  #edit(row: number, column: number, typed?: string): void {
    this.#view.reveal({ row, column });
    this.#asks().onedit!(row, column, typed);
  }

  readonly #activate = (row: number, column: number): void => {
    if (this.#asks().onedit) this.#edit(row, column);
    else this.#grid.isViewOpen = true;
  };

  readonly onpaste = (event: ClipboardEvent): void => {
    const { onpaste } = this.#asks();
    if (!onpaste || inEditor(event.target) || this.#grid.active.row === HEAD) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text === '') return;
    event.preventDefault();
    onpaste(text, this.#isShifted);
  };

  readonly oncopy = async (event: ClipboardEvent): Promise<void> => {
    if (inEditor(event.target)) return;
    event.preventDefault();
    this.copyFailure = null;
    try {
      const atHand = copyAtHand(this.#grid);
      if (atHand) event.clipboardData?.setData('text/plain', atHand.text);
      const copied = atHand ?? (await copyByReading(this.#grid, new AbortController().signal));
      if (!copied) return;
      const broken = copied.broken > 0 ? ` ${copied.broken} with � for what is not valid UTF-8.` : '';
      this.#asks().onnotice?.(`Copied ${copied.cells === 1 ? '1 cell' : `${copied.cells.toLocaleString('en')} cells`}.${broken}`);
    } catch (e) {
      this.copyFailure = `Not copied. ${messageOf(e)}`;
    }
  };

  readonly oncontextmenu = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    if (inEditor(target)) return;
    const { onheadmenu, oncellmenu } = this.#asks();
    const isKey = event.button !== 2 && event.detail === 0;
    const box = (isKey ? (this.#element().querySelector(this.selector) ?? this.#element()) : target).getBoundingClientRect();
    const at = isKey ? { x: box.left + 8, y: box.bottom } : { x: event.clientX, y: event.clientY };
    const head = target.closest('[role=columnheader]');
    if (head && onheadmenu) {
      event.preventDefault();
      onheadmenu(Number(head.getAttribute('aria-colindex')) - 1, at);
    } else if (oncellmenu && target.closest('[role=gridcell], [role=rowheader]')) {
      event.preventDefault();
      oncellmenu(at);
    }
  };

  /** A head was clicked, or chosen by the keyboard; `isFar` with Ctrl or ⌘ selects its column in any case. */
  pressHead(column: number, isShift: boolean, isFar: boolean): void {
    const grid = this.#grid;
    const { onsort } = this.#asks();
    grid.active = { row: HEAD, column };
    const head = grid.columns[column];
    if (onsort && head && !isFar) onsort(head.name, isShift);
    else grid.selectColumns(column, isShift);
  }

  readonly onpointerdown = (event: PointerEvent): void => {
    const target = event.target as HTMLElement;
    if (inEditor(target)) return;
    const isNumber = target.closest('[role=rowheader]') !== null;
    if (!isNumber && !target.closest('[role=gridcell]')) return;
    const grid = this.#grid;
    const element = this.#element();
    const box = element.getBoundingClientRect();
    const place = this.#view.placeAt(event.clientX - box.left, event.clientY - box.top);
    if (event.button !== 0) {
      if (!grid.isSelected(place.row, place.column)) grid.go(place);
      return;
    }
    if (isNumber) grid.selectRows(place.row, event.shiftKey);
    else grid.go(place, event.shiftKey);
    // A finger scrolls; only a mouse or a pen draws a selection.
    if (event.pointerType !== 'touch') {
      event.preventDefault();
      dragSelection(event, element, grid, this.#view, (to) => (isNumber ? grid.selectRows(to.row, true) : grid.go(to, true)));
    }
    void tick().then(this.focusActive);
  };

  readonly ondblclick = (event: MouseEvent): void => {
    const { row, column } = this.#grid.active;
    if (!inEditor(event.target) && (event.target as HTMLElement).closest('[role=gridcell]')) this.#activate(row, column);
  };
}
