// Runs the vectors of this folder on a driver: node run.mjs COMMAND [ARGUMENT...]  (Node 18 or newer, no packages)
// Exit code: 0 all was allowed; 1 something was not; 3 the driver or a file is broken; 4 a word was not run.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";
import { allows, parse, wordsOf } from "./allows.mjs";

const [command, ...rest] = process.argv.slice(2), lacking = new Set(), counts = { allowed: 0, wrong: 0, unrun: 0 };
const [AHEAD, PATIENCE, SHOWN] = [100, 10_000, 5]; // words in flight, milliseconds for one, and failures in full
const file = (name) => readFileSync(new URL(name, import.meta.url)), send = (text) => driver.stdin.write(text + "\n");
const fault = (why) => (console.error(`run.mjs: ${why}`), process.exit(3));
process.on("uncaughtException", ({ message }) => fault(message)).on("exit", () => driver?.kill("SIGKILL"));
let driver, lines;
function begin() {
  driver = spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"] });
  driver.on("error", (error) => fault(error.message)).stdin.on("error", () => {});
  lines = createInterface({ input: driver.stdout })[Symbol.asyncIterator]();
  return send('{"cmd":"start","version":1}'), answer();
}
async function answer() { // or why none came
  const silence = { done: `no answer came within ${PATIENCE} ms` };
  const late = new Promise((tell) => setTimeout(tell, PATIENCE, silence).unref());
  const { value, done } = await Promise.race([lines.next(), late]), gone = done === true ? "the driver ended" : done;
  try { return gone ? { gone } : parse(value); } catch { return fault(`no JSON: ${value}`); }
}
function vectors({ name, sha256 }) {
  const packed = file(name), whole = createHash("sha256").update(packed).digest("hex") === sha256;
  return whole ? wordsOf(gunzipSync(packed).toString()) : fault(`${name} is not whole`);
}
if (!command) fault("name a driver, for example: node run.mjs ./driver --fast");
const ready = await begin(), manifest = JSON.parse(file("manifest.json"));
if (!ready.ready) fault(ready.gone ?? `no ready line: ${JSON.stringify(ready)}`);
for (const { kind, ...about } of manifest.files.filter(({ kind }) => ready.kinds.includes(kind))) {
  const can = [ready.supports?.[kind] ?? ready.supports ?? [], ready.values ?? ["int"]].flat();
  const all = vectors(about).filter(({ without }) => !without.some((each) => can.includes(each)));
  const lacks = ({ needs, values }) => [...needs, ...values].filter((each) => !can.includes(each));
  const words = kind in (ready.born ?? {}) ? [] : all.filter((word) => !lacks(word).length); // none begins at an end
  const ask = (seq) => send(`{"cmd":"run","seq":${seq},"kind":"${kind}","steps":${words[seq].steps}}`);
  counts.unrun += all.length - words.length, all.flatMap(lacks).forEach((each) => lacking.add(each));
  for (let at = 0, sent = 0; at < words.length; at++) {
    while (sent < words.length && sent < at + AHEAD) ask(sent++);
    const { seq, results, errored, gone } = await answer(), { steps, lists } = words[at], word = `${kind} ${steps}`;
    if (gone) { // what a second driver does not answer either is wrong, and the last
      driver.kill("SIGKILL"), await begin(), ask(at);
      if (!(await answer()).gone) fault(`${gone} at ${word}, and not when that ran alone`);
      console.log(`WRONG ${word}\n  came    nothing: ${gone}, alone, too; no more was run`), process.exit(1);
    }
    if (errored !== undefined || seq !== at) fault(errored ?? `seq ${seq} came where ${at} was due`);
    const verdict = !results ? "unrun" : allows(lists, results) ? "allowed" : "wrong";
    if (++counts[verdict] > SHOWN || verdict !== "wrong") continue;
    const shown = [`  came    ${JSON.stringify(results)}`, ...lists.map((list) => `  allowed ${JSON.stringify(list)}`)];
    console.log([`WRONG ${word}`, ...shown].join("\n"));
  }
}
driver.stdin.end('{"cmd":"stop"}\n');
const why = counts.unrun && lacking.size ? `; the driver has no ${[...lacking].sort().join(", no ")}` : "";
console.log(`${ready.name} against ${manifest.profile}, ${ready.kinds.join(" ")}: ${JSON.stringify(counts)}${why}`);
process.exitCode = counts.wrong ? 1 : counts.unrun || !counts.allowed ? 4 : 0;
