// Pages where text is written together.

import { watchDocuments } from "./text/documents.js";
import { watchElsewhere } from "./text/drain.js";
import { watchFallback } from "./text/fallback.js";
import { watchFields } from "./text/fields.js";
import { watchRemoval } from "./text/removed.js";
import { isUp, line } from "./live/socket.js";

watchDocuments();
watchFallback();
watchFields();
watchElsewhere();
watchRemoval();
// The socket may have opened before this file arrived.
if (isUp()) line.ring("up");
