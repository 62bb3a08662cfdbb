import { spawn } from 'node:child_process';

/**
 * Runs a program on our terminal and answers with its exit code. Ctrl-C reaches it by itself, being in our process group:
 * we only outlive it, so that it can finish; a SIGTERM is sent to us alone and passed on.
 */
export function run(program, options, settings = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, options, { stdio: 'inherit', ...settings });
    const ignore = () => {};
    const pass = () => child.kill('SIGTERM');
    process.on('SIGINT', ignore);
    process.on('SIGTERM', pass);
    const end = (code) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      end(127);
    });
    child.on('exit', (code, signal) => end(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** Announces a part of the work, runs it, and says how long it took. */
export async function runPart(title, program, options, settings) {
  console.log(`\n== ${title}`);
  const begin = Date.now();
  const code = await run(program, options, settings);
  console.log(`== ${title}: ${code === 0 ? 'done' : `failed (exit ${code})`} in ${seconds(begin)} s`);
  return code;
}

function seconds(begin) {
  return ((Date.now() - begin) / 1000).toFixed(1);
}
