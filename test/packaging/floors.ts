/**
 * The floors of the house (docs/design.md), as data, and the check that every package keeps to its floor: it imports only
 * what lies below it, its manifest and its `tsconfig.json` declare exactly what it imports, sockets are opened in `net`
 * and `dns` alone, no file is part of a ring of imports, and nothing foreign is depended on.
 *
 * Read next: `floors.test.ts`, where each rule meets a house that breaks it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readImports } from './source-imports.ts';
import type { SourceImport } from './source-imports.ts';

/** What a floor's packages may use of Node: nothing, computation only, or everything but the modules that open sockets. */
type Builtins = 'none' | 'computation' | 'no-sockets';

/** Floors from the bottom. A package imports from floors below its own; what it takes from its own floor stands in `SIDEWAYS`. */
export const FLOORS: readonly { readonly packages: readonly string[]; readonly builtins: Builtins }[] = [
  { packages: ['wire', 'address'], builtins: 'none' },
  { packages: ['smtp', 'imap', 'pop3', 'mime', 'sasl'], builtins: 'none' },
  { packages: ['dkim', 'arc', 'spf', 'dmarc', 'authres', 'transport-policy', 'reports', 'net', 'driver', 'dns'], builtins: 'computation' },
  { packages: ['smtp-client', 'smtp-server', 'imap-client', 'imap-server', 'pop3-client', 'auth'], builtins: 'no-sockets' },
  { packages: ['delivery'], builtins: 'no-sockets' },
  { packages: ['testing', 'audit'], builtins: 'no-sockets' },
  { packages: ['cli'], builtins: 'no-sockets' },
];

/** Imports within a floor, each with its reason. */
export const SIDEWAYS: readonly { readonly from: string; readonly to: string; readonly reason: string }[] = [
  { from: 'address', to: 'wire', reason: 'the one grammar of addresses stands on octets and class tables' },
  { from: 'spf', to: 'dns', reason: 'the resolver interface that the check asks, types alone' },
  { from: 'spf', to: 'authres', reason: 'verdicts share one kind of trace' },
  { from: 'dmarc', to: 'dns', reason: 'the Resolver that records are asked of: types, and a zone in memory for tests' },
  { from: 'dmarc', to: 'authres', reason: 'verdicts share the words of RFC 8601 and one kind of trace' },
  { from: 'dkim', to: 'dns', reason: 'keys come through the resolver interface' },
  { from: 'dkim', to: 'authres', reason: 'verdicts share one kind of trace' },
  { from: 'arc', to: 'dkim', reason: 'seals and message signatures are made of tag lists, canonical forms, body hashes and keys of DKIM' },
  { from: 'arc', to: 'authres', reason: 'a set brings Authentication-Results, and verdicts share one kind of trace' },
  { from: 'arc', to: 'dns', reason: 'keys come through the resolver interface' },
  { from: 'driver', to: 'net', reason: 'what all clients and servers do around their protocols: they dial, listen and secure' },
  { from: 'auth', to: 'smtp-server', reason: 'the data handler that authenticates: the types of handlers alone' },
];

/** The modules that open sockets, and those who may import them. */
const SOCKETS: Readonly<Record<string, readonly string[]>> = {
  net: ['net', 'dns'],
  tls: ['net', 'dns'],
  dns: ['net', 'dns'],
  'dns/promises': ['net', 'dns'],
  dgram: ['dns'],
  http: ['dns'],
  https: ['dns'],
  http2: ['dns'],
  quic: [],
};
const COMPUTATION = new Set(['buffer', 'crypto', 'zlib', 'util', 'util/types', 'path', 'url', 'string_decoder', 'punycode']);
/** `net` and `dns` are the floor's own way to the outside; the rest of floor 2 computes. */
const OUTSIDE = new Set(['net', 'dns']);

/** The development dependencies of the whole project, no more. */
const DEVELOPMENT_DEPENDENCIES = new Set(['vitest', 'tsx', 'typescript', '@types/node']);
const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies'] as const;
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepublish'] as const;

