// Messages of the player by language; all languages have the same meaning.

/**
 * @typedef {"previous" | "next" | "exit" | "contents" | "over" | "locked"} Label
 * @typedef {"passed" | "failed" | "completed" | "begun" | "untouched"} State
 */

/** @type {Record<string, Record<Label | State, string>>} */
const WORDS = {
  en: {
    previous: "Previous",
    next: "Next",
    exit: "Exit",
    contents: "Contents",
    over: "You can close this page now.",
    passed: "passed",
    failed: "failed",
    completed: "completed",
    begun: "started",
    untouched: "not started",
    locked: "cannot be started now",
  },
  de: {
    previous: "Zurück",
    next: "Weiter",
    exit: "Beenden",
    contents: "Inhalt",
    over: "Sie können diese Seite jetzt schließen.",
    passed: "bestanden",
    failed: "nicht bestanden",
    completed: "abgeschlossen",
    begun: "begonnen",
    untouched: "nicht begonnen",
    locked: "kann jetzt nicht begonnen werden",
  },
  es: {
    previous: "Anterior",
    next: "Siguiente",
    exit: "Salir",
    contents: "Contenido",
    over: "Ya puede cerrar esta página.",
    passed: "aprobado",
    failed: "no aprobado",
    completed: "completado",
    begun: "empezado",
    untouched: "sin empezar",
    locked: "no se puede empezar ahora",
  },
  fr: {
    previous: "Précédent",
    next: "Suivant",
    exit: "Quitter",
    contents: "Sommaire",
    over: "Vous pouvez maintenant fermer cette page.",
    passed: "réussi",
    failed: "échoué",
    completed: "terminé",
    begun: "commencé",
    untouched: "pas commencé",
    locked: "ne peut pas être commencé maintenant",
  },
};

/**
 * Messages in the requested language; fallbacks are the browser's languages, then English.
 *
 * @param {string | null} wanted
 */
export function wordsIn(wanted) {
  const wished = [...(wanted ? [wanted] : []), ...navigator.languages].filter(Boolean);
  const tags = wished.map((tag) => tag.slice(0, 2).toLowerCase());
  const language = (wanted ? tags.slice(0, 1) : tags).find((tag) => tag in WORDS) ?? "en";
  return { language, ...WORDS[language] };
}
