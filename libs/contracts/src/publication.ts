/** What publishing the wire needs: samples of every message and their bytes. Tools and tests only. */
export { type GoldenMessage, goldenOf } from './golden.ts';
export { SAMPLES } from './samples.ts';
