/** Controls, and marks that turn the direction of text: in a name they would make it look like another one. */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name as it is drawn: each of these is a \ufffd. */
export const seenText = (name: string): string => name.replace(UNSEEN, '\ufffd');

/** A text of several lines as it is drawn: its line ends and tabs stay. */
export const seenLines = (text: string): string => text.replace(UNSEEN, (mark) => ('\n\r\t'.includes(mark) ? mark : '\ufffd'));