interface Manifest {
  readonly name?: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A package of the workspace as the checks see it. */
interface PackageFacts {
  readonly folder: string;
  /** The folder's name: `smtp-client`. */
  readonly short: string;
  readonly name: string;
  readonly floor: number;
  readonly dependencies: Readonly<Record<string, string>>;
  /** Short names of the packages that `tsconfig.json` references. */
  readonly references: ReadonlySet<string>;
}

/** Every breach of the rules in the repository at `root`, one line each; empty when the house stands. */
export function checkFloors(root: string): string[] {
  const problems = checkManifests(root);
  const folders = packageFolders(root);
  const solution = referencesOf(join(root, 'tsconfig.json'), join(root, 'packages'));
  for (const short of folders) {
    if (!solution.has(short)) problems.push(`tsconfig.json: does not reference packages/${short}`);
    const facts = readPackage(root, short);
    if (facts.floor < 0) problems.push(`packages/${short}: has no floor; add it to test/packaging/floors.ts`);
    else problems.push(...checkDeclarations(root, facts), ...checkSources(root, facts));
  }
  return problems;
}

/** Foreign dependencies and scripts that would run at installation, in every manifest of the workspace. */
export function checkManifests(root: string): string[] {
  const problems: string[] = [];
  const manifest = readManifest(join(root, 'package.json'));
  for (const field of DEPENDENCY_FIELDS) {
    for (const name of Object.keys(manifest[field] ?? {})) {
      if (field !== 'devDependencies' || !DEVELOPMENT_DEPENDENCIES.has(name)) problems.push(`package.json: ${field} has the foreign package ${name}`);
    }
  }
  for (const folder of [...packageFolders(root).map((short) => `packages/${short}`), 'test', 'bench']) {
    if (existsSync(join(root, folder, 'package.json'))) problems.push(...checkManifest(root, folder));
  }
  return problems;
}

function checkManifest(root: string, folder: string): string[] {
  const path = `${folder}/package.json`;
  const manifest = readManifest(join(root, path));
  const isPublished = folder.startsWith('packages/');
  const problems: string[] = [];
  for (const field of DEPENDENCY_FIELDS) {
    const dependencies = manifest[field] as Readonly<Record<string, string>> | undefined;
    for (const [name, version] of Object.entries(dependencies ?? {})) {
      if (isPublished && field !== 'dependencies') problems.push(`${path}: ${field} is not used here`);
      else if (version !== 'workspace:*') problems.push(`${path}: ${name} is ${version}, only workspace:* is allowed`);
    }
  }
  for (const script of INSTALL_SCRIPTS) {
    if (manifest.scripts?.[script] !== undefined) problems.push(`${path}: the script ${script} would run on the user's machine`);
  }
  if (!isPublished && manifest.private !== true) problems.push(`${path}: must be private`);
  return problems;
}

/** What manifest and tsconfig of a package declare: lower floors only, both lists alike, purity switched on. */
function checkDeclarations(root: string, facts: PackageFacts): string[] {
  const problems: string[] = [];
  const expectedName = facts.short === 'cli' ? 'mailwright' : `@mailwright/${facts.short}`;
  if (facts.name !== expectedName) problems.push(`${facts.folder}/package.json: is named ${facts.name}, should be ${expectedName}`);
  for (const name of Object.keys(facts.dependencies)) {
    const short = shortName(name);
    if (!mayImport(facts.short, short)) problems.push(`${facts.folder}/package.json: ${name} does not lie below ${facts.name}`);
    if (!facts.references.has(short)) problems.push(`${facts.folder}/tsconfig.json: does not reference ${name}, which package.json declares`);
  }
  for (const short of facts.references) {
    if (!Object.keys(facts.dependencies).some((name) => shortName(name) === short)) problems.push(`${facts.folder}/package.json: does not declare ${short}, which tsconfig.json references`);
  }
  const { compilerOptions } = readJson(join(root, facts.folder, 'tsconfig.json')) as { compilerOptions?: { types?: readonly string[] } };
  if (FLOORS[facts.floor]!.builtins === 'none' && compilerOptions?.types?.length !== 0) {
    problems.push(`${facts.folder}/tsconfig.json: a sans-IO package compiles with "types": []`);
  }
  return problems;
}

/** Every import of every source file, and the rings among them. */
function checkSources(root: string, facts: PackageFacts): string[] {
  const problems: string[] = [];
  const source = join(root, facts.folder, 'src');
  const graph = new Map<string, string[]>();
  for (const file of listFiles(source, '.ts')) {
    const { imports, opaque } = readImports(readFileSync(file, 'utf8'));
    const where = relative(root, file);
    for (const { what, line } of opaque) problems.push(`${where}:${line}: loads a module past this check: ${what}`);
    for (const imported of imports) {
      const problem = checkImport(facts, source, file, imported);
      if (problem !== undefined) problems.push(`${where}:${imported.line}: ${problem}`);
    }
    const values = imports.filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly);
    graph.set(file, values.map(({ specifier }) => resolve(dirname(file), specifier)));
  }
  for (const ring of findRings(graph)) problems.push(`${facts.folder}: ring of imports: ${ring.map((file) => relative(source, file)).join(' -> ')}`);
  return problems;
}

