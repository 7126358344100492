// Every page. Each behaviour is a file that says which attributes it reads; the page works without any of them.

import "./swap/htmx.js";
import { liveAddress, me } from "./page.js";
import { asksAgain, watchAgain } from "./live/again.js";
import { sweep, unsentDocuments } from "./live/kept.js";
import { watchPresence } from "./live/presence.js";
import { watchRegions } from "./live/regions.js";
import { watchReload } from "./live/reload.js";
import { watchSaved } from "./live/saved.js";
import { connect } from "./live/socket.js";
import { watchOrder } from "./order/order.js";
import { watchSignIn } from "./sign/again.js";
import { watchSignOut } from "./sign/out.js";
import { watchReplay } from "./sign/replay.js";
import { watchChanges } from "./swap/changed.js";
import { watchErrors } from "./swap/errors.js";
import { watchFaults } from "./swap/faults.js";
import { watchForms } from "./swap/forms.js";
import { watchFocus } from "./swap/keep.js";
import { watchNested } from "./swap/nested.js";
import { watchControls } from "./swap/settle.js";
import { watchBeginnings } from "./ui/begin.js";
import { watchDialogs } from "./ui/dialogs.js";
import { watchNotices } from "./ui/notices.js";
import { watchPickers } from "./ui/pickers.js";
import { watchPopovers } from "./ui/popovers.js";
import { watchToasts } from "./ui/toasts.js";

watchFocus();
watchNested();
watchForms();
watchControls();
watchChanges();
watchFaults();
watchErrors();
watchReplay();
watchSignIn();
watchSignOut();
watchDialogs();
watchNotices();
watchPickers();
watchToasts();
watchBeginnings();
watchPopovers();
watchOrder();
watchSaved();

const address = liveAddress();
if (address) {
  watchRegions();
  watchPresence();
  watchReload();
  connect(address);
} else if (asksAgain()) {
  watchRegions();
  watchAgain();
}

// Keys are for the few pages, and the dialog, where one signs in or adds one.
let keys = null;
const watchKeys = () => {
  if (document.querySelector("[data-passkey]")) keys ??= import("./sign/passkey.js").then((file) => file.watchPasskeys());
};
document.addEventListener("htmx:after:swap", watchKeys);
watchKeys();

// Texts that a closed page left on this device are sent from any page; the editor's own looks by itself.
if (me() && !document.querySelector("[data-ytext]")) {
  const unsent = await unsentDocuments(me());
  if (unsent.size) (await import("./text/drain.js")).watchElsewhere();
  else await sweep(me());
}
