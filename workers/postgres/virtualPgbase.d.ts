declare module 'virtual:pgbase' {
  /** Address of the data directory that the build prepares (vite.pgbase.ts). */
  const url: string;
  export default url;
}
