import { defineConfig } from "vite";

// Addresses in the bundle are relative, so the server alone decides where `dist` is mounted.
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
      // "use client" speaks to server-side rendering, which there is none of here.
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
  },
});
