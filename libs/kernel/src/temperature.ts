/**
 * Where cables lie it is neither colder nor hotter than this, in tenths of a degree Celsius: a number beyond it, in a document or from a sensor, is a slip
 * of the pen (LC2).
 */
export const COLDEST_DECI_C = -600;
export const HOTTEST_DECI_C = 1_500;
