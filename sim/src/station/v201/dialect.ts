import type { Dialect } from '../dialect.ts';
import { commands, formationError, knownActions } from './commands.ts';
import { messages } from './messages.ts';

export const dialect201: Dialect = { ...messages, commands, knownActions, formationError };