function checkImport(facts: PackageFacts, source: string, file: string, { specifier }: SourceImport): string | undefined {
  if (specifier.startsWith('.')) {
    const target = resolve(dirname(file), specifier);
    if (!target.startsWith(`${source}/`)) return `${specifier} leaves the package`;
    if (!specifier.endsWith('.ts')) return `${specifier} does not end in .ts`;
    return existsSync(target) ? undefined : `${specifier} does not exist`;
  }
  if (specifier.startsWith('node:')) return checkBuiltin(facts, specifier.slice('node:'.length));
  const name = specifier.startsWith('@') ? specifier.split('/', 2).join('/') : specifier.split('/', 1)[0]!;
  if (name === facts.name) return `${specifier} is the package itself; import the file`;
  if (name !== 'mailwright' && !name.startsWith('@mailwright/')) return `${specifier} is foreign`;
  if (!mayImport(facts.short, shortName(name))) return `${name} does not lie below ${facts.name}`;
  return facts.dependencies[name] === undefined ? `${name} is not declared in package.json` : undefined;
}

function checkBuiltin(facts: PackageFacts, builtin: string): string | undefined {
  const { builtins } = FLOORS[facts.floor]!;
  if (builtins === 'none') return `node:${builtin} in a sans-IO package`;
  const allowed = Object.hasOwn(SOCKETS, builtin) ? SOCKETS[builtin] : undefined;
  if (allowed !== undefined) return allowed.includes(facts.short) ? undefined : `node:${builtin} opens sockets; only ${allowed.join(' and ') || 'nobody'} may import it`;
  if (builtins === 'computation' && !OUTSIDE.has(facts.short) && !COMPUTATION.has(builtin)) return `node:${builtin} is more than computation`;
  return undefined;
}

/** Whether package `from` may import package `to`, both by folder name. */
export function mayImport(from: string, to: string): boolean {
  const floorOfTarget = floorOf(to);
  if (floorOfTarget < 0) return false;
  return floorOfTarget < floorOf(from) || SIDEWAYS.some((line) => line.from === from && line.to === to);
}

/** Rings in a graph of files: each as the files in order, the first one repeated at its end. One ring per knot is enough. */
export function findRings(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const rings: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const seenAt = path.indexOf(file);
    if (seenAt >= 0) rings.push([...path.slice(seenAt), file]);
    if (seenAt >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return rings;
}

function floorOf(short: string): number {
  return FLOORS.findIndex(({ packages }) => packages.includes(short));
}

/** `@mailwright/smtp` -> `smtp`; the umbrella package `mailwright` lives in `cli`. */
function shortName(name: string): string {
  return name === 'mailwright' ? 'cli' : name.replace('@mailwright/', '');
}

function readPackage(root: string, short: string): PackageFacts {
  const folder = `packages/${short}`;
  const { name = '', dependencies = {} } = readManifest(join(root, folder, 'package.json'));
  const references = referencesOf(join(root, folder, 'tsconfig.json'), join(root, 'packages'));
  return { folder, short, name, floor: floorOf(short), dependencies, references };
}

/** The packages that a tsconfig references, as folder names. */
function referencesOf(tsconfig: string, packages: string): Set<string> {
  const { references = [] } = readJson(tsconfig) as { references?: readonly { path: string }[] };
  return new Set(references.map(({ path }) => relative(packages, resolve(dirname(tsconfig), path))));
}

/** The folders below `packages`, sorted. */
export function packageFolders(root: string): string[] {
  const entries = readdirSync(join(root, 'packages'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
}

/** All files below `folder` whose names end in `ending`, sorted; `node_modules` and `dist` are left out. */
export function listFiles(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : listFiles(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

function readManifest(path: string): Manifest {
  return readJson(path) as Manifest;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
