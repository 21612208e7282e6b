// Package sync is only a folder: the contract between desktop and server
// (wire), the proof of possession (proof), and what the desktop needs without
// a window (client, device, cache, desk). Nobody imports this package, so the
// standard library's sync never needs another name.
package sync
