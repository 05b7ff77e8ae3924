import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const NOT_BUILT = `<!doctype html>
<html lang="en">
<title>Headroom</title>
<h1>The page is not built yet</h1>
<p>The API is here, see <a href="/api/openapi.json">/api/openapi.json</a>. To build the page, run in the checkout:</p>
<pre>pnpm --filter @headroom/console-web build</pre>
</html>
`;
/** Names with a content hash never change what they hold. */
const HASHED = /[\\/]assets[\\/][^\\/]+$/;
const HAS_EXTENSION = /\.[A-Za-z0-9]{1,8}$/;

/** Serves the built page: its files by name, and the page itself at every address that is no file and no API. */
export function serveWeb(app: FastifyInstance, root: string): void {
  const isBuilt = existsSync(join(root, 'index.html'));
  if (isBuilt) {
    app.register(fastifyStatic, {
      root,
      serve: false,
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.get('/*', { exposeHeadRoute: true }, (request, reply): FastifyReply | void => {
    const path = request.url.split('?', 1)[0] ?? '/';
    if (isReserved(path)) return reply.callNotFound();
    if (!isBuilt) {
      if (HAS_EXTENSION.test(path)) return reply.callNotFound();
      return reply.header('cache-control', 'no-store').type('text/html; charset=utf-8').send(NOT_BUILT);
    }
    return reply.sendFile(HAS_EXTENSION.test(path) ? path.slice(1) : 'index.html');
  });
}

/** What is never the page, also where nothing stands. */
const isReserved = (path: string): boolean => /^\/(api|ocpp|healthz|readyz)(\/|$)/.test(path);
