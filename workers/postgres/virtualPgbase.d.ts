declare module 'virtual:pgbase' {
  /** Address of the data directory that the build prepares (vite.pgbase.ts): a tar. */
  export const url: string;
  /** Names it as a base of the store. */
  export const hash: string;
  /** What is in it, in the order of its bytes. */
  export const files: { name: string; size: number }[];
}
