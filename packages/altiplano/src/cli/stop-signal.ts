/**
 * Listens for SIGINT and SIGTERM from now on; what is returned waits for the first. npm forwards signals too, so more of them
 * while stopping are ignored. Only who waits keeps Node running: what fails before that ends the process.
 */
export function stopSignal(): () => Promise<void> {
  let isTold = false;
  let tell = () => {};
  const stop = () => {
    isTold = true;
    tell();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return () =>
    new Promise((resolve) => {
      if (isTold) return resolve();
      // A promise alone does not keep Node running.
      const open = setInterval(() => {}, 1 << 30);
      tell = () => {
        clearInterval(open);
        resolve();
      };
    });
}
