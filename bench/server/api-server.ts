import { bundle } from './bundle.ts';
import { type ServerProcess, startProgram } from './program.ts';

export type ApiServer = ServerProcess;

/** The server in a process of its own, as it is run in production. */
export async function startApiServer(url: string, secret: string): Promise<ApiServer> {
  const { APP_DATABASE_URL: _app, DATABASE_DIRECT_URL: _direct, LOG_LEVEL: _level, ...inherited } = process.env;
  const env = { ...inherited, DATABASE_URL: url, ALTIPLANO_SECRET: secret };
  return startProgram(process.execPath, [await bundle('server/serve-callbot')], env);
}
