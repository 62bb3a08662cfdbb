import { type AddressInfo, createServer } from 'node:net';

/** The remembered port when it is free, so that a URL somebody noted keeps working; else any free one. */
export async function choosePort(remembered: number | undefined): Promise<number> {
  const again = remembered === undefined ? undefined : await probe(remembered).catch(() => undefined);
  return again ?? (await probe(0));
}

function probe(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}
