/**
 * What a user gets from the registry: every package is built, packed, unpacked into an empty project without network,
 * imported by plain Node (no condition, so from `dist`), and its types are read by a strict compiler.
 *
 * The names a package has when it is packed must be those it has as source, and the packages of floors 0 and 1 must have
 * types that stand without Node's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { FLOORS, listFiles, packageFolders } from './floors.ts';
import { runTsc } from './tsc.ts';

/** An unpacked package: `floor` in the house, `entries` as a user imports them. */
export interface Packed {
  readonly short: string;
  readonly name: string;
  readonly floor: number;
  readonly folder: string;
  readonly entries: readonly string[];
}

interface PackedManifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Every tarball must bring these. */
const REQUIRED_FILES = ['README.md', 'LICENSE'];

/** Builds, packs and tries all packages; one line for each thing that is wrong. */
export function checkPackedPackages(root: string): string[] {
  pruneBuilt(root);
  const built = runTsc(root, ['-b']);
  if (built.length > 0) return built;
  const project = mkdtempSync(join(tmpdir(), 'mailwright-packed-'));
  try {
    const problem = packAll(root, project);
    if (problem !== undefined) return [problem];
    const packages = packageFolders(root).map((short) => unpack(root, project, short));
    const unchanged = packages.filter(({ short }) => !existsSync(join(root, 'packages', short, 'CHANGELOG.md')));
    return [...unchanged.map(({ name }) => `${name}: has no CHANGELOG.md`), ...packages.flatMap(checkContents), ...checkImports(root, project, packages), ...checkTypes(root, project, packages)];
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** Removes from `dist` what no source stands behind any more; the compiler never does. */
export function pruneBuilt(root: string): void {
  for (const short of packageFolders(root)) {
    const dist = join(root, 'packages', short, 'dist');
    for (const file of listFiles(dist, '')) {
      const source = join(root, 'packages', short, 'src', relative(dist, file).replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts'));
      if (!existsSync(source)) rmSync(file);
    }
  }
}

function packAll(root: string, project: string): string | undefined {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  const options = ['--yes', packageManager, '--recursive', '--filter', './packages/*', 'pack', '--pack-destination', join(project, 'tarballs')];
  const { status, stdout, stderr, error } = spawnSync('npx', options, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: 'true' } });
  return status === 0 ? undefined : `pnpm pack failed: ${error?.message ?? ''}\n${stdout}${stderr}`;
}

function unpack(root: string, project: string, short: string): Packed {
  const { name } = readManifest(join(root, 'packages', short));
  const prefix = name.replace('@', '').replace('/', '-');
  const tarball = readdirSync(join(project, 'tarballs')).find((file) => file.startsWith(`${prefix}-`) && /^\d/.test(file.slice(prefix.length + 1)));
  if (tarball === undefined) throw new Error(`pnpm pack made no tarball of ${name}`);
  const folder = join(project, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync('tar', ['-xzf', join(project, 'tarballs', tarball), '-C', folder, '--strip-components=1'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar could not unpack ${tarball}: ${stderr}`);
  const entries = Object.keys(readManifest(folder).exports ?? {}).map((entry) => `${name}${entry.slice(1)}`);
  return { short, name, folder, entries, floor: FLOORS.findIndex(({ packages }) => packages.includes(short)) };
}

/** What is missing in an unpacked tarball, or named in its manifest and not there. */
export function checkContents({ name, folder }: Packed): string[] {
  const manifest = readManifest(folder);
  const problems = REQUIRED_FILES.filter((file) => !existsSync(join(folder, file))).map((file) => `${name}: the tarball has no ${file}`);
  for (const [dependency, version] of Object.entries(manifest.dependencies ?? {})) {
    if (!/^\d+\.\d+\.\d+$/.test(version)) problems.push(`${name}: the tarball depends on ${dependency} ${version}, not on a version`);
  }
  for (const target of [...targetsOf(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})]) {
    if (!existsSync(join(folder, target))) problems.push(`${name}: package.json names ${target}, which the tarball does not have`);
  }
  for (const file of Object.values(manifest.bin ?? {})) {
    if (existsSync(join(folder, file)) && !readFileSync(join(folder, file), 'utf8').startsWith('#!/usr/bin/env node\n')) problems.push(`${name}: ${file} does not begin with #!/usr/bin/env node`);
  }
  return problems;
}

/** Every file named in an `exports` map, whatever its conditions. */
function targetsOf(exported: unknown): string[] {
  if (typeof exported === 'string') return exported.includes('*') ? [] : [exported];
  return typeof exported === 'object' && exported !== null ? Object.values(exported).flatMap(targetsOf) : [];
}

/** Imports every entry from the tarballs and from the sources and compares the names. */
function checkImports(root: string, project: string, packages: readonly Packed[]): string[] {
  const problems: string[] = [];
  for (const { short, entries } of packages) {
    for (const entry of entries) {
      const fromTarball = namesOf(entry, project, []);
      const fromSource = namesOf(entry, join(root, 'packages', short), ['--import', 'tsx', '--conditions=@mailwright/source']);
      if (fromTarball !== fromSource) problems.push(`${entry}: as packed it is ${fromTarball}\nas source it is ${fromSource}`);
      else if (fromTarball.startsWith('Error')) problems.push(`${entry}: ${fromTarball}`);
    }
  }
  return problems;
}

function namesOf(entry: string, cwd: string, options: readonly string[]): string {
  const code = `import * as entry from ${JSON.stringify(entry)}; process.stdout.write(Object.keys(entry).join(' '))`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, '--input-type=module', '--eval', code], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  return status === 0 ? stdout : `Error: ${stderr}`;
}

function checkTypes(root: string, project: string, packages: readonly Packed[]): string[] {
  const compile = (folder: string, entries: readonly string[], types: readonly string[]): string[] => {
    mkdirSync(join(project, folder));
    const options = { module: 'nodenext', target: 'es2022', lib: ['es2023'], strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true, types, typeRoots: [join(root, 'node_modules/@types')] };
    writeFileSync(join(project, folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['.'] }));
    const lines = entries.map((entry, index) => `import * as entry${index} from ${JSON.stringify(entry)};\nexport type Entry${index} = typeof entry${index};`);
    writeFileSync(join(project, folder, 'use.mts'), `${lines.join('\n')}\n`);
    return runTsc(project, ['-p', folder]).map((line) => `types as a user sees them: ${line}`);
  };
  const pure = packages.filter(({ floor }) => FLOORS[floor]?.builtins === 'none');
  return [
    ...compile('use-with-node', packages.flatMap(({ entries }) => entries), ['node']),
    ...compile('use-without-node', pure.flatMap(({ entries }) => entries), []),
  ];
}

function readManifest(folder: string): PackedManifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackedManifest;
}
