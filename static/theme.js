// Sets the theme before the first paint. src/lib/workspace/theme.svelte.ts takes over when the app has started;
// both write the same attribute. A file of its own, so that the Content-Security-Policy need not allow inline script.
(function () {
  let choice = null;
  try {
    choice = localStorage.getItem('rowhouse-theme');
  } catch {
    // storage is closed to us: follow the system
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
