// What every page runs. Each module wires itself to the document once and reads the page by its data- attributes.
import { startScanner } from "./scanner.js";
import { startSending } from "./send.js";
import { startFeedback } from "./feedback.js";
import { startUndo } from "./undo.js";
import { startClock } from "./clock.js";
import { startChoices } from "./choices.js";
import { startLive } from "./live.js";
import { startFind } from "./find.js";
import { startSuggesting } from "./suggest.js";
import { startCamera } from "./camera-button.js";
import { startKept } from "./kept.js";
import { startDraining } from "./drain.js";
import { startFetching } from "./fetch.js";

startSending();
startScanner();
startFeedback();
startUndo();
startClock();
startChoices();
startLive();
startFind();
startSuggesting();
startCamera();
startKept();
startDraining();
startFetching();
