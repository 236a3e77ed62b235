// Answers each line, a list of pairs of what a word may come to and what came, with the first that is not allowed, or -1.
import { createInterface } from "node:readline";

const { allows, parse } = await import(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const pairs = parse(line);
  process.stdout.write(`${pairs.findIndex(([lists, results]) => !allows(lists, results))}\n`);
}
