/** One tab as the strip knows it. */
export interface StripTab {
  id: string;
  title: string;
  /** Accessible name, whole. */
  name: string;
  /** A second line of the list of all tabs. */
  note?: string;
  house?: string;
  pinned?: boolean;
  /** Id of the panel that this tab shows. */
  controls?: string;
  /** Further attributes of the tab. */
  attributes?: Record<string, string | undefined>;
}
