// orval makes a client on axios from the document; the compiler then holds orval.ts against it.
export default {
  causerie: {
    input: process.env.CAUSERIE_DOCUMENT,
    output: { target: "orval-client.ts", client: "axios-functions", mode: "single" },
  },
};
