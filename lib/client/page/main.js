// @ts-check
import { CloseQuestion } from "./close_question.js";
import { Connection } from "./connection.js";
import { Controls, leaveFullscreen, toggleFullscreen } from "./controls.js";
import { element } from "./elements.js";
import { FilmControls } from "./film_controls.js";
import { HelpSheet } from "./help_sheet.js";
import { Idle } from "./idle.js";
import { Inspector } from "./inspector.js";
import { addKeys, listenToKeys } from "./key_bindings.js";
import { Keys } from "./keys.js";
import { LeaveButton } from "./leave_button.js";
import { LoginDialog } from "./login_dialog.js";
import { messageOf } from "./message.js";
import { Messages } from "./messages.js";
import { PictureView } from "./picture.js";
import { PictureHand } from "./picture_hand.js";
import { RecordingMark } from "./recording_mark.js";
import { RepairMark } from "./repair_mark.js";
import { SeekBar } from "./seek_bar.js";
import { StartPage } from "./start.js";
import { StaleMark } from "./stale_mark.js";
import { Status } from "./status.js";
import { closeTabRing } from "./tab_ring.js";
import { Thumbnails } from "./thumbnails.js";

/** @typedef {import("../bridge/protocol.ts").EngineMessage} EngineMessage */
/** @typedef {import("../bridge/protocol.ts").StateMessage} StateMessage */
/** @typedef {import("./message.js").Message} Message */

/** Height of the controls, as in variables.css. */
const CONTROLS_SPACE = 48;

/** @type {Record<"unknown" | "gone" | "quit", Message>} */
const AWAY = {
  unknown: {
    title: "This address was used before",
    text: "It lets one page in, once. Start the player again to get a new one.",
    icon: "unplugged",
    problem: true,
  },
  gone: {
    title: "The player is gone",
    text: "Its program has ended. Start it again.",
    icon: "unplugged",
    problem: true,
  },
  quit: {
    title: "The player has quit",
    text: "This page can be closed.",
    icon: "unplugged",
  },
};

/** @type {StateMessage | undefined} */
let state;

const connection = new Connection({
  message: receive,
  picture: (header, jpeg) => void picture.show(header, jpeg),
  capture: (file) => inspector.capture(file),
  connection(reason) {
    if (reason === undefined) return inspector.reconnected();
    state = undefined;
    question.update(false);
    update(AWAY[reason]);
  },
});
const controls = new Controls((verb) => connection.send({ type: verb }));
const status = new Status();
const messages = new Messages((command) => {
  if (command !== "login") connection.send(command);
  else if (state !== undefined) login.open(state);
}, () => void leave());
const inspector = new Inspector(
  element("player", HTMLElement),
  element("status", HTMLElement),
  (command) => connection.send(command),
);
const start = new StartPage(element("stage", HTMLElement), (command) => connection.send(command));
const leaveButton = new LeaveButton(element("status", HTMLElement), () => void leave());
const thumbnails = new Thumbnails(
  element("picture", HTMLCanvasElement),
  (jpeg) => connection.sendThumbnail(jpeg),
);
const keys = new Keys();
const help = new HelpSheet(keys);
const login = new LoginDialog((username, password) => connection.send({ type: "login", username, password }));
const seekBar = new SeekBar((to) => connection.send({ type: "seek", to }));
const stale = new StaleMark();
const recording = new RecordingMark();
const repaired = new RepairMark();
const film = new FilmControls({
  send: (command) => connection.send(command),
  turn: () => picture.turn(),
  toggleSize: () => picture.toggleSize(),
  help: () => help.open(),
  leave: () => void leave(),
});
const idle = new Idle(element("controls", HTMLElement));
const question = new CloseQuestion((close) => connection.send({ type: "close-answer", close }));
const picture = new PictureView({
  canvas: element("picture", HTMLCanvasElement),
  stage: element("stage", HTMLElement),
  reserve: CONTROLS_SPACE,
  done: (serial) => connection.send({ type: "ack", serial }),
  painted(header) {
    status.picture(header);
    seekBar.picture(header);
    film.picture();
    repaired.picture(header);
    thumbnails.painted();
    if (state !== undefined) messages.show(messageOf(state, true));
  },
});

/** @param {EngineMessage} message */
function receive(message) {
  if (message.type === "stats") {
    status.stats(message.stats);
    film.stats(message.stats);
    recording.update(message.recording);
    inspector.stats(message.stats);
  } else if (message.type === "wire") {
    inspector.wire(message);
  } else if (message.type === "start") {
    if (state === undefined) start.show(message);
    else {
      // Whatever stands on the page is about another stream.
      messages.keepNotice();
      location.reload();
    }
  } else if (message.type === "notice") {
    messages.notice(message.message);
  } else if (message.type === "state") {
    start.hide();
    state = message;
    if (!message.recording) recording.update(undefined);
    update(messageOf(message, picture.visible));
    if (question.update(message.closing)) {
      connection.send({ type: "close-asked" });
    }
  }
}

/** @param {Message | undefined} message */
function update(message) {
  controls.update(state, message?.action !== undefined);
  status.update(state);
  seekBar.update(state);
  film.update(state);
  leaveButton.update(state);
  thumbnails.update(state);
  stale.update(state);
  inspector.state(state?.state ?? "INIT");
  login.update(state);
  messages.show(message);
  idle.update(
    state !== undefined && state.state !== "INIT" && message === undefined && !state.closing,
  );
}

/** Ends the stream for another one; the start page shows what was seen last. */
async function leave() {
  if (state === undefined) return;
  // That its server is away is of no use on the start page.
  if (state.reconnecting !== undefined) messages.notice("");
  await thumbnails.make();
  connection.send({ type: "leave" });
}

new PictureHand(picture);
addKeys(keys, { controls, seekBar, film, picture, help, toggleFullscreen });
keys.add(["i"], "Inspector", () => inspector.open());
keys.add(["o"], "Other stream", () => void leave());
keys.add(["escape"], "Close the inspector, leave fullscreen", () => {
  if (inspector.isOpen) inspector.open(false);
  else leaveFullscreen();
});
listenToKeys(keys);
closeTabRing();
void connection.start();
