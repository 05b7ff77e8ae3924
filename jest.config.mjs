export default {
  rootDir: import.meta.dirname,
  roots: ['libs', 'services', 'sim', 'tools', 'deploy', 'test-e2e'].map((dir) => `<rootDir>/${dir}`),
  testMatch: ['**/*.test.ts'],
  // A limit against what hangs, not a measure of speed: two busy cores take their time.
  testTimeout: 30_000,
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironment: '<rootDir>/jest-environment.cjs',
  testEnvironmentOptions: { customExportConditions: ['development', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/jest-strip.cjs' },
};
