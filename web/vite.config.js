import { defineConfig } from "vite";

// URLs in the bundle are relative, so that only the server decides where `dist` is mounted.
export default defineConfig({
  base: "./",
  publicDir: false,
  worker: { format: "es" },
  build: {
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0, // the page's policy allows no data: fonts
    chunkSizeWarningLimit: 3000, // Monaco
    rollupOptions: {
      input: { graphiql: "src/graphiql/main.jsx", player: "src/player/main.js", reference: "src/reference/main.js" },
      // "use client" is for server-side rendering, which is not used here.
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
  },
});
