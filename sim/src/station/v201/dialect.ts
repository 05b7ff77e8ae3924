import type { Dialect } from '../dialect.ts';
import { commands, formationError, knownActions } from './commands.ts';
import { messages } from './messages.ts';
import { outside } from './outside.ts';

export const dialect201: Dialect = { ...messages, outside, commands, knownActions, formationError };
