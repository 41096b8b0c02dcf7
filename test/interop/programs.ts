/** Finds out which programs and peers are here. The runner skips a scenario whose needs are not met, and says why. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Other people's packages: an installation of its own, outside the workspace. */
export const PEERS_FOLDER: string = fileURLToPath(new URL('peers', import.meta.url));

/** Debian's Cyrus IMAP, unpacked on demand, and the folders of its libraries. */
export const CYRUS_FOLDER: string = fileURLToPath(new URL('cyrus/unpacked', import.meta.url));
export const CYRUS_LIBRARIES: string = librariesBelow(CYRUS_FOLDER);
const UNPACK_CYRUS: string = fileURLToPath(new URL('cyrus/unpack.sh', import.meta.url));

/** Debian keeps servers out of an ordinary user's path. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/lib/postfix/sbin', '/usr/local/sbin'];

/** The absolute path of a program, or `undefined`. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Debian's own Python: other installations do not see Debian's packages. */
export const PYTHON = '/usr/bin/python3';

const answers = new Map<string, string | undefined>();

/** Why `need` is not met, or `undefined` when it is. `peers` is installed on the way. Nothing is looked for twice. */
export function missing(need: string): string | undefined {
  if (!answers.has(need)) answers.set(need, lookFor(need));
  return answers.get(need);
}

function lookFor(need: string): string | undefined {
  const [, program, module] = /^([^:]*)(?::(.*))?$/.exec(need) as unknown as [string, string, string | undefined];
  if (program === 'root') return process.getuid?.() === 0 ? undefined : 'needs root';
  if (program === 'peers') return installPeers();
  if (program === 'cyrus') return unpackCyrus();
  if (program === 'python3' && module !== undefined) {
    return succeeds(PYTHON, ['-c', `import ${module}`]) ? undefined : `${module} for Python is not installed (Debian: python3-${module})`;
  }
  if (program === 'cyrus-sasl' && module !== undefined) return hasCyrusPlugin(module) ? undefined : `Cyrus SASL has no ${module} (Debian: libsasl2-modules)`;
  if (program === 'perl' && module !== undefined) return succeeds('perl', [`-M${module}`, '-e', '1']) ? undefined : `${module} for Perl is not installed`;
  if (findProgram(program) === undefined) return `${program} is not installed`;
  if (process.getuid?.() === 0) return undefined;
  return program === 'postfix' || program === 'dovecot' ? `${program} can only be started by root` : undefined;
}

/** The plugin of a mechanism is a file: `CRAM-MD5` in libcrammd5.so, `SCRAM-SHA-256` in libscram.so. */
function hasCyrusPlugin(mechanism: string): boolean {
  const name = mechanism.startsWith('SCRAM') ? 'scram' : mechanism.toLowerCase().replaceAll('-', '');
  return existsSync('/usr/lib') && readdirSync('/usr/lib').some((folder) => existsSync(`/usr/lib/${folder}/sasl2/lib${name}.so`));
}

function succeeds(command: string, options: readonly string[]): boolean {
  return existsSync(command) || findProgram(command) !== undefined ? spawnSync(command, options, { stdio: 'ignore' }).status === 0 : false;
}

/** Installs the peers at their pinned versions unless they are there; gives what went wrong. */
function installPeers(): string | undefined {
  const { dependencies } = readManifest(PEERS_FOLDER);
  const isInstalled = Object.entries(dependencies ?? {}).every(([name, version]) => readManifest(join(PEERS_FOLDER, 'node_modules', name)).version === version);
  if (isInstalled) return undefined;
  console.error(`interop: installing ${Object.entries(dependencies ?? {}).map(([name, version]) => `${name} ${version}`).join(', ')} into test/interop/peers ...`);
  const { status, stderr, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: PEERS_FOLDER, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  return status === 0 ? undefined : `the peers could not be installed: ${error?.message ?? stderr.trim()}`;
}

/** Debian has a folder of libraries for each kind of processor. */
function librariesBelow(folder: string): string {
  const kinds: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
  const kind = kinds[process.arch] ?? process.arch;
  return [join(folder, 'usr/lib', kind), join(folder, 'lib', kind)].join(':');
}

/** Unpacks Cyrus unless it is there; gives what went wrong. */
function unpackCyrus(): string | undefined {
  const hasStarted = (): boolean => spawnSync(join(CYRUS_FOLDER, 'usr/lib/cyrus/bin/imapd'), ['-?'], { env: { LD_LIBRARY_PATH: CYRUS_LIBRARIES }, stdio: 'ignore' }).status !== 127;
  if (existsSync(CYRUS_FOLDER) && hasStarted()) return undefined;
  if (findProgram('apt-get') === undefined) return 'Cyrus can be had from Debian packages alone';
  console.error("interop: unpacking Debian's Cyrus into test/interop/cyrus ...");
  const { status, stderr, error } = spawnSync('sh', [UNPACK_CYRUS, CYRUS_FOLDER], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) return `Cyrus could not be unpacked: ${error?.message ?? stderr.trim()}`;
  return hasStarted() ? undefined : 'Cyrus lacks a library';
}

function readManifest(folder: string): { readonly version?: string; readonly dependencies?: Readonly<Record<string, string>> } {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { version?: string; dependencies?: Record<string, string> }) : {};
}
