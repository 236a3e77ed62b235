// Whether results are allowed by a vector. Both are in the shapes of the wire; docs/wire.md has them.

// JSON.parse, but for what JavaScript cannot tell from another number: 1.0 is {"float": 1}, 2 ** 60 {"number": its text}.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const kept = (token) => {
  if (token[0] === '"') return token;
  if (/[.eE]/.test(token)) return Number.isInteger(+token) ? `{"float":${+token}}` : token;
  return Number.isSafeInteger(+token) ? token : `{"number":"${token}"}`;
};
export const parse = (text) => JSON.parse(text.replace(TOKEN, kept));

// The words of a file: lines of the same word are the lists of results that it may come to. Steps are sent as they are.
export const wordsOf = (text) => {
  const words = new Map();
  for (const line of text.trim().split("\n").slice(1)) {
    const { results, ...word } = parse(line), [steps] = line.match(/(?<="steps":).*?(?=,"results":)/);
    words.has(steps) ? words.get(steps).lists.push(results) : words.set(steps, { ...word, steps, lists: [results] });
  }
  return [...words.values()];
};

const isCode = (code) => Number.isInteger(code) && code >= -(2 ** 31) && code < 2 ** 32;
const isEmpty = (value) => !value || value.length === 0;
const allOf = (wanted, came, holds) => wanted.every((each, at) => holds(each, came[at]));
const alike = (wanted, came, holds) => wanted.length === came.length && allOf(wanted, came, holds);

// True where `results` is one of the `lists` that a word may come to.
export const allows = (lists, results) => lists.some((wanted) => {
  let id; // one object has one
  const isId = (value) => Number.isInteger(value) && value > 0 && value < 2 ** 32 && (id ??= value) === value;
  const same = (want, value) => {
    if (want === null || typeof want !== "object") return want === value;
    if (Array.isArray(want)) return Array.isArray(value) && alike(want, value, same);
    if (!("any" in want)) return JSON.stringify(want) === JSON.stringify(value); // an object, or such a number
    if (Array.isArray(want.any)) return want.any.some((each) => same(each, value));
    return { id: isId, empty: isEmpty, value: () => true }[want.any](value);
  };
  const told = (want, value) => same(want, value) || (want?.float !== undefined && want.float === value); // 1.0 as 1
  const answer = (want, came) => {
    if (!("hr" in want)) return "ok" in came && same(want.ok, came.ok);
    if (typeof want.hr === "object") return !("ok" in came); // any failure
    return isCode(came.hr) && (want.hr - came.hr) % 2 ** 32 === 0; // a code in either sign
  };
  const event = (want, came) =>
    want.handler === came.handler && came.sender && same(want.status, came.status) && told(want.value, came.value) &&
    allOf(want.results ?? [], came.results ?? [], result);
  const result = (want, came) =>
    came !== undefined && answer(want, came) && alike(want.events ?? [], came.events ?? [], event);
  return alike(wanted, results, result);
});
