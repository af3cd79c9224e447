// The four commands that both programs know.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

export const PASSWORD = "Secure*1234";
export const address = (number) => `person${number}@example.com`;
export const database = () => join(process.env.PEER_FOLDER ?? ".", "peer.db");

// Node hashes on threads of its own: as many at a time as there are cores keeps all of them busy.
export async function hashes(work, seconds) {
  const end = performance.now() + seconds * 1000;
  let count = 0;
  const one = async () => {
    while (performance.now() < end) {
      await work();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
  return count / seconds;
}

export async function run({ versions, hash, seed, serve }) {
  const [command, ...words] = process.argv.slice(2);
  if (command === "version") console.log(await versions());
  else if (command === "hash") console.log(hash ? await hashes(await hash(), Number(words[0])) : 0);
  else if (command === "seed") await seed(Number(words[0]));
  else if (command === "serve") await serve(Number(words[0]));
  else throw new Error(`there is no command ${command}`);
}
