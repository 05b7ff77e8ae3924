import WebSocket from 'ws';
import type { Connect } from './socket.ts';

/** Real milliseconds: I/O deadlines are never scaled. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
const MAX_FRAME_BYTES = 256 * 1024;

/** Real WebSockets with HTTP Basic authentication (OCPP-J security profile 1). */
export const connectWs: Connect = (target, events) => {
  const credentials = Buffer.from(`${target.user}:${target.password}`).toString('base64');
  const socket = new WebSocket(target.url, target.subprotocol, {
    headers: { authorization: `Basic ${credentials}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  let why = 'closed';
  socket.on('open', () => {
    // OCPP-J 3.1.2: a server that picked another subprotocol (or none) does not speak with us.
    if (socket.protocol === target.subprotocol) events.opened();
    else socket.close(1002);
  });
  socket.on('message', (data, isBinary) => {
    // With the default binaryType a message is one Buffer.
    if (!isBinary && Buffer.isBuffer(data)) events.text(data.toString('utf8'));
  });
  // 'close' always follows 'error'; the error only names the reason.
  socket.on('error', (error) => {
    why = error.message;
  });
  socket.on('close', (code) => events.closed(why === 'closed' ? `closed with ${code}` : why));
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    drop: () => socket.terminate(),
  };
};
