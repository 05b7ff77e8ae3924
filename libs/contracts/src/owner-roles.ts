/** Roles under which epochs of shards are taken; owner and fence must name the same (O1). */
export const OWNER_ROLES = { optimizer: 'allocation-optimizer', dispatcher: 'dispatcher' } as const;
