/** Filters the rows of a table by a text field: each word must be in the row. Served unchanged; has no imports. */

const field = document.getElementById("filter");
const count = document.getElementById("count");
const rows = [...document.querySelectorAll("table.routes tbody tr")];

if (field instanceof HTMLInputElement && count) {
  const filter = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = (row.textContent ?? "").toLowerCase();
      const fits = words.every((word) => text.includes(word));
      row.toggleAttribute("hidden", !fits);
      if (fits) shown += 1;
    }
    count.textContent = `${shown} of ${rows.length} routes`;
  };
  field.closest("form")?.removeAttribute("hidden");
  field.closest("form")?.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", filter);
  filter();
}
