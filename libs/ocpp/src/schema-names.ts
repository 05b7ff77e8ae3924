/**
 * Name under which the validator of a schema is exported (OC-12). Requests end in `_req`, responses in `_res`, the one
 * message that is neither (2.1's NotifyPeriodicEventStream) in `_send`.
 */
export function validatorName(schemaId: string): string {
  const plain = schemaId.replace(/^urn:/, '');
  if (plain.endsWith('.req')) return `${plain.slice(0, -4)}_req`;
  if (plain.endsWith('.conf')) return `${plain.slice(0, -5)}_res`;
  if (plain.endsWith('Request')) return `${plain.slice(0, -7)}_req`;
  if (plain.endsWith('Response')) return `${plain.slice(0, -8)}_res`;
  return `${plain}_send`;
}
