// Import directions of ARCHITECTURE.md section 3. @swc/core must stay installed: without it TypeScript 7 is read as
// nothing and every rule passes (TC-33); tools/checks/import-directions.ts compares the count with git's.
const SERVICES = '^services/([^/]+)/src/';
const TESTS = '\\.(test|bench)\\.ts$|/test-support/|/testing/|contract\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'kernel-imports-nothing',
      severity: 'error',
      from: { path: '^libs/kernel/src', pathNot: TESTS },
      to: { pathNot: '^libs/kernel/src' },
    },
    {
      name: 'pure-libs-import-kernel-only',
      severity: 'error',
      from: {
        path: '^libs/(ocpp|site-model|tariff|linear-program)/src',
        pathNot: `${TESTS}|^libs/linear-program/src/highs/`,
      },
      to: {
        pathNot: '^libs/((kernel|ocpp|site-model|tariff)/|linear-program/src/(?!highs/))|^node_modules/.pnpm/ajv',
      },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain imports no vendor, no node:*, no contracts, and nothing further out',
      severity: 'error',
      from: { path: `${SERVICES}domain/`, pathNot: TESTS },
      to: {
        pathNot: '^libs/((kernel|ocpp|site-model|tariff)/|linear-program/src/(?!highs/))|^services/$1/src/domain/',
      },
    },
    {
      name: 'app-knows-ports-only',
      comment: 'beside its own ports, app may name the shape of a batch of the event log, and spans as values',
      severity: 'error',
      from: { path: `${SERVICES}app/`, pathNot: TESTS },
      to: {
        pathNot:
          '^libs/(kernel|ocpp|site-model|tariff|event-log)/|^libs/telemetry/src/(?!otel/)|^services/$1/src/(domain|app)/|^services/$1/src/(ports|events|config)\\.ts$',
      },
    },
    {
      name: 'adapters-behind-assemble',
      comment: 'only main.ts and assemble.ts (and tests) import adapters',
      severity: 'error',
      from: { path: `${SERVICES}(?!adapters/|main\\.ts$|assemble\\.ts$)`, pathNot: TESTS },
      to: { path: '^services/[^/]+/src/adapters/' },
    },
    {
      name: 'no-service-imports-a-service',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-through-index',
      severity: 'error',
      from: { path: '^(sim|test-e2e|deploy|tools)/' },
      to: { path: '^services/[^/]+/src/', pathNot: '/src/index\\.ts$' },
    },
    {
      name: 'libs-know-no-service',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(services|sim|test-e2e)/' },
    },
    {
      name: 'sim-stands-alone',
      comment: 'the judge shares no code with what it judges; only the simulated world holds the platform',
      severity: 'error',
      from: { path: '^sim/src', pathNot: `${TESTS}|^sim/src/world/` },
      to: { path: '^(libs|services|deploy)/', pathNot: '^libs/kernel/' },
    },
    {
      name: 'checkers-know-no-world',
      comment: 'checkers read bytes, currents and the site document',
      severity: 'error',
      from: { path: '^sim/src/checkers/', pathNot: TESTS },
      to: { pathNot: '^libs/kernel/|^sim/src/(checkers/|documents\\.ts$)' },
    },
    {
      name: 'world-behind-main',
      comment: 'the simulator stays free of the platform for everybody else who uses it',
      severity: 'error',
      from: { path: '^sim/src/(?!world/|main\\.ts$)', pathNot: TESTS },
      to: { path: '^sim/src/world/' },
    },
    {
      name: 'vendors-in-their-place',
      comment: 'one package sees each vendor; benches measure the bare ones beside ours',
      severity: 'error',
      from: {
        pathNot:
          '^libs/(event-log|live-state|turn-store|rpc|contracts)/|^deploy/local/|^test-e2e/|^tools/bench/|\\.test\\.ts$',
      },
      to: { path: 'node_modules/.pnpm/(kafkajs|ioredis|pg|@grpc\\+grpc-js)@' },
    },
    {
      name: 'solver-in-its-place',
      comment: 'HiGHS blocks its thread: one folder knows it, and only workers and tools open that',
      severity: 'error',
      from: { pathNot: '^libs/linear-program/src/highs/|^node_modules/' },
      to: { path: 'node_modules/.pnpm/highs@' },
    },
    {
      name: 'telemetry-behind-its-port',
      comment: 'OpenTelemetry is known in one folder, and only a process starts it',
      severity: 'error',
      from: { pathNot: '^libs/telemetry/src/otel/|^libs/service-host/src/|^node_modules/' },
      to: { path: '^libs/telemetry/src/otel/|node_modules/.pnpm/@opentelemetry' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '(^|/)gen/'] },
    exclude: { path: ['(^|/)dist/', '^services/operator-console/web/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['development', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
