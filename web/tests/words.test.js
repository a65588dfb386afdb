import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { wordsIn } from "../src/player/words.js";

const original = Object.getOwnPropertyDescriptor(globalThis, "navigator");

/** @param {...string} languages */
function browserIn(...languages) {
  Object.defineProperty(globalThis, "navigator", { value: { languages }, configurable: true });
}

afterEach(() => {
  if (original) Object.defineProperty(globalThis, "navigator", original);
  else Reflect.deleteProperty(globalThis, "navigator");
});

test("the wanted language comes before the browser's", () => {
  browserIn("de");
  assert.equal(wordsIn("fr-CA").language, "fr");
  assert.equal(wordsIn("fr-CA").next, "Suivant");
});

test("a wanted language without words is English, whatever the browser speaks", () => {
  browserIn("de");
  assert.equal(wordsIn("nl").language, "en");
});

test("without a wanted language the first known one of the browser counts", () => {
  browserIn("nl", "ES-mx", "de");
  assert.equal(wordsIn(null).language, "es");
  browserIn();
  assert.equal(wordsIn(null).language, "en");
});

test("every language has all words", () => {
  browserIn();
  const names = Object.keys(wordsIn("en")).sort();
  for (const language of ["de", "es", "fr"]) {
    const words = wordsIn(language);
    assert.deepEqual(Object.keys(words).sort(), names);
    assert.ok(Object.values(words).every(Boolean));
  }
});
