// Yjs as the scripts have it: the copy beside them.

export * as Y from "../../../static/node_modules/yjs/dist/yjs.mjs";
export { split } from "../../../static/js/text/split.js";
