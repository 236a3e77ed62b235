// Puts the operations of operation.mjs on the wire: JSON lines on standard input and output.
//
// What another implementation in JavaScript has to write anew is marked with REPLACE.
import { createInterface } from "node:readline";
import { AsyncOperation, HResultError } from "./operation.mjs"; // REPLACE: import your library

const KINDS = ["action", "action_with_progress", "operation", "operation_with_progress"];
const LEVERS = ["fail", "acknowledge_cancel", "cancel_notifications", "reentrancy", "raise"];
// REPLACE: the name of yours, the kinds that it has, and the levers that its worker has.
const READY = {
  ready: true,
  name: "iasyncinfo in JavaScript",
  version: process.versions.node,
  language: "JavaScript",
  kinds: KINDS,
  supports: Object.fromEntries(
    KINDS.map((kind) => [kind, kind.endsWith("_progress") ? [...LEVERS, "report_progress"] : LEVERS]),
  ),
  values: ["int", "string", "null", "bool", "list"],
};

/** A fresh object of one word: the operation, its worker's levers, and the handlers that the word has put. */
class Run {
  #events = []; // of the step, or of the step of a handler, that is being taken
  #labels = new Map();

  constructor(kind) {
    this.isAction = kind.startsWith("action");
    [this.operation, this.worker] = AsyncOperation.create(); // REPLACE: start one of yours
  }

  /** Return the results of a list of steps. */
  take(steps) {
    return steps.map((step) => this.#step(step));
  }

  #step([name, ...given]) {
    if (!(name in STEPS)) throw new Error(`there is no step ${name}`);
    const outer = this.#events;
    this.#events = [];
    const result = outcome(() => STEPS[name](this, ...given));
    if (this.#events.length) result.events = this.#events;
    this.#events = outer;
    return result;
  }

  /** Return the handler of a put: it writes down its call, runs its steps, and fails where they say so. */
  handler(told, label, program = []) {
    if (label === null) return null;
    const handler = (sender, argument) => {
      const event = { handler: label, sender: sender === this.operation, [told]: argument };
      this.#events.push(event);
      if (program.length) event.results = [];
      for (const step of program) {
        if (step[0] === "raise") throw new HResultError(step[1]);
        event.results.push(this.#step(step));
      }
    };
    this.#labels.set(handler, label);
    return handler;
  }

  label(handler) {
    return handler === null ? null : (this.#labels.get(handler) ?? "?");
  }
}

// REPLACE: how each member of your operation is called, and how each lever of its worker is pulled.
const STEPS = {
  id: ({ operation }) => operation.id,
  status: ({ operation }) => operation.status,
  error_code: ({ operation }) => operation.errorCode,
  cancel: ({ operation }) => operation.cancel(),
  close: ({ operation }) => operation.close(),
  get_results: ({ operation, isAction }) => (isAction ? (operation.getResults(), null) : operation.getResults()),
  put_completed: (run, ...handler) => void (run.operation.completed = run.handler("status", ...handler)),
  put_progress: (run, ...handler) => void (run.operation.progress = run.handler("value", ...handler)),
  get_completed: (run) => run.label(run.operation.completed),
  get_progress: (run) => run.label(run.operation.progress),
  complete: ({ worker }, result) => worker.complete(result),
  fail: ({ worker }, hresult) => worker.fail(hresult),
  acknowledge_cancel: ({ worker }) => worker.acknowledgeCancel(),
  report_progress: ({ worker }, value) => worker.reportProgress(value),
  cancel_notifications: ({ worker }) => worker.cancelRequests,
};

function outcome(take) {
  try {
    return { ok: take() ?? null };
  } catch (error) {
    return error instanceof HResultError ? { hr: error.hresult } : { raised: error.constructor.name };
  }
}

const speaksOfProgress = (steps) => steps.some(([name]) => name.endsWith("_progress"));

function answer({ cmd, seq, kind, steps }) {
  if (cmd === "start") return READY;
  if (speaksOfProgress(steps) && !kind.endsWith("_progress")) return { seq, skipped: `${kind} has no progress` };
  try {
    return { seq, results: new Run(kind).take(steps) };
  } catch (fault) {
    return { seq, errored: String(fault) }; // the driver's own
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.cmd === "stop") break;
  process.stdout.write(JSON.stringify(answer(message)) + "\n");
}
