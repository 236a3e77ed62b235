// Runs the vectors of this folder on a driver: node run.mjs COMMAND [ARGUMENT...]  (Node 18 or newer, no packages)
// Exit code: 0 all was allowed; 1 something was not; 3 the driver or a file is broken; 4 a word was not run.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";
import { allows, parse } from "./allows.mjs";

const [command, ...rest] = process.argv.slice(2), lacking = new Set();
const [AHEAD, PATIENCE, SHOWN] = [100, 10_000, 5]; // words in flight, milliseconds for one, and failures in full
const file = (name) => readFileSync(new URL(name, import.meta.url)), send = (text) => driver.stdin.write(text + "\n");
const fault = (why) => (console.error(`run.mjs: ${why}`), process.exit(3));
process.on("uncaughtException", ({ message }) => fault(message));
if (!command) fault("name a driver, for example: node run.mjs ./driver --fast");
const driver = spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"] });
driver.on("error", (error) => fault(error.message)).stdin.on("error", () => {});
const lines = createInterface({ input: driver.stdout })[Symbol.asyncIterator]();
async function answer() {
  const watch = setTimeout(() => fault(`no answer came within ${PATIENCE} ms`), PATIENCE);
  const { value, done } = await lines.next();
  clearTimeout(watch), done && fault("the driver has ended");
  try { return parse(value); } catch { return fault(`no JSON: ${value}`); }
}
function vectors({ name, sha256 }) { // lines of the same word are the lists of results that it may come to
  const packed = file(name), words = new Map();
  if (createHash("sha256").update(packed).digest("hex") !== sha256) fault(`${name} is not whole`);
  for (const line of gunzipSync(packed).toString().trim().split("\n").slice(1)) {
    const { results, ...word } = parse(line), [steps] = line.match(/(?<="steps":).*?(?=,"results":)/); // sent as it is
    words.has(steps) ? words.get(steps).lists.push(results) : words.set(steps, { ...word, steps, lists: [results] });
  }
  return [...words.values()];
}

send('{"cmd":"start","version":1}');
const ready = await answer(), manifest = JSON.parse(file("manifest.json")), counts = { allowed: 0, wrong: 0, unrun: 0 };
if (!ready.ready) fault(`no ready line: ${JSON.stringify(ready)}`);
for (const { kind, ...about } of manifest.files.filter(({ kind }) => ready.kinds.includes(kind))) {
  const can = [ready.supports?.[kind] ?? ready.supports ?? [], ready.values ?? ["int"]].flat();
  const all = vectors(about).filter(({ without }) => !without.some((each) => can.includes(each)));
  const lacks = ({ needs, values }) => [...needs, ...values].filter((each) => !can.includes(each));
  const words = kind in (ready.born ?? {}) ? [] : all.filter((word) => !lacks(word).length); // none begins at an end
  all.flatMap(lacks).forEach((each) => lacking.add(each));
  counts.unrun += all.length - words.length;
  for (let at = 0, sent = 0; at < words.length; at++) {
    for (; sent < words.length && sent < at + AHEAD; sent++) {
      send(`{"cmd":"run","seq":${sent},"kind":"${kind}","steps":${words[sent].steps}}`);
    }
    const { seq, results, errored } = await answer(), { steps, lists } = words[at];
    if (errored !== undefined || seq !== at) fault(errored ?? `seq ${seq} came where ${at} was due`);
    const verdict = !results ? "unrun" : allows(lists, results) ? "allowed" : "wrong";
    if (++counts[verdict] > SHOWN || verdict !== "wrong") continue;
    const shown = [`  came    ${JSON.stringify(results)}`, ...lists.map((list) => `  allowed ${JSON.stringify(list)}`)];
    console.log([`WRONG ${kind} ${steps}`, ...shown].join("\n"));
  }
}
driver.stdin.end('{"cmd":"stop"}\n');
const why = counts.unrun && lacking.size ? `; the driver has no ${[...lacking].sort().join(", no ")}` : "";
console.log(`${ready.name} against ${manifest.profile}, ${ready.kinds.join(" ")}: ${JSON.stringify(counts)}${why}`);
process.exitCode = counts.wrong ? 1 : counts.unrun || !counts.allowed ? 4 : 0;
