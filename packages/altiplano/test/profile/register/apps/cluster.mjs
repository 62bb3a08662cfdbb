import cluster from 'node:cluster';
import { createServer } from 'node:http';

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  for (const worker of workers) {
    worker.on('listening', ({ port }) => {
      worker.isListening = true;
      if (port > 0 && workers.every(({ isListening }) => isListening)) console.log(port);
    });
  }
} else {
  createServer((_request, response) => response.end('worked')).listen(Number(process.env.PORT), 'localhost');
}
