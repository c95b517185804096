// Shows the parts of the page that hold every word typed. Nothing is fetched, nothing is sent.
const field = document.getElementById("search");
const parts = [...document.querySelectorAll("main section")].map((section) => ({
  section,
  text: section.textContent.toLowerCase(),
  entry: document.querySelector(`nav a[href="#${CSS.escape(section.id)}"]`)?.parentElement,
}));

function search() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const { section, text, entry } of parts) {
    const shown = words.every((word) => text.includes(word));
    section.hidden = !shown;
    if (entry) entry.hidden = !shown;
    found += shown ? 1 : 0;
  }
  for (const group of document.querySelectorAll("main > div, nav > div")) {
    group.hidden = !group.querySelector("section:not([hidden]), li:not([hidden])");
  }
  document.getElementById("found").textContent = words.length > 0 ? `${found} found` : "";
}

document.getElementById("search-bar").hidden = false;
field.addEventListener("input", search);
search();
