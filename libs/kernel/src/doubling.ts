/** Whether the so many-th of a kind is told: 1, 2, 4, 8, ... `times`: whole, from 1. What happens all the time is told ever more seldom. */
export const isTold = (times: number): boolean => (times & (times - 1)) === 0;
