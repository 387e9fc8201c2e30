// The index that the search box loads: a document for each section of each text.
import MiniSearch from "minisearch";
import { searchOptions } from "../page/search_options.js";
import { write } from "./repository.mjs";

// sections: [{ id (its link from the site's root), page, title, text }]. A script and no JSON, so that
// a page that was opened as a file finds it, too.
export function writeSearchIndex(sections) {
  const index = new MiniSearch(searchOptions);
  index.addAll(sections);
  write("assets/search_index.js", `window.searchIndex=${JSON.stringify(JSON.stringify(index))}`);
}
