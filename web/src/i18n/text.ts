/** User-written text inside the page's texts. */

/** Right-to-left letters and direction controls. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const EMBEDDINGS = /[\u202a-\u202e\u2066-\u2069]/g;
/** As the service: no white space, control, invisible character, private use or blank glyph. */
const VISIBLE =
  /(?!\u{16fe4}|\u{1d159})[^\s\p{Cc}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\ufff9-\ufffc\u{13430}-\u{13442}]/u;

/** Isolates right-to-left text, so that it does not change the direction around it. */
export const isolate = (text: string): string =>
  RIGHT_TO_LEFT.test(text) ? `\u2068${text.replace(EMBEDDINGS, '')}\u2069` : text;

/** Whether a text has no visible character. The service rejects such texts. */
export const isBlank = (text: string): boolean => !VISIBLE.test(text);
