import { BrowserWindow } from "electron";

// ruleid: javascript-electron-open-window
const first = new BrowserWindow({ webPreferences: { nodeIntegration: true } });
// ruleid: javascript-electron-open-window
const second = new BrowserWindow({ width: 800, webPreferences: { sandbox: true, contextIsolation: false } });
// ok: javascript-electron-open-window
const third = new BrowserWindow({ webPreferences: { preload } });
// ok: javascript-electron-open-window
const fourth = new BrowserWindow({ webPreferences: { nodeIntegration: false, contextIsolation: true } });
