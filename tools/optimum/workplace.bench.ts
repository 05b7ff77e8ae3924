import { compareSynthetic } from './run/synthetic.ts';

await compareSynthetic('workplace');
