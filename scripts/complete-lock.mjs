import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Run after adding a dependency: node scripts/complete-lock.mjs
 * npm leaves optional packages out of package-lock.json that the registry it was made with does not have (a mirror
 * without the binaries of other platforms), and then `npm ci` refuses the lock everywhere (npm/cli#4828). This adds them
 * with what their name says; npm ci fetches only those for its own platform.
 */
const LOCK = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const added = [];
for (const { optionalDependencies = {}, dev } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const path = `node_modules/${name}`;
    if (path in lock.packages || !/^\d+\.\d+\.\d+/.test(version)) continue;
    const words = name.split(/[/-]/);
    const os = words.filter((word) => SYSTEMS.includes(word));
    const cpu = words.filter((word) => PROCESSORS.includes(word));
    if (os.length === 0 || cpu.length === 0) throw new Error(`what ${name} runs on is not in its name: add it by hand`);
    const libc = os[0] !== 'linux' ? {} : { libc: [name.includes('musl') ? 'musl' : 'glibc'] };
    lock.packages[path] = { version, cpu, ...(dev ? { dev } : {}), ...libc, optional: true, os };
    added.push(name);
  }
}
const order = ([a], [b]) => (a < b ? -1 : 1);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(order));
writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`added ${added.length} to package-lock.json${added.length > 0 ? `: ${added.join(', ')}` : ''}`);
