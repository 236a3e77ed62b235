// Runs scripts of then and done against the real WinJS.Promise: node winjs_scripts.js BASE_JS < scripts.json
// A script is a list of steps; what comes of it is a list of what its handlers were told, in order.
const fs = require("fs");

// The file resolves its modules when they are required: only those of the promises are, because the rest needs a browser.
const source = fs.readFileSync(process.argv[2], "utf-8").replace("'WinJS/Core/_WinJS', 'base'", "'WinJS/Core/_WinJS', 'WinJS/Promise'");
(0, eval)(source);
const Promise_ = global.WinJS.Promise;

function run(script) {
    const log = [];
    const promises = [];
    const workers = [];
    Promise_._doneHandler = error => log.push(["unhandled", said(error)]);

    function said(value) {
        if (value instanceof Error) return value.message;
        return value && typeof value.then === "function" ? "a promise" : value === undefined ? null : value;
    }

    function handler(name, does) {
        if (!does) return undefined;
        return value => {
            log.push([name, said(value)]);
            switch (does[0]) {
                case "return": return does[1];
                case "pass": return value;
                case "raise": throw new Error(does[1]);
                case "promise": return promises[does[1]];
                case "cancel": promises[does[1]].cancel(); return null;
                case "then": promises[does[1]].then(inner => { log.push([name + " inner", said(inner)]); },
                                                    inner => { log.push([name + " inner", said(inner)]); }); return null;
                case "complete": workers[does[1]][0](does[2]); return null;
            }
        };
    }

    for (const [step, ...rest] of script) {
        switch (step) {
            case "promise": {
                const number = workers.length;
                promises.push(new Promise_((...worker) => workers.push(worker), () => log.push(["oncancel", number])));
                break;
            }
            case "complete": workers[rest[0]][0](rest[1]); break;
            case "fail": workers[rest[0]][1](new Error(rest[1])); break;
            case "progress": workers[rest[0]][2](rest[1]); break;
            case "cancel": promises[rest[0]].cancel(); break;
            case "then": case "done": {
                const [source, name, completed, error, progress] = rest;
                const made = promises[source][step](
                    handler(name + " completed", completed), handler(name + " error", error),
                    handler(name + " progress", progress));
                if (step === "then") promises.push(made);
                break;
            }
        }
    }
    return log;
}

const scripts = JSON.parse(fs.readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(scripts.map(run)));
