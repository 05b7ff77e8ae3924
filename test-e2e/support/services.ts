/** Every service, in the order in which tests take one after the other: those who record, decide, send, and who is spoken to. */
export const SERVICES = [
  'session-registry',
  'meter-ingestion',
  'allocation-optimizer',
  'profile-dispatcher',
  'grid-adapter',
  'ocpp-gateway',
  'operator-console',
] as const;
