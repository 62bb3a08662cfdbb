/** Resolves at the first SIGINT or SIGTERM. npm forwards signals too, so more of them while stopping are ignored. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    // A promise alone does not keep Node running.
    const open = setInterval(() => {}, 1 << 30);
    const stop = () => {
      clearInterval(open);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
