import type { Dialect } from '../dialect.ts';
import { dialect201 } from '../v201/dialect.ts';

/** OCPP 2.1: for all that this station does in the words of 2.0.1; a profile may say how long it holds without its CSMS. */
export const dialect21: Dialect = { ...dialect201, version: '2.1', subprotocol: 'ocpp2.1' };
