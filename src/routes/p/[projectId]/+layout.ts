// The shell of `/` answers for these; nothing of them is known before the browser asks.
export const prerender = false;
