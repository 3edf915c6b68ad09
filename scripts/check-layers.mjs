// Checks that dependencies between the parts of the project run in one direction: node scripts/check-layers.mjs
// [FOLDER]. Prints one line per wrong import, `file:line: rule`, and ends with status 1 when there is one. FOLDER is a
// project laid out like this one; without it, this one. Runs under Node 24, once the npm packages are installed.
//
//   kiosk-client  operator-console   pages          -> protocol, web-parts, client/ of services
//   certificates/checker             page           -> web-parts, its own service
//   certificates  device-drivers     services       -> protocol, identity, client/ of services
//   queue-service sfu-server         services       -> protocol, client/ of services
//   identity  protocol  web-parts    libraries      -> nothing of the project
//   deploy  e2e  bench  scripts      outside        -> each other, and the doors of all of them

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

const libraries = ['protocol', 'identity', 'web-parts'];
const workspaces = [
  ...libraries,
  'queue-service',
  'sfu-server',
  'certificates',
  'device-drivers',
  'kiosk-client',
  'operator-console',
];
/** Folders that belong to no workspace: they start and drive the services from outside. */
const outside = ['deploy', 'e2e', 'bench', 'scripts'];

/** Libraries that are not for everyone. */
const users = {
  identity: ['certificates', 'device-drivers'],
  'web-parts': ['kiosk-client', 'operator-console', 'certificates/checker'],
};
const scope = '@videosportello/';
const sourceFile = /\.(ts|mts|cts|js|mjs|cjs)$/;

/**
 * @typedef {object} Import
 * @property {string} file importing file, from the project folder
 * @property {string} owner folder at the top that it lies in
 * @property {string} specifier as written
 * @property {string | undefined} target what it leads to, from the project folder, when that is part of the project; of a
 *   workspace imported by name, its name and the path in the name
 * @property {boolean} byName whether the target is a workspace imported by its name
 */

/** @type {{ text: string, isBroken: (found: Import) => boolean }[]} */
const rules = [
  {
    text: 'a library (protocol, identity, web-parts) imports no workspace',
    isBroken: ({ owner, target }) =>
      libraries.includes(owner) &&
      target !== undefined &&
      workspaces.some((name) => name !== owner && isIn(target, name)),
  },
  {
    text: 'a relative import stays within its workspace',
    isBroken: ({ owner, target, byName }) => {
      if (byName || target === undefined || isIn(target, owner)) {
        return false;
      }
      const isOutside = outside.includes(owner);
      return !(isOutside && (outside.some((name) => isIn(target, name)) || isDoorFile(target, owner)));
    },
  },
  {
    text: 'a service is imported only through its client/ (device-drivers also through virtual/, from outside the services)',
    isBroken: ({ file, owner, target, byName }) =>
      byName &&
      !libraries.some((name) => isIn(target, name)) &&
      !isIn(target, owner) &&
      !isServiceDoor(target, owner, file),
  },
  ...Object.entries(users).map(([library, allowed]) => ({
    text: `${library} is imported only by ${allowed.join(' and ')}`,
    isBroken: ({ file, target, byName }) =>
      byName && isIn(target, library) && ![library, ...allowed].some((folder) => isIn(file, folder)),
  })),
  {
    text: 'a virtual device imports nothing of identity but identity/primitives/, so that no message code tests itself',
    isBroken: ({ file, target }) =>
      isIn(file, 'device-drivers/virtual') &&
      target !== undefined &&
      isIn(target, 'identity') &&
      !isIn(target, 'identity/primitives') &&
      !isIn(target, 'identity/src/primitives'),
  },
  {
    text: 'identity/src/ imports its own files and node:crypto, nothing else; its tests may import more',
    isBroken: ({ file, specifier, target, byName }) =>
      isIn(file, 'identity/src') &&
      !file.endsWith('.test.ts') &&
      specifier !== 'node:crypto' &&
      (byName || target === undefined || !isIn(target, 'identity/src')),
  },
  {
    text: 'kiosk-client imports nothing of certificates',
    isBroken: ({ owner, target }) => owner === 'kiosk-client' && target !== undefined && isIn(target, 'certificates'),
  },
  {
    text: 'only certificates/src/render/ imports pdfkit; a test or a measurement may draw a page with it',
    isBroken: ({ file, specifier }) =>
      (specifier === 'pdfkit' || specifier.startsWith('pdfkit/')) &&
      !isIn(file, 'certificates/src/render') &&
      !isIn(file, 'certificates/testing') &&
      !file.endsWith('.test.ts'),
  },
  {
    text: "a service's src/main.ts is started as a process, never imported",
    isBroken: ({ target }) => workspaces.some((name) => target === `${name}/src/main.ts`),
  },
];

