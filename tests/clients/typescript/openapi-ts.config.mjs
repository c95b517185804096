// The client is made from the document; the compiler then holds the scenario against it.
export default {
  input: process.env.CAUSERIE_DOCUMENT,
  output: { path: "client", module: { extension: ".js" } },
  plugins: ["@hey-api/client-fetch", "@hey-api/sdk", "@hey-api/typescript"],
};
