import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { type Connect, defineConfig, type Plugin, type ProxyOptions } from 'vite';

/** The address of a running `cargo local`'s app port; the development server forwards what the edge forwards. */
const backend = process.env.VAIDYA_BACKEND ?? 'http://127.0.0.1:8085';

const forwarded: Record<string, ProxyOptions> = Object.fromEntries(
  ['/v1', '/openapi.json', '/docs', '/health', '/problems', '/config.json'].map(path => [
    path,
    { target: backend },
  ]),
);

/** The payment has a document of its own at each of its addresses, as at the edge. */
const payment: Connect.NextHandleFunction = (request, _, next) => {
  if (request.url?.startsWith('/pay/')) request.url = '/pay.html';
  next();
};

const documents: Plugin = {
  name: 'documents',
  configureServer: server => {
    server.middlewares.use(payment);
  },
  configurePreviewServer: server => {
    server.middlewares.use(payment);
  },
};

export default defineConfig({
  plugins: [documents, react(), tailwindcss()],
  server: { host: '127.0.0.1', port: 5173, proxy: forwarded },
  preview: { host: '127.0.0.1', port: 4173, proxy: forwarded },
  build: {
    // The browsers that know light-dark(), :has() and <dialog>; each can run what this target emits.
    target: ['chrome123', 'safari17.5', 'firefox121'],
    // A strict policy allows no data: addresses for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: { input: { app: 'index.html', pay: 'pay.html' } },
  },
});