function isIn(place, folder) {
  return place === folder || place.startsWith(`${folder}/`);
}

function isServiceDoor(target, owner, file) {
  const [service, door] = target.split('/');
  if (!workspaces.includes(service) || door === undefined) {
    return false;
  }
  const isOutside = outside.includes(owner);
  return (
    door === 'client' ||
    (service === 'device-drivers' && door === 'virtual' && isOutside) ||
    (door === 'testing' && (isOutside || file.endsWith('.test.ts')))
  );
}

/** What the folders outside may also reach by a path. Set-up runs before names can be resolved. */
function isDoorFile(target, owner) {
  return isServiceDoor(target, owner, '') || (owner === 'scripts' && isIn(target, 'sfu-server/worker-build'));
}

/**
 * Checks all source files of a project.
 *
 * @param {string} project its folder
 * @returns {{ files: number, faults: string[] }} how many files were read, and one line per fault
 */
function checkLayers(project) {
  const files = [...workspaces, ...outside].flatMap((folder) => sourceFilesBelow(project, folder));
  const faults = files.flatMap((file) => {
    const text = readFileSync(path.join(project, file), 'utf8');
    const { program, errors } = parseSync(file, text);
    if (errors.length > 0) {
      return [`${file}:1: this file cannot be read: ${errors[0].message}`];
    }
    return specifiersIn(program).flatMap(({ specifier, start }) => {
      const found = describe(file, specifier);
      const line = text.slice(0, start).split('\n').length;
      return rules
        .filter((rule) => rule.isBroken(found))
        .map((rule) => `${file}:${line}: ${rule.text} (imports ${specifier})`);
    });
  });
  return { files: files.length, faults };
}

function sourceFilesBelow(project, folder) {
  const full = path.join(project, folder);
  if (!existsSync(full)) {
    return [];
  }
  return readdirSync(full, { withFileTypes: true }).flatMap((entry) => {
    const inside = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      return entry.name === 'node_modules' || entry.name === 'dist' ? [] : sourceFilesBelow(project, inside);
    }
    return sourceFile.test(entry.name) ? [inside] : [];
  });
}

/** @returns {Import} */
function describe(file, specifier) {
  const owner = file.slice(0, file.indexOf('/'));
  if (specifier.startsWith(scope)) {
    return { file, owner, specifier, target: specifier.slice(scope.length), byName: true };
  }
  if (specifier.startsWith('.')) {
    return { file, owner, specifier, target: path.posix.join(path.posix.dirname(file), specifier), byName: false };
  }
  return { file, owner, specifier, target: undefined, byName: false };
}

/** Every module named by a literal: imports of values and types, re-exports, import(), import types, require(). */
function specifiersIn(program) {
  const found = [];
  const visit = (node) => {
    if (Array.isArray(node)) {
      node.forEach(visit);
    } else if (node !== null && typeof node === 'object') {
      const specifier = literal(moduleNamedBy(node));
      if (specifier !== undefined) {
        found.push({ specifier, start: node.start });
      }
      Object.values(node).forEach(visit);
    }
  };
  visit(program.body);
  return found;
}

function moduleNamedBy(node) {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source;
    case 'TSExternalModuleReference':
      return node.expression;
    case 'CallExpression':
      return node.callee.type === 'Identifier' && node.callee.name === 'require' ? node.arguments[0] : undefined;
    default:
      return undefined;
  }
}

function literal(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') {
    return node.value;
  }
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) {
    return node.quasis[0].value.cooked;
  }
  return undefined;
}

const thisProject = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const { files, faults } = checkLayers(path.resolve(process.argv[2] ?? thisProject));
if (files === 0) {
  process.stderr.write('There are no source files to check.\n');
  process.exitCode = 1;
} else if (faults.length > 0) {
  process.stdout.write(`${faults.join('\n')}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`  ${files} files, no wrong import\n`);
}
